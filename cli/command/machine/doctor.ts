// `spotkeep doctor [-f FILE…]`: is everything there that a workload needs? Looks, never changes; each finding with what
// to do. Judged for the definitions given, or for all workloads there are.

import { isUnread, type Unread } from '../../../shared/answer/status.ts';
import type { Definition } from '../../../shared/definition/definition.ts';
import type { Colour, Style } from '../../../text/style.ts';
import { readGoodDefinitions } from '../../input/definition-file.ts';
import { type Action, listOption } from '../../session/action.ts';
import { awsFailure } from '../../session/aws-error.ts';
import { CommandError, EXIT, oneLine } from '../../session/exit.ts';
import type { Session } from '../../session/session.ts';
import { VERSION } from '../../session/version.ts';
import { definitionOf, listWorkloads, unreadable } from '../../session/workload.ts';
import { examine, type Finding, type Verdict } from './checkup.ts';

const COLOURS: Record<Verdict, Colour> = { ok: 'green', warning: 'yellow', wrong: 'red', unknown: 'yellow' };

/** What to do stands below what was found: both may be long. */
function findingText({ verdict, check, says, next }: Finding, style: Style): string[] {
  const mark = style.paint(COLOURS[verdict], verdict.padEnd(7));
  return [
    `${mark}  ${check}: ${oneLine(says)}`,
    ...(next === undefined ? [] : [`         ${style.unicode ? '→' : '->'} ${oneLine(next)}`]),
  ];
}

export const run: Action = async (session, typed) => {
  const { outside, globals } = session;
  const files = listOption(typed, 'file');
  const given =
    files.length > 0 ? readGoodDefinitions(files, outside).map(({ definition }) => definition) : undefined;
  const aws = await session.aws();
  const { account, arn } = await aws.identity().catch((error: unknown) => {
    throw awsFailure(error, 'asking AWS who you are', globals.endpointUrl) ?? error;
  });
  const findings: Finding[] = [
    { check: 'credentials', verdict: 'ok', says: `${arn} in account ${account}, region ${aws.region}` },
  ];
  const definitions = given ?? (await knownDefinitions(session, findings));
  const inspector = await aws.inspector();
  findings.push(...(await examine({ inspector, definitions, stage: globals.stage, version: VERSION })));
  const bad = findings.filter(({ verdict }) => verdict === 'wrong').length;
  const lines = [
    ...findings.flatMap((one) => findingText(one, outside.style)),
    '',
    bad === 0 ? 'no blocking problems found' : `${bad} problems to fix before a workload can run`,
  ];
  return { json: { ok: bad === 0, findings }, lines, exit: bad === 0 ? EXIT.ok : EXIT.other };
};

/** Of all workloads; a stack that is not there is a finding here, not the end. */
async function knownDefinitions(session: Session, findings: Finding[]): Promise<Definition[]> {
  try {
    const workloads = await listWorkloads(session);
    if (workloads.length === 0) {
      const says = 'no workload yet: subnets, image and capacity are looked at for a definition';
      findings.push({ check: 'workloads', verdict: 'warning', says, next: 'spotkeep doctor -f FILE' });
    }
    const known: Definition[] = [];
    for (const one of workloads) {
      if (isUnread(one)) findings.push(unreadFinding(one));
      else known.push(definitionOf(one));
    }
    return known;
  } catch (error) {
    if (!(error instanceof CommandError) || error.failure.exit === EXIT.credentials) throw error;
    const { says, next } = error.failure;
    findings.push({ check: 'functions', verdict: 'wrong', says, ...(next !== undefined && { next }) });
    return [];
  }
}

function unreadFinding(one: Unread): Finding {
  const { says, next } = unreadable(one).failure;
  return { check: `record of ${one.name}`, verdict: 'wrong', says, ...(next !== undefined && { next }) };
}
