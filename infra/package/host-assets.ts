// The SSM documents and the user data, from shared/host: the one place where scripts become CloudFormation.
// Every parameter has a pattern and reaches the script as an environment variable (`SSM_<name>`), never as text pasted
// into it ("Data elements and parameters", interpolationType). Only `executionTimeout` is read by the agent itself: digits,
// and in no script. Document names end in the document's own name; the control plane knows them by the prefix
// `spotkeep-<stage>`.

import { boothookUserData, hostScript, ignitionUserData } from '../../shared/host/assemble.ts';
import { PARAMETERS } from '../../shared/host/parameters.ts';
import type { HostDocument } from '../../shared/port/commands.ts';

/**
 * How long a run may take where the sender names no time, seconds, before SSM kills it: above each script's own budgets, so that the script gives its
 * answer first. format scans the volume's first and last blocks only; start may replay a journal and warm a cold volume.
 */
export const RUN_LIMIT_SECONDS: Record<HostDocument, number> = {
  format: 600,
  adopt: 600,
  start: 900,
  stop: 300,
  probe: 60,
};

/** SSM refuses larger documents ("SSM document quotas"), bytes. */
export const DOCUMENT_LIMIT_BYTES = 64 * 1024;

const DESCRIPTIONS: Record<HostDocument, string> = {
  format: 'Makes the file system on a new, blank volume; the only document that may',
  adopt: 'Looks at an existing volume and, once confirmed, writes its marker',
  start: "Mounts the volume at Docker's directory and starts Docker",
  stop: 'Stops Docker and unmounts the volume',
  probe: 'Reports health and renews the grant',
};

const documents = ['format', 'adopt', 'start', 'stop', 'probe'] as const satisfies HostDocument[];

export interface SsmDocument {
  schemaVersion: '2.2';
  description: string;
  parameters: Record<string, SsmParameter>;
  mainSteps: {
    action: 'aws:runShellScript';
    name: string;
    precondition: { StringEquals: string[] };
    inputs: { timeoutSeconds: string; runCommand: string[] };
  }[];
}

interface SsmParameter {
  type: 'String';
  description: string;
  allowedPattern: string;
  default?: string;
  interpolationType?: 'ENV_VAR';
}

export function ssmDocument(document: HostDocument): SsmDocument {
  const parameters = Object.entries(PARAMETERS[document]).map(
    ([name, { pattern, meaning }]): [string, SsmParameter] => [
      name,
      { type: 'String', description: meaning, allowedPattern: pattern, interpolationType: 'ENV_VAR' },
    ],
  );
  const executionTimeout = {
    type: 'String',
    description: 'how long the run may take, seconds',
    allowedPattern: '^[1-9][0-9]{1,3}$',
    default: String(RUN_LIMIT_SECONDS[document]),
  } as const;
  return {
    schemaVersion: '2.2',
    description: DESCRIPTIONS[document],
    parameters: { ...Object.fromEntries(parameters), executionTimeout },
    mainSteps: [
      {
        action: 'aws:runShellScript',
        name: document,
        precondition: { StringEquals: ['platformType', 'Linux'] },
        inputs: {
          timeoutSeconds: '{{ executionTimeout }}',
          runCommand: hostScript(document).split('\n').map(withoutDoubleBraces),
        },
      },
    ],
  };
}

/**
 * SSM takes `{{ name }}` in a document for a parameter of its own, and Docker's templates look just like it. Inside single
 * quotes `{''{` is the same text to the shell; anywhere else it would not be, so that throws.
 */
export function withoutDoubleBraces(line: string): string {
  let quote = '';
  let text = '';
  for (const [i, character] of [...line].entries()) {
    if (quote === '' && (character === "'" || character === '"')) quote = character;
    else if (character === quote) quote = '';
    text += character;
    if (character !== '{' || line[i + 1] !== '{') continue;
    if (quote !== "'") throw new Error(`{{ outside single quotes in a host script: ${line}`);
    text += "''";
  }
  return text;
}

/** CloudFormation resources by logical id. */
export function ssmDocuments(stage: string): Record<string, unknown> {
  return Object.fromEntries(
    documents.map((document) => [
      `${document.charAt(0).toUpperCase()}${document.slice(1)}Document`,
      {
        Type: 'AWS::SSM::Document',
        Properties: {
          Name: `spotkeep-${stage}-${document}`,
          DocumentType: 'Command',
          DocumentFormat: 'JSON',
          TargetType: '/AWS::EC2::Instance',
          // Named documents cannot be replaced; a new version becomes the default at once.
          UpdateMethod: 'NewVersion',
          Content: ssmDocument(document),
          Tags: [{ Key: 'spotkeep:project', Value: `spotkeep-${stage}` }],
        },
      },
    ]),
  );
}

/** Base64 user data by launch template. */
export function userData(): Record<string, string> {
  const boothook = base64(boothookUserData());
  return {
    LaunchTemplate: boothook,
    UbuntuLaunchTemplate: boothook,
    FlatcarLaunchTemplate: base64(ignitionUserData()),
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
