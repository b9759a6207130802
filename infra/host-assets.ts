// The SSM documents and the user data, from shared/host: the one place where scripts become CloudFormation.
// Every parameter has a pattern and reaches the script as an environment variable (`SSM_<name>`), never as text pasted
// into it ("Data elements and parameters", interpolationType). Document names end in the document's own name; the
// control plane knows them by the prefix `spotkeep-<stage>`.

import { readFileSync } from 'node:fs';
import { hostScript } from '../shared/host/bundle.ts';
import { PARAMETERS } from '../shared/host/parameters.ts';
import type { HostDocument } from '../shared/port/cloud.ts';

/**
 * How long a run may take, seconds, before SSM kills it: above each script's own budgets, so that the script gives its
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
    inputs: { timeoutSeconds: number; runCommand: string[] };
  }[];
}

interface SsmParameter {
  type: 'String';
  description: string;
  allowedPattern: string;
  interpolationType: 'ENV_VAR';
}

export function ssmDocument(document: HostDocument): SsmDocument {
  const parameters = Object.entries(PARAMETERS[document]).map(([name, { pattern, meaning }]) => [
    name,
    { type: 'String', description: meaning, allowedPattern: pattern, interpolationType: 'ENV_VAR' } as const,
  ]);
  return {
    schemaVersion: '2.2',
    description: DESCRIPTIONS[document],
    parameters: Object.fromEntries(parameters),
    mainSteps: [
      {
        action: 'aws:runShellScript',
        name: document,
        precondition: { StringEquals: ['platformType', 'Linux'] },
        inputs: { timeoutSeconds: RUN_LIMIT_SECONDS[document], runCommand: hostScript(document).split('\n') },
      },
    ],
  };
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
  const guard = readFileSync(new URL('./guard.sh', import.meta.url), 'utf8');
  const boothook = Buffer.from(`#cloud-boothook\n${guard}`).toString('base64');
  return {
    LaunchTemplate: boothook,
    UbuntuLaunchTemplate: boothook,
    FlatcarLaunchTemplate: Buffer.from(JSON.stringify(ignition(guard))).toString('base64'),
  };
}

/** Ignition has no boothook, but masks units and writes files before the real root ever starts a service. */
function ignition(guard: string): Record<string, unknown> {
  const masked = ['docker.service', 'docker.socket', 'containerd.service'];
  return {
    ignition: { version: '3.3.0' },
    storage: {
      files: [
        {
          path: '/opt/spotkeep/guard.sh',
          mode: 0o755,
          contents: { source: `data:;base64,${Buffer.from(guard).toString('base64')}` },
        },
      ],
    },
    systemd: {
      units: [
        ...masked.map((name) => ({ name, mask: true })),
        {
          name: 'spotkeep-guard.service',
          enabled: true,
          contents: [
            '[Unit]',
            'Description=Keeps Docker off until its volume is mounted',
            'DefaultDependencies=no',
            'After=local-fs.target',
            'Before=basic.target docker.socket docker.service containerd.service',
            '[Service]',
            'Type=oneshot',
            'ExecStart=/opt/spotkeep/guard.sh',
            '[Install]',
            'WantedBy=basic.target',
            '',
          ].join('\n'),
        },
      ],
    },
  };
}
