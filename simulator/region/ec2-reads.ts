// EC2's reads and lookups: by id, by filter, by page, as of the moment a read shows.

import { type RegionContext, strikes } from './state/context.ts';
import {
  type Filters,
  fail,
  filtersOf,
  type Input,
  numberOf,
  page,
  recordOf,
  records,
  text,
  texts,
} from './state/input.ts';
import type { AwsShape, SimInstance, SimSnapshot, SimVolume } from './state/model.ts';
import { zoneIdOf } from './state/offer.ts';
import type { Versioned } from './state/versioned.ts';

/** `asOf`: the moment whose view a read shows. */
export type RegionCall = (input: Input, asOf: number) => AwsShape;

/** How long a new instance may be unknown to some of EC2 (page "Eventual consistency in the Amazon EC2 API"). */
const SETTLES_MS = 8_000;

const tagOf = (view: AwsShape, key: string): string | undefined => {
  const found = records(view, 'Tags').find((tag) => tag.Key === key);
  return found ? (text(found, 'Value') ?? '') : undefined;
};

const matches = (view: AwsShape, filters: Filters, fields: Record<string, string>): boolean => {
  for (const [name, values] of filters) {
    const value = name.startsWith('tag:') ? tagOf(view, name.slice(4)) : fields[name];
    if (value === undefined || !values.has(value)) return false;
  }
  return true;
};

/** Resources by id, refused as EC2 refuses unknown ones. */
export const lookups = (region: RegionContext) => {
  const at = () => region.kernel.now();
  const instance = (id: string): SimInstance => {
    const found = region.instances.get(id);
    const unseen = found && at() - found.launchedAt < SETTLES_MS && strikes(region, 'notFoundAfterCreate');
    if (!found || unseen || found.views.asOf(at()) === undefined) {
      throw fail('ec2', 'InvalidInstanceID.NotFound', `The instance ID '${id}' does not exist`);
    }
    return found;
  };
  const volume = (id: string): SimVolume => {
    const found = region.volumes.get(id);
    if (!found || found.state === 'deleted')
      throw fail('ec2', 'InvalidVolume.NotFound', `The volume '${id}' does not exist.`);
    return found;
  };
  const snapshot = (id: string): SimSnapshot => {
    const found = region.snapshots.get(id);
    if (!found || found.deleted)
      throw fail('ec2', 'InvalidSnapshot.NotFound', `The snapshot '${id}' does not exist.`);
    return found;
  };

  return { instance, volume, snapshot };
};

/** A list that changes while it is read page by page: something on the edge is shown twice, or not at all. */
const changingPage = <T>(region: RegionContext, all: T[], input: Input): { items: T[]; next?: string } => {
  const token = text(input, 'NextToken');
  const [begun, size] = token === undefined ? [] : token.split('/').map(Number);
  if (begun !== undefined && size !== undefined) {
    const start = Math.max(0, begun + region.chance('pages').pick([-1, 0, 1]));
    const items = all.slice(start, start + size);
    return start + size < all.length ? { items, next: `${start + size}/${size}` } : { items };
  }
  const whole = (numberOf(input, 'MaxResults') ?? 1000) >= all.length && token === undefined;
  if (!whole || all.length < 2 || !strikes(region, 'smallPages', 'pages')) return page(all, input);
  const half = Math.ceil(all.length / 2);
  return { items: all.slice(0, half), next: `${half}/${half}` };
};

const withProgress = (region: RegionContext, view: AwsShape): AwsShape => {
  const found = region.snapshots.get(text(view, 'SnapshotId') ?? '');
  if (view.State !== 'pending' || !found) return view;
  const share = (region.kernel.now() - found.startedAt) / Math.max(1, found.doneAt - found.startedAt);
  return { ...view, Progress: `${Math.max(0, Math.min(99, Math.floor(share * 100)))}%` };
};

