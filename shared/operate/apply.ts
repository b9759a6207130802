// apply: a definition becomes a record, or changes one. The data decides what may change (shared/definition/change.ts).

import type { DryRun } from '../answer/apply.ts';
import type { CommandAnswer, Refusal } from '../answer/done.ts';
import { hash } from '../base/hash.ts';
import { checkChange, type Present } from '../definition/change.ts';
import type { Definition } from '../definition/definition.ts';
import type { Remark } from '../definition/problem.ts';
import { warnings } from '../definition/warnings.ts';
import type { Deps, TableDeps } from '../loop/deps.ts';
import { load } from '../loop/store.ts';
import { wakeSoon } from '../loop/tell.ts';
import type { RecordBody } from '../record/record.ts';
import { RECORD_SCHEMA } from '../record/record.ts';
import { differences } from './difference.ts';
import { destroyedRefusal, type Edit, type Editing, editable, editRecord, invalidRefusal } from './edit.ts';
import { resolveImage } from './image.ts';
import { repairRemark, repairWith } from './repair.ts';
import { retentionTold } from './retention.ts';

export interface ApplyRequest {
  definition: Definition;
  setupScript?: string;
  /** The adopted volume's id typed once more. */
  confirmVolume?: string;
  /** Says what would change, and changes nothing. */
  dryRun?: boolean;
}

export type ApplyDeps = TableDeps & Pick<Deps, 'commands'>;

const newRecord = async (deps: ApplyDeps, definition: Definition, imageId: string): Promise<RecordBody> => {
  const now = deps.clock.now();
  return {
    schema: RECORD_SCHEMA,
    tableId: await deps.records.tableId(),
    definition,
    definitionHash: hash(JSON.stringify(definition)),
    imageId,
    dataset: { id: deps.ids.ulid(), fsUuid: deps.ids.uuid(), formatted: false, setupDone: false },
    generation: 0,
    lastGeneration: 0,
    provedGeneration: 0,
    lineage: [],
    leaving: [],
    operationNumber: 0,
    state: 'parked',
    stateSince: now,
    unavailablePools: [],
    launches: [],
    suspended: [],
    failedInstances: 0,
    failedVolumes: 0,
    snapshots: [],
    retention: {},
    deletions: [],
  };
};

const create = async (
  deps: ApplyDeps,
  request: ApplyRequest,
  imageId: string,
): Promise<CommandAnswer | undefined> => {
  const { definition, confirmVolume } = request;
  const workload = definition.name;
  const { volume } = definition;
  if (volume.kind === 'adopt') {
    if (confirmVolume !== volume.volumeId) {
      return invalidRefusal(workload, {
        path: 'confirmVolume',
        expected: `the id typed once more: ${volume.volumeId}`,
      });
    }
    const claimed = await deps.records.claim({
      id: volume.volumeId,
      workload,
      kind: 'volume',
      claimedAt: deps.clock.now(),
    });
    if (!claimed) {
      const owner = await deps.records.claimOf(volume.volumeId);
      return invalidRefusal(workload, {
        path: 'volume.adopt',
        expected: `a volume no other workload has (this one belongs to ${owner?.workload})`,
      });
    }
  }
  await keepScript(deps, request);
  const body = await newRecord(deps, definition, imageId);
  const outcome = await deps.records.create({
    name: workload,
    version: 1,
    lastWriteId: deps.ids.ulid(),
    wakeAt: deps.clock.now(),
    body,
  });
  if (outcome.kind === 'conflict') return undefined;
  return { ok: true, changed: true, workload, state: 'parked', says: `${workload} is known now` };
};

const presentOf = ({ volume, migration, candidate, dataset }: RecordBody): Present => ({
  zone: volume?.zone,
  nextZone: migration?.toZone ?? (volume ? undefined : candidate?.zone),
  sizeGiB: dataset.sizeGiB,
});

