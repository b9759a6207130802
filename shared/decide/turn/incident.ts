// An incident: from the moment the service was about to be, or was, taken away until it serves again, with its phases.

import { type Context, emit, note, phase } from './context.ts';

export type IncidentKind = 'warned' | 'lost' | 'halted';

/** Begins one unless one is under way (the first cause names it). Outside hours nothing is taken from anybody. */
export const beginIncident = (ctx: Context, kind: IncidentKind, instanceId: string): void => {
  const { r, now } = ctx;
  if (r.incident || !ctx.wanted.run) return;
  r.incident = {
    id: `${kind}-${instanceId}`,
    kind,
    at: now,
    instanceId,
    zoneFrom: r.volume?.zone ?? '',
    phases: [],
  };
  phase(ctx, kind === 'warned' ? 'noticed' : 'detected');
  emit(ctx, 'Interrupted', { kind, instanceId });
  note(ctx, 'interrupted', { reason: `instance ${instanceId} ${kind}`, detail: { kind, instanceId } });
};

/** Closes the incident: `serving` when the service is back, `closed` when its hours ended before. */
export const endIncident = (ctx: Context, outcome: 'serving' | 'closed'): void => {
  const { incident, volume } = ctx.r;
  if (!incident) return;
  ctx.r.incident = undefined;
  const detail = { ...incident, zoneTo: volume?.zone ?? '', endedAt: ctx.now, outcome };
  note(ctx, 'incident', { reason: `${incident.kind} interruption ended: ${outcome}`, detail });
  if (outcome === 'serving') emit(ctx, 'Recovered', { kind: incident.kind, since: incident.at });
};