export const ec2Reads = (region: RegionContext): Record<string, RegionCall> => {
  const { instance } = lookups(region);
  const at = () => region.kernel.now();
  const listInstances = (input: Input, asOf: number): AwsShape => {
    const filters = filtersOf(input);
    const ids = texts(input, 'InstanceIds');
    for (const id of ids) instance(id);
    const views: AwsShape[] = [];
    for (const one of region.instances.values()) {
      if (ids.length > 0 && !ids.includes(one.id)) continue;
      const view = one.views.asOf(asOf);
      if (!view) continue;
      const state = text(recordOf(view, 'State'), 'Name') ?? '';
      if (matches(view, filters, { 'instance-id': one.id, 'instance-state-name': state })) views.push(view);
    }
    const { items, next } = changingPage(region, views, input);
    return {
      Reservations: items.map((view) => ({
        ReservationId: `r-${text(view, 'InstanceId')?.slice(2)}`,
        Instances: [view],
      })),
      NextToken: next,
    };
  };

  const list = <T extends { id: string; views: Versioned<AwsShape | undefined> }>(
    all: Iterable<T>,
    query: { input: Input; asOf: number; idFilter: string; idsName: string },
  ) => {
    const filters = filtersOf(query.input);
    const ids = texts(query.input, query.idsName);
    const views: AwsShape[] = [];
    for (const one of all) {
      if (ids.length > 0 && !ids.includes(one.id)) continue;
      const view = one.views.asOf(query.asOf);
      if (view && matches(view, filters, { [query.idFilter]: one.id, status: text(view, 'State') ?? '' }))
        views.push(view);
    }
    return changingPage(region, views, query.input);
  };

  return {
    DescribeInstances: listInstances,
    DescribeVolumes: (input, asOf) => {
      const { items, next } = list(region.volumes.values(), {
        input,
        asOf,
        idFilter: 'volume-id',
        idsName: 'VolumeIds',
      });
      return { Volumes: items, NextToken: next };
    },
    DescribeSnapshots: (input, asOf) => {
      const { items, next } = list(region.snapshots.values(), {
        input,
        asOf,
        idFilter: 'snapshot-id',
        idsName: 'SnapshotIds',
      });
      const shown = items.map((view) => withProgress(region, view));
      return { Snapshots: shown, NextToken: next };
    },
    DescribeInstanceStatus: (input) => {
      const wanted = texts(input, 'InstanceIds');
      const running = wanted.map(instance).filter((one) => one.state === 'running');
      return {
        InstanceStatuses: running.map((one) => ({
          InstanceId: one.id,
          AvailabilityZone: one.zone,
          InstanceState: { Code: 16, Name: 'running' },
          InstanceStatus: {
            Status: one.reachability === 'passed' ? 'ok' : 'impaired',
            Details: [{ Name: 'reachability', Status: one.reachability }],
          },
          SystemStatus: { Status: 'ok', Details: [{ Name: 'reachability', Status: 'passed' }] },
        })),
      };
    },
    DescribeSpotInstanceRequests: (input) => {
      const wanted = filtersOf(input).get('spot-instance-request-id');
      const found = [...region.instances.values()].filter(
        (one) => one.spotRequestId !== undefined && (!wanted || wanted.has(one.spotRequestId)),
      );
      return {
        SpotInstanceRequests: found.map((one) => ({
          SpotInstanceRequestId: one.spotRequestId,
          InstanceId: one.id,
          State: one.state === 'running' || one.state === 'pending' ? 'active' : 'closed',
          Status: { Code: one.spotCode, Message: '' },
        })),
      };
    },
    DescribeAvailabilityZones: () => ({
      AvailabilityZones: region.zones.map((zone) => ({
        ZoneName: zone,
        ZoneId: zoneIdOf(zone),
        RegionName: region.regionName,
        State: 'available',
        ZoneType: 'availability-zone',
      })),
    }),
    GetSpotPlacementScores: (input) => {
      const types = texts(input, 'InstanceTypes');
      return {
        SpotPlacementScores: region.zones.map((zone) => {
          const open = types.filter((type) =>
            region.pools.available({ type, zone, purchase: 'spot' }, at()),
          ).length;
          return {
            Region: region.regionName,
            AvailabilityZoneId: zoneIdOf(zone),
            Score: Math.max(1, Math.round((9 * open) / Math.max(1, types.length))),
          };
        }),
      };
    },
  };
};
