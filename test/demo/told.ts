// A week as a run would tell and report it, fixed, so that its text can be compared letter by letter.

import { prepareRun } from '../../demo/prepare.ts';
import type { Report, Scenario, TimelineEntry, ToldIncident } from '../../demo/scenario/types.ts';
import { instant } from '../../shared/base/time.ts';
import { around, options } from './read.ts';

export const week = (days = 8): Scenario => prepareRun(options({ days }), around()).scenario;

export const HANDOVER: ToldIncident = {
  at: '2026-03-24T09:20:01.000Z',
  kind: 'warned',
  zoneFrom: 'eu-west-1a',
  zoneTo: 'eu-west-1a',
  downtimeSeconds: 17.6,
  phases: [
    { name: 'noticed', seconds: 0 },
    { name: 'handing-over', seconds: 11.2 },
    { name: 'successor-running', seconds: 15 },
    { name: 'draining', seconds: 6.4 },
    { name: 'unmounted', seconds: 3.1 },
    { name: 'attaching', seconds: 2.9 },
    { name: 'starting', seconds: 5.2 },
    { name: 'warming-up', seconds: 60 },
  ],
};

export const MOVE: ToldIncident = {
  at: '2026-03-25T08:05:01.000Z',
  kind: 'warned',
  zoneFrom: 'eu-west-1a',
  zoneTo: 'eu-west-1b',
  downtimeSeconds: 346,
  phases: [
    { name: 'handing-over', seconds: 60 },
    { name: 'snapshotting', seconds: 165 },
    { name: 'starting', seconds: 0.4 },
  ],
};

const LOSS: ToldIncident = {
  at: '2026-03-26T12:30:01.000Z',
  kind: 'lost',
  zoneFrom: 'eu-west-1b',
  zoneTo: 'eu-west-1b',
  downtimeSeconds: 62,
  phases: [{ name: 'detected', seconds: 62 }],
};

const window = (
  date: string,
  first: string,
  [from, to] = ['07:00:00', '16:00:00'],
): Report['windows'][number] => ({
  start: `${date}T${from}.000Z`,
  end: `${date}T${to}.000Z`,
  firstServedAt: `${date}T${first}.000Z`,
  stoppedAt: `${date}T${to.slice(0, 6)}21.000Z`,
});

/** Riga is two hours ahead until the last Monday, then three. */
export const report = (): Report => ({
  seed: 1,
  days: 8,
  scheduledHours: 47,
  servedHours: 46.88,
  windows: [
    window('2026-03-23', '06:52:43'),
    window('2026-03-24', '06:51:51'),
    window('2026-03-25', '06:51:27'),
    window('2026-03-26', '06:50:45'),
    window('2026-03-26', '18:00:48', ['18:00:00', '20:00:00']),
    window('2026-03-30', '06:00:30', ['06:00:00', '15:00:00']),
  ],
  instanceHoursOutside: 0.02,
  interruptions: { warned: 2, lost: 1, halted: 0 },
  moves: 1,
  incidents: [HANDOVER, MOVE, LOSS],
  holds: [{ at: '2026-03-25T09:00:00.000Z', code: 'newer-marker', resumedAt: '2026-03-25T09:30:00.000Z' }],
  waits: [{ at: '2026-03-25T08:06:00.000Z', step: 'capacity', for: 'capacity in eu-west-1a', seconds: 110 }],
  downtimeSeconds: 425.6,
  downWithCapacitySeconds: 0,
  awsCalls: {
    'ec2:CreateFleet': 9,
    'ec2:DescribeInstances': 5_120,
    'dynamodb:UpdateItem': 812,
    'ssm:SendCommand': 44,
  },
  recordsWritten: 34_285,
  recordsFound: 34_285,
  orphans: 0,
  invariantViolations: [],
  cost: { usd: 3.414, onDemandAlwaysUsd: 20.1, onDemandInHoursUsd: 6.4 },
  wallSeconds: 12.34,
});

const entry = (
  at: string,
  kind: TimelineEntry['kind'],
  text: string,
  incident?: ToldIncident,
): TimelineEntry => ({
  at: instant(Date.parse(at)),
  kind,
  text,
  ...(incident && { incident }),
});

export const ENTRIES: readonly TimelineEntry[] = [
  entry('2026-03-23T06:50:33Z', 'state', 'launching: launch spot in eu-west-1a'),
  entry('2026-03-23T06:52:44Z', 'serving', 'serving on i-9cb7f53f52ba9f59e (m7i.large, spot) in eu-west-1a'),
  entry('2026-03-23T16:01:10Z', 'backup', 'backup snapshot of vol-cf5c4b868b2a482de'),
  entry('2026-03-24T09:20:00Z', 'script', 'EC2 warns: the instance goes in 120 seconds'),
  entry('2026-03-24T09:20:01Z', 'warning', 'i-138cc222fddec2eef will be taken'),
  entry('2026-03-24T09:20:47Z', 'incident', 'warned interruption ended: serving', HANDOVER),
  entry('2026-03-25T08:11:39Z', 'moved', 'moved from eu-west-1a to eu-west-1b: no capacity in eu-west-1a'),
  entry('2026-03-25T08:11:49Z', 'incident', 'warned interruption ended: serving', MOVE),
  entry('2026-03-26T12:30:01Z', 'lost', 'instance i-9b71b0961898bb345 lost'),
  entry(
    '2026-03-26T18:00:00Z',
    'command',
    'runs until 2026-03-26T20:00:00.000Z, then again from 2026-03-30T06:00:00.000Z',
  ),
  entry(
    '2026-03-26T18:00:01Z',
    'hold',
    'ON HOLD (newer-marker): the volume bears the marker of a later generation than the record knows of, and no person has said which of the two is right',
  ),
  entry('2026-03-26T18:00:02Z', 'alert', 'launching lasts longer than 3 minutes'),
  entry('2026-03-30T05:51:10Z', 'serving', 'serving on i-25942365a932c110f (m7a.large, spot) in eu-west-1b'),
];
