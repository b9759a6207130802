// Has EC2 take one Spot instance with two minutes' notice: by the Fault Injection Service on AWS (its User Guide, action
// aws:ec2:send-spot-instance-interruptions), by the local region's own control endpoint there.

import { TAG } from '../../shared/port/tags.ts';
import { CommandError, EXIT } from '../session/exit.ts';
import { type Credentials, sign } from './sign.ts';

export interface Interruption {
  instanceId: string;
  workload: string;
  stage: string;
}

export interface FisAccess {
  region: string;
  /** Where every service is, when the person says so (--endpoint-url). */
  endpointUrl: string | undefined;
  account: string;
  credentials: () => Promise<Credentials>;
  now: () => number;
}

/** FIS wants the notice as a duration; two minutes is the least, and what EC2 gives. */
const NOTICE = 'PT2M';
const REQUEST_TIMEOUT_MS = 15_000;

/** Makes an experiment for this one instance, starts it, and removes the template again. Answers the experiment's id. */
export async function interruptByFis(access: FisAccess, wanted: Interruption): Promise<string> {
  const template = await call(access, {
    method: 'POST',
    path: '/experimentTemplates',
    body: templateOf(access, wanted),
  });
  const id = textAt(template, 'experimentTemplate', 'id');
  try {
    const body = { clientToken: `spotkeep-${access.now()}`, experimentTemplateId: id, tags: tagsOf(wanted) };
    return textAt(await call(access, { method: 'POST', path: '/experiments', body }), 'experiment', 'id');
  } finally {
    // A running experiment needs its template no more.
    await call(access, { method: 'DELETE', path: `/experimentTemplates/${id}` });
  }
}

const tagsOf = ({ workload, stage }: Interruption) => ({
  [TAG.project]: `spotkeep-${stage}`,
  [TAG.workload]: workload,
});

function templateOf({ region, account, now }: FisAccess, wanted: Interruption) {
  const { instanceId, workload, stage } = wanted;
  return {
    clientToken: `spotkeep-template-${now()}`,
    description: `spotkeep drill: interrupt ${workload}`,
    roleArn: `arn:aws:iam::${account}:role/spotkeep-${stage}-${region}-drill`,
    stopConditions: [{ source: 'none' }],
    targets: {
      instance: {
        resourceType: 'aws:ec2:spot-instance',
        resourceArns: [`arn:aws:ec2:${region}:${account}:instance/${instanceId}`],
        selectionMode: 'ALL',
      },
    },
    actions: {
      interrupt: {
        actionId: 'aws:ec2:send-spot-instance-interruptions',
        parameters: { durationBeforeInterruption: NOTICE },
        targets: { SpotInstances: 'instance' },
      },
    },
    tags: tagsOf(wanted),
  };
}

interface Call {
  method: string;
  path: string;
  body?: unknown;
}

async function call(access: FisAccess, { method, path, body }: Call): Promise<unknown> {
  const url = new URL(path, access.endpointUrl ?? `https://fis.${access.region}.amazonaws.com`);
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = sign(
    { method, url, headers: { 'content-type': 'application/json' }, body: text },
    { credentials: await access.credentials(), region: access.region, service: 'fis', now: access.now() },
  );
  const { host: _host, ...sent } = headers;
  const answer = await fetch(url, {
    method,
    headers: sent,
    ...(text !== '' && { body: text }),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  const value: unknown = await answer.json();
  if (answer.ok) return value;
  const code = answer.headers.get('x-amzn-errortype')?.split(':')[0] ?? `HTTP ${answer.status}`;
  // Told by its code like every other error of AWS's.
  throw Object.assign(new Error(`FIS refused ${method} ${path}: ${code}`), { name: code });
}

/** The endpoint of `spotkeep local`: the same notice, without an account. */
export async function interruptLocally(endpointUrl: string, { workload }: Interruption): Promise<string> {
  const answer = await fetch(new URL('/_spotkeep/trouble', endpointUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ do: 'interrupt', target: workload }),
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  const text = await answer.text();
  if (answer.ok) return 'local';
  throw new CommandError({
    exit: EXIT.other,
    code: 'drill-refused',
    says: `the local region refused: ${text.slice(0, 300)}`,
  });
}

function textAt(value: unknown, ...path: string[]): string {
  const found = path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
    value,
  );
  if (typeof found === 'string') return found;
  throw new CommandError({
    exit: EXIT.other,
    code: 'bad-answer',
    says: `FIS answered without ${path.join('.')}`,
  });
}
