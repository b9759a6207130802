// What the last probe said of the application, and since when it has not been well.

import * as z from 'zod/mini';
import type { Definition } from '../definition/definition.ts';
import { at } from './fields.ts';

/** Probes in a row, on this start and after the warm-up, that found it unhealthy; `containers`: by the last of them. */
const unhealthy = z.looseObject({
  since: at,
  probes: z.int().check(z.gte(1)),
  containers: z.array(z.object({ name: z.string(), state: z.string() })),
});

export type Unhealthy = z.infer<typeof unhealthy>;

export const health = z.looseObject({
  at,
  docker: z.boolean(),
  application: z.string(),
  fullPercent: z.optional(z.number()),
  unhealthy: z.optional(unhealthy),
});

const containerText = ({ name, state }: Unhealthy['containers'][number]): string =>
  state === 'running' ? `container ${name} fails its own health check` : `container ${name} is ${state}`;

/** In words, for alerts and status. Where the definition has a check of its own that one decides; containers are a hint. */
export const unhealthyText = ({ health: asked }: Definition, { containers }: Unhealthy): string => {
  const check = asked.kind === 'container' ? [] : [`the ${asked.kind} check of port ${asked.port} fails`];
  const told = [...check, ...containers.map(containerText)];
  return told.length > 0 ? told.join(', ') : 'no container runs';
};
