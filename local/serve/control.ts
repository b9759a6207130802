// The endpoint beside AWS's: faults to inject into the region (`spotkeep local interrupt …`) and how it stands, for
// people, the dashboard and tests.

import { TAG } from '../../shared/port/tags.ts';
import type { RawRequest, RawResponse } from '../../simulator/wire/protocol.ts';
import { isRegionError } from '../../simulator/wire/protocol.ts';
import type { LambdaService } from '../lambda/service.ts';
import { troubleShape } from '../region/trouble.ts';
import type { LocalWorld } from '../region/world.ts';

export interface ControlDeps {
  world: LocalWorld;
  service: LambdaService;
  latency: number;
  problems: readonly string[];
  logs: () => readonly string[];
}

const json = (statusCode: number, value: unknown): RawResponse => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});

export const control =
  (deps: ControlDeps) =>
  async (request: RawRequest): Promise<RawResponse> => {
    const [path] = request.path.split('?');
    if (request.method === 'GET' && path === '/_spotkeep/state') return json(200, await state(deps));
    if (request.method === 'GET' && path === '/_spotkeep/logs') return json(200, { lines: deps.logs() });
    if (request.method !== 'POST' || path !== '/_spotkeep/trouble')
      return json(404, { message: 'GET /_spotkeep/state, GET /_spotkeep/logs, POST /_spotkeep/trouble' });
    let body: unknown;
    try {
      body = JSON.parse(request.body);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return json(400, { message: 'the body is no JSON' });
    }
    const trouble = troubleShape.safeParse(body);
    if (!trouble.success) {
      const [issue] = trouble.error.issues;
      return json(400, { message: `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'malformed'}` });
    }
    try {
      return json(200, {
        says: await deps.world.trouble(trouble.data),
        region: deps.world.region.regionName,
      });
    } catch (error) {
      if (!isRegionError(error)) throw error;
      return json(409, { message: error.message });
    }
  };

/** How the region stands, and what its judge has against what happened. */
const state = ({ world, service, latency, problems }: ControlDeps): Promise<unknown> =>
  world.look(() => {
    const { region, ledger, judge, kernel } = world;
    world.hosts.flushAll();
    return {
      now: kernel.now(),
      region: region.regionName,
      zones: region.zones,
      latency,
      functions: region.stack.functions.map((fn) => ({ name: fn.name, ...service.countsOf(fn) })),
      containers: service.containers(),
      queued: region.asks.pending.size,
      deadLetters: Object.fromEntries(region.asks.deadLetters),
      told: region.bus.told,
      problems,
      instances: [...region.instances.values()].map(
        ({ id, state: now, type, zone, purchase, reclaimAt }) => ({
          id,
          state: now,
          type,
          zone,
          purchase,
          ...(reclaimAt === undefined ? {} : { reclaimAt }),
        }),
      ),
      volumes: [...region.volumes.values()].map(({ id, state: now, zone, tags, attachment, content }) => ({
        id,
        state: now,
        zone,
        role: tags[TAG.role],
        attachedTo: attachment?.instanceId,
        records: content.records,
      })),
      snapshots: [...region.snapshots.values()].map(({ id, state: now, volumeId }) => ({
        id,
        state: now,
        volumeId,
      })),
      workloads: [...judge.records].map(([name, record]) => {
        const volume = region.volumes.get(record.volume?.volumeId ?? '');
        return {
          name,
          state: record.state,
          acknowledged: ledger.line(name).acknowledged,
          found: volume === undefined ? 0 : volume.content.records - volume.content.missing,
          writing: ledger.line(name).writer?.instanceId,
        };
      }),
      violations: judge.violations,
    };
  });