const change = (deps: ApplyDeps, request: ApplyRequest, imageId: string): Promise<CommandAnswer> => {
  const { definition } = request;
  const edit = (body: RecordBody, { repairs }: Editing): Edit => {
    const definitionHash = hash(JSON.stringify(definition));
    if (!repairs && definitionHash === body.definitionHash) return { says: 'already so: nothing changed' };
    const present = presentOf(body);
    const { problems, warnings } = checkChange(body.definition, definition, present);
    const [problem] = problems;
    if (problem) return invalidRefusal(definition.name, problem);
    const now = deps.clock.now();
    const told = retentionTold(body, definition, now);
    return {
      body: {
        ...body,
        definition,
        definitionHash,
        imageId: body.definition.image === definition.image ? body.imageId : imageId,
        retention: told.retention,
      },
      says: [
        repairs ? 'definition changed: the record can be read again' : 'definition changed',
        ...told.says,
        ...warnings.map(({ path, text }) => `${path}: ${text}`),
      ].join('; '),
      retention: told.lowering,
    };
  };
  return editRecord(deps, definition.name, edit, { repair: repairWith(definition) });
};

/** The script is pinned by its hash in the definition: an instance refuses another. */
const keepScript = async (deps: ApplyDeps, { definition, setupScript }: ApplyRequest): Promise<void> => {
  if (setupScript === undefined) return;
  await deps.commands.putParameter(`${deps.settings.parameterPath}/${definition.name}/setup`, setupScript);
};

/**
 * What follows the write of the record: all of it each time, also where nothing had to be written, because an earlier
 * apply may have ended here. One step that fails keeps none of the others back; the apply fails for it, to be run again.
 */
const finish = async (
  deps: ApplyDeps,
  request: ApplyRequest,
  by: 'create' | 'change' | 'none',
): Promise<void> => {
  const { name, notifyTopicArn } = request.definition;
  const steps = [
    // A script without the record that names it is never run; a record without its script would hold.
    ...(by === 'create' ? [] : [() => keepScript(deps, request)]),
    () => deps.bus.routeNotifications(name, notifyTopicArn),
    ...(by === 'change' ? [] : [() => wakeSoon(deps, name)]),
  ];
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
};

/** The same checks as of the real one, except another workload's claim of an adopted volume. */
const dryRun = async (deps: ApplyDeps, { definition }: ApplyRequest): Promise<DryRun | Refusal> => {
  const workload = definition.name;
  const found = await editable(deps, workload, { repair: repairWith(definition) });
  if ('ok' in found && found.code !== 'not-found') return found;
  const body = 'ok' in found ? undefined : found.body;
  if (body?.destroyed) return destroyedRefusal(workload, body.destroyed.at);
  const checked = body
    ? checkChange(body.definition, definition, presentOf(body))
    : { problems: [], warnings: [] };
  const [problem] = checked.problems;
  if (problem) return invalidRefusal(workload, problem);
  const unread = 'ok' in found ? undefined : found.unread;
  const changes = differences(unread ? unread.definition : body?.definition, definition);
  const told = body && retentionTold(body, definition, deps.clock.now());
  return {
    ok: true,
    changed: false,
    dryRun: true,
    workload,
    state: body?.state ?? 'parked',
    created: body === undefined,
    changes,
    warnings: [
      ...(unread ? [repairRemark(unread)] : []),
      ...checked.warnings,
      ...(told?.says ?? []).map((text): Remark => ({ path: 'retention', kind: 'warning', text })),
      ...warnings(definition),
    ].map((one) => ({ ...one })),
    retention: told?.lowering,
    says: body ? `${changes.length} changes` : `${workload} is new`,
  };
};

export const apply = async (deps: ApplyDeps, request: ApplyRequest): Promise<CommandAnswer | DryRun> => {
  const { definition } = request;
  const workload = definition.name;
  const image = await resolveImage(deps.commands, definition, deps.settings.parameterPath);
  if (image.kind === 'unknown') return invalidRefusal(workload, { path: 'image', expected: image.expected });
  if (request.dryRun) return dryRun(deps, request);
  const known = (await load(deps, workload)).kind !== 'absent';
  const created = known ? undefined : await create(deps, request, image.imageId);
  const answer = created ?? (await change(deps, request, image.imageId));
  if (answer.ok) await finish(deps, request, created ? 'create' : answer.changed ? 'change' : 'none');
  return answer;
};
