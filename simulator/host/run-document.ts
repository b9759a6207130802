// One document on a simulated host: its stages in the order of decision.json, each effect taking its time; a host that
// loses power in between leaves the operation cut.

import { type Ms, ms, seconds } from '../../shared/base/time.ts';
import { type HostEffect, type Row, rowFor, stagesOf } from '../../shared/host/decision.ts';
import { badParameters } from '../../shared/host/parameters.ts';
import type { HostDocument } from '../../shared/port/commands.ts';
import { healthOf } from './containers.ts';
import { type SavedOperation, works } from './host.ts';
import { type HostSight, observeHost } from './observe.ts';

/** Power went, or the machine was cut short by a fault: nothing more of this run happens. */
class Cut extends Error {}

export interface DocumentDeps {
  now(): number;
  sleep(duration: Ms): Promise<void>;
  perform(effect: HostEffect, seen: HostSight): Promise<void>;
  /** Cut midway by a fault, after this many effects; undefined for none. */
  cutAfter: number | undefined;
}

export interface DocumentResult {
  status: 'Success' | 'Failed';
  output: string;
}

const LOCK_WAIT = seconds(10);

const answerLine = (seen: HostSight, row: Row, did: string[]): string => {
  const { host, parameters, volume } = seen;
  const { content } = volume ?? {};
  return JSON.stringify({
    ok: row.ok,
    code: row.answer,
    operation: { number: Number(parameters.operationNumber), id: parameters.operationId },
    document: seen.document,
    row: row.id,
    say: row.say,
    ...(row.hold ? { hold: true } : {}),
    ...(row.remedy ? { remedy: row.remedy } : {}),
    bootId: host.bootId,
    did,
    unmounted: host.mounted === undefined,
    ...(content && content.fileSystem !== 'none'
      ? { fsUuid: content.fsUuid, fileSystem: content.fileSystem }
      : {}),
    ...(seen.progress.setup ? { setup: seen.progress.setup } : {}),
    ...(seen.document === 'probe' || seen.document === 'start'
      ? {
          dockerUp: host.docker,
          ...healthOf(host, volume),
          fullPercent: 40,
          grant: host.grant,
        }
      : {}),
    ...(host.noticeActionAt === undefined ? {} : { spotNotice: new Date(host.noticeActionAt).toISOString() }),
  });
};

const taken = (document: HostDocument): boolean => document !== 'probe' && document !== 'stop';

/** `stop` asks a start under way to give up and waits for its lock; the others wait a little for a free one. */
const awaitLock = async (deps: DocumentDeps, seen: HostSight): Promise<void> => {
  const { host, parameters } = seen;
  const patience = seen.document === 'stop' ? seconds(Number(parameters.stopBudgetSeconds ?? 30)) : LOCK_WAIT;
  const until = deps.now() + patience;
  while (host.lock !== undefined && host.lock !== parameters.operationId && deps.now() < until)
    await deps.sleep(ms(500));
};

export const runDocument = async (
  deps: DocumentDeps,
  seen: HostSight,
): Promise<DocumentResult | undefined> => {
  const { host, parameters, document } = seen;
  const { epoch } = host;
  let effects = 0;
  const did: string[] = [];
  const check = (): void => {
    if (!works(host) || host.epoch !== epoch) throw new Cut();
    if (deps.cutAfter !== undefined && effects > deps.cutAfter) throw new Cut();
  };
  let saved: SavedOperation | undefined;
  const carry = async (row: Row): Promise<void> => {
    for (const effect of row.effects) {
      if (effect === 'begin') {
        saved = {
          number: Number(parameters.operationNumber),
          id: parameters.operationId ?? '',
          document,
          running: true,
        };
        host.operations.set(saved.id, saved);
        host.lastOperation = Math.max(host.lastOperation, saved.number);
        if (taken(document)) host.lock = saved.id;
      } else await deps.perform(effect, seen);
      effects += 1;
      did.push(effect);
      check();
    }
  };
  const bad = badParameters(document, withoutTimeout(parameters));
  const finish = (row: Row): DocumentResult => {
    const output = answerLine(seen, row, did);
    if (saved) {
      // What could not have the lock is not done: repeated, it says that it was cut.
      if (row.answer !== 'busy') saved.answer = output;
      saved.running = false;
    }
    return { status: row.ok ? 'Success' : 'Failed', output };
  };
  try {
    if (taken(document)) await awaitLock(deps, seen);
    for (const stage of stagesOf(document)) {
      if (stage === 'stop-mount') {
        await awaitLock(deps, seen);
        if (host.lock === undefined) host.lock = parameters.operationId;
      }
      const row = rowFor(stage, { ...observeHost(seen), parameters: bad.length > 0 ? 'invalid' : 'valid' });
      if (row.answer === 'saved-answer') {
        const answer = host.operations.get(parameters.operationId ?? '')?.answer ?? '';
        return {
          status: 'Success',
          output: answer.replace('{', `{"repeated":true,"repeatRow":"${row.id}",`),
        };
      }
      await carry(row);
      if (row.answer !== 'continue') return finish(row);
      check();
    }
    throw new Error(`decision.json: ${document} ends without an answer`);
  } catch (error) {
    if (!(error instanceof Cut)) throw error;
    if (saved) saved.running = false;
    // Cut by a fault while the machine lives on: Systems Manager may still say Success, without our line.
    return works(host) && host.epoch === epoch ? { status: 'Success', output: '' } : undefined;
  } finally {
    if (host.lock === parameters.operationId && host.epoch === epoch) host.lock = undefined;
  }
};

/** `executionTimeout` is the document's own, not the script's. */
const withoutTimeout = (parameters: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => name !== 'executionTimeout'));
