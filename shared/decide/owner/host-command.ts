// One operation on the host at a time: sent, polled, sent again under the same number and id, or given up.
// SendCommand has no client token; the operation inside the parameters is what makes it safe to repeat.

import { add, type Ms, since } from '../../base/time.ts';
import type { HostAnswer } from '../../host/answer.ts';
import type { HostDocument } from '../../port/commands.ts';
import type { HostCommand, Owner } from '../../record/record.ts';
import { type Context, intend, rests, type Step, type View, wait } from '../turn/context.ts';
import { grantUntil } from '../turn/grant.ts';
import { COMMAND_RESEND, COMMAND_RESEND_LOST, LOOK_AGAIN, LOOK_AT_PROBE } from '../turn/limits.ts';

export type Flow =
  /** Something to do this turn (send, or send again). */
  | { kind: 'step'; step: Step }
  | { kind: 'waiting' }
  | { kind: 'answered'; answer: HostAnswer }
  /** `reached`: the host may have got it; false only where every send was refused. */
  | { kind: 'gave-up'; why: string; reached: boolean };

const effectOf = ({ document, instanceId, parameters }: HostCommand) =>
  ({ kind: 'command', document, instanceId, parameters }) as const;

const send = (ctx: Context, command: HostCommand, reason: string): Flow => {
  command.sentAt = ctx.now;
  command.tries += 1;
  command.commandId = undefined;
  ctx.r.command = command;
  return { kind: 'step', step: intend(ctx, effectOf(command), reason) };
};

export interface HostCommandRequest {
  document: HostDocument;
  parameters: Record<string, string>;
  /** How long the answer is waited for in all. */
  within: Ms;
  reason: string;
}

/** Drives one operation of `document` on the owner; a command of another document in flight is dropped for it. */
export const runCommand = (ctx: Context, owner: Owner, request: HostCommandRequest): Flow => {
  const { r, now, reading } = ctx;
  const current = r.command;
  if (!current || current.instanceId !== owner.instanceId || current.document !== request.document) {
    // One of its kind was sent a moment ago and has answered: another answer so soon would be the same.
    const { instanceId } = owner;
    const { document, parameters } = request;
    if (rests(ctx, { kind: 'command', document, instanceId, parameters })) return { kind: 'waiting' };
    r.operationNumber += 1;
    const operation = { number: r.operationNumber, id: ctx.fresh.id };
    return send(
      ctx,
      {
        document: request.document,
        instanceId: owner.instanceId,
        operation,
        parameters: {
          ...request.parameters,
          operationNumber: String(operation.number),
          operationId: operation.id,
        },
        sentAt: now,
        deadline: add(now, request.within),
        tries: 0,
      },
      request.reason,
    );
  }
  const result = reading.command.kind === 'read' ? reading.command.value : undefined;
  // `busy` asks for patience under the same number and id; `unfinished` (begun and cut) for a new operation.
  const answer =
    result?.kind === 'answered' && result.answer.operation.id === current.operation.id
      ? result.answer
      : undefined;
  if (answer && answer.code !== 'busy') {
    r.command = undefined;
    return { kind: 'answered', answer };
  }
  if (now >= current.deadline) {
    r.command = undefined;
    const reached = current.refused !== current.tries;
    return { kind: 'gave-up', why: `no answer to ${current.document} in time`, reached };
  }
  const silent = current.commandId === undefined || (result !== undefined && result.kind !== 'pending');
  const pause = silent ? COMMAND_RESEND_LOST : COMMAND_RESEND;
  const due = since(current.sentAt, now) >= pause && (silent || result?.kind === 'pending');
  if (due && !rests(ctx, effectOf(current))) {
    return send(ctx, current, `${request.document} sent again: no answer yet`);
  }
  // Nothing waits for a probe; the others hold up the service.
  wait(
    ctx,
    request.document,
    `${request.document} on ${owner.instanceId}`,
    request.document === 'probe' ? LOOK_AT_PROBE : LOOK_AGAIN,
  );
  return { kind: 'waiting' };
};

/** The definition's or the present size of the data volume, whichever is known. */
const expectedSize = ({ definition, r }: View): number =>
  r.dataset.sizeGiB ?? (definition.volume.kind === 'new' ? definition.volume.sizeGiB : 1);

/** Which data the host is to have before it (values by the names of shared/host/parameters.ts). */
const identity = (ctx: View): Record<string, string> => ({
  datasetId: ctx.r.dataset.id,
  volumeId: ctx.r.volume?.volumeId ?? '',
  generation: String(ctx.r.generation),
  migrationId: ctx.r.volume?.migrationId ?? 'none',
});

const grantText = (ctx: View): string => String(Math.floor(grantUntil(ctx) / 1000));

const device = (ctx: View): Record<string, string> => ({
  fileSystem: ctx.definition.volume.fileSystem,
  expectSizeGiB: String(expectedSize(ctx)),
});

export const formatParameters = (ctx: View): Record<string, string> => ({
  ...identity(ctx),
  fsUuid: ctx.r.dataset.fsUuid,
  ...device(ctx),
  grantUntil: grantText(ctx),
});

export const adoptParameters = (ctx: View, mode: 'inspect' | 'write'): Record<string, string> => ({
  ...formatParameters(ctx),
  fsUuid: mode === 'inspect' ? 'none' : ctx.r.dataset.fsUuid,
  adoptMode: mode,
  deadDriver: ctx.r.dataset.deadDriver ?? 'refuse',
});

export const startParameters = (ctx: View): Record<string, string> => {
  const sha256 = ctx.r.dataset.setupDone ? undefined : ctx.definition.setup?.sha256;
  return {
    ...formatParameters(ctx),
    parentGeneration: ctx.r.volume?.parent ? String(ctx.r.volume.parent.generation) : 'none',
    stopBudgetSeconds: String(ctx.definition.stopGraceSeconds),
    setupSha256: sha256 ?? 'none',
    setupParameter: sha256 ? `${ctx.settings.parameterPath}/${ctx.name}/setup` : 'none',
    unkeptBinds: ctx.definition.unkeptBinds,
  };
};

export const probeParameters = (ctx: View): Record<string, string> => {
  const { health, unkeptBinds } = ctx.definition;
  return {
    ...identity(ctx),
    grantUntil: grantText(ctx),
    unkeptBinds,
    healthKind: health.kind,
    healthPort: String(health.kind === 'container' ? 0 : health.port),
    healthPath: health.kind === 'http' ? health.path : 'none',
  };
};

export const stopParameters = (ctx: View, budgetSeconds: number): Record<string, string> => ({
  volumeId: ctx.r.volume?.volumeId ?? '',
  stopBudgetSeconds: String(budgetSeconds),
});
