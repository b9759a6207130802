// How the application is, by what probes say. One that is not well is alerted and never replaced: another instance
// would start the same containers.

import { inMinutes, type Ms, ms, since } from '../../base/time.ts';
import type { HostAnswer } from '../../host/answer.ts';
import { type Unhealthy, unhealthyText } from '../../record/health.ts';
import type { Owner, RecordBody } from '../../record/record.ts';
import { alert, type Context, note } from '../turn/context.ts';
import { UNHEALTHY_NAME, UNHEALTHY_NAMED, UNHEALTHY_PROBES } from '../turn/limits.ts';

type Health = NonNullable<RecordBody['health']>;

const isBad = ({ state, health }: { state: string; health: string }): boolean =>
  state !== 'running' || health === 'unhealthy';

/**
 * As the host names them; one of the version before names none, and there it can be any that does not run. Names are
 * Docker's own (letters, digits, `_.-`); cut, because the record has its limit.
 */
const culpritsOf = ({ unhealthy, containers = [] }: HostAnswer): Unhealthy['containers'] =>
  (unhealthy ?? containers.filter(isBad)).slice(0, UNHEALTHY_NAMED).map(({ name, state }) => ({
    name: name.slice(0, UNHEALTHY_NAME),
    state: state.slice(0, UNHEALTHY_NAME),
  }));

/** Counted on this start, after the warm-up; `starting` says nothing, for a container that restarts on and on is that, too. */
const countUnhealthy = (ctx: Context, owner: Owner, answer: HostAnswer): Health['unhealthy'] => {
  const { r, now, definition } = ctx;
  const startedAt = owner.startedAt ?? now;
  const last = r.health?.unhealthy;
  const before = last && last.since >= startedAt ? last : undefined;
  if (answer.health === 'starting') return before;
  const warm = since(startedAt, now) >= definition.warmUpSeconds * 1000;
  if (answer.health !== 'unhealthy' || !warm) return undefined;
  return {
    since: before?.since ?? now,
    probes: (before?.probes ?? 0) + 1,
    containers: culpritsOf(answer),
  };
};

const minutesText = (lasts: Ms): string => `${inMinutes(lasts)} minutes`;

const tell = (ctx: Context, owner: Owner, unhealthy: Unhealthy): void => {
  const { now, definition } = ctx;
  const lasts = minutesText(since(unhealthy.since, now));
  const text = `the application has been unhealthy for ${lasts}: ${unhealthyText(definition, unhealthy)}`;
  const { containers } = unhealthy;
  alert(ctx, 'unhealthy', text, { instanceId: owner.instanceId, since: unhealthy.since, containers });
};

/** `down`: Docker does not answer, so nothing is known of the application. */
export const absorbHealth = (ctx: Context, owner: Owner, answer: HostAnswer, down: boolean): void => {
  const { r, now, definition } = ctx;
  const told = r.health?.unhealthy;
  const unhealthy = down ? undefined : countUnhealthy(ctx, owner, answer);
  r.health = {
    at: now,
    docker: !down,
    application: down ? 'unknown' : (answer.health ?? 'unknown'),
    fullPercent: answer.fullPercent,
    ...(unhealthy && { unhealthy }),
  };
  if (unhealthy && unhealthy.probes >= UNHEALTHY_PROBES) tell(ctx, owner, unhealthy);
  if (told && told.probes >= UNHEALTHY_PROBES && answer.health === 'healthy')
    note(ctx, 'healthy-again', {
      reason: `after ${minutesText(ms(now - told.since))}: ${unhealthyText(definition, told)}`,
      detail: { since: told.since, containers: told.containers },
    });
};
