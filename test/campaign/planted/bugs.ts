// The bugs that the checks must catch, as patches of the product's text: they exist nowhere but here and in the temporary
// copies made from it. A patch whose text is no longer found once fails loudly.

import { type Bug, bug, campaign, campaignWith, model, patch, unit } from './bug.ts';
import { OURS_BUGS } from './bugs-ours.ts';
import { RETENTION_BUGS } from './bugs-retention.ts';

const death = 'shared/decide/instance/death.ts';

export const BUGS: readonly Bug[] = [
  bug(
    1,
    'a time-out counts as dead',
    campaign,
    patch(
      death,
      "  if (seen.kind === 'seen') {\n    one.seenOnce = true;",
      "  if (one.terminateSentAt !== undefined && since(one.terminateSentAt, now) > 15_000) return true;\n  if (seen.kind === 'seen') {\n    one.seenOnce = true;",
    ),
  ),
  bug(
    2,
    'stop-success counts as dead',
    campaign,
    patch(
      death,
      'if (isDead(ctx, r.owner)) buryOwner',
      'if (isDead(ctx, r.owner) || r.owner.draining?.unmountedAt !== undefined) buryOwner',
    ),
  ),
  bug(
    3,
    'NotFound counts as dead',
    campaignWith('staleRead,backInTime,notFoundAfterCreate'),
    patch(
      death,
      "  if (seen.kind === 'seen' && seen.view.state === 'terminated') return true;",
      "  if (seen.kind === 'absent') return true;\n  if (seen.kind === 'seen' && seen.view.state === 'terminated') return true;",
    ),
  ),
  bug(4, 'migrate while running', model('migrate-while-running')),
  bug(5, 'migrate while draining', model('migrate-while-draining')),
  bug(6, 'any snapshot of the volume will do', model('any-snapshot')),
  bug(7, 'any candidate volume will do', model('any-volume')),
  bug(8, 'generation reused after abort', model('reused-generation')),
  bug(9, 'counted ids with a restored table', model('counted-ids-and-restore')),
  bug(10, 'rule 11 skipped', model('no-rule-11')),
  bug(11, 'garbage collection deletes anything not active', model('blind-garbage-collection')),
  bug(12, 'delete before proved', model('early-delete')),
  bug(
    13,
    'mkfs on blkid 2',
    unit('test/host-table/decision.test.ts'),
    patch(
      'shared/host/decision.json',
      '"id": "blank-not", "when": { "blank": "no" }',
      '"id": "blank-not", "when": { "blank": "no", "fs": "ext4" }',
    ),
  ),
  bug(
    14,
    'start without attachment and mount check',
    campaign,
    patch(
      'shared/decide/concerns.ts',
      'owner.attachedAt === undefined ? attachStep(ctx, owner) : startStep(ctx, owner)',
      'owner.attachRequestedAt === undefined ? attachStep(ctx, owner) : startStep(ctx, owner)',
    ),
    patch(
      'shared/host/decision.json',
      '"id": "device-absent", "when": { "device": "absent" }',
      '"id": "device-absent", "when": { "device": "absent", "read": "error" }',
    ),
  ),
  bug(
    15,
    'device by name',
    unit('test/host-table/device.test.ts'),
    patch('shared/host/part/device.sh', 'found=$(sysfs_devices "$serial")', 'found=/dev/nvme1n1'),
    patch('shared/host/part/device.sh', 'linked=$(linked_devices "$serial")', 'linked=$found'),
  ),
  bug(
    16,
    'a new client token on each retry',
    campaignWith('timeoutApplied,lambdaKilled'),
    patch(
      'shared/decide/intent.ts',
      'asked again under the same token`, effect };',
      'asked again under the same token`, effect: { ...effect, request: { ...effect.request, token: String(ctx.now) } } as typeof effect };',
    ),
  ),
  bug(
    17,
    'effect before the write',
    campaign,
    patch(
      'shared/loop/loop.ts',
      '  const written = await write(run, decided, true);',
      '  if (decided.planned.effect) await perform(run.deps, run.options.name, decided.planned.effect);\n  const written = await write(run, decided, true);',
    ),
  ),
  bug(
    18,
    'unconditional put',
    campaign,
    patch(
      'shared/aws/dynamodb/records.ts',
      "'version = :previous AND lastWriteId = :previousWrite'",
      "'lastWriteId = :previousWrite OR version = :previous OR version <> :previous'",
    ),
  ),
  bug(
    19,
    'own ambiguous commit not recognised',
    unit('test/aws/dynamo-records.test.ts'),
    patch(
      'shared/aws/dynamodb/records.ts',
      'return put.found && isSameWrite(put.found, record) ?',
      'return put.found && !isSameWrite(put.found, record) && put.found === undefined ?',
    ),
  ),
  bug(
    20,
    'drain reversible',
    campaign,
    patch(
      'shared/decide/owner/drain.ts',
      'export const drainStep = (ctx: Context, owner: Owner, draining: Draining): Step | undefined => {\n',
      "export const drainStep = (ctx: Context, owner: Owner, draining: Draining): Step | undefined => {\n  if (isWanted(ctx) && draining.unmountedAt === undefined && draining.stopGivenUpAt === undefined) {\n    owner.draining = undefined;\n    return { reason: 'it is wanted again' };\n  }\n",
    ),
  ),
  bug(
    21,
    'force-detach after a while',
    campaign,
    patch(
      'shared/aws/ec2/volumes.ts',
      'VolumeId: volumeId, InstanceId: instanceId }',
      'VolumeId: volumeId, InstanceId: instanceId, Force: true }',
    ),
  ),
  bug(
    22,
    'promote before the snapshot is completed',
    campaign,
    patch('shared/decide/migration/migrate.ts', "if (snapshot?.state !== 'completed') {", 'if (!snapshot) {'),
  ),
  bug(
    23,
    'DeleteOnTermination true',
    campaign,
    patch(
      'shared/decide/instance/keep.ts',
      'one.instanceId === instanceId && one.deleteOnTermination)',
      'one.instanceId === instanceId && !one.deleteOnTermination)',
    ),
    // The planner waits for what it asked for, and here it asks for the opposite.
    patch('shared/decide/instance/ending.ts', 'if (doomed !== undefined)', 'if (doomed === null)'),
    patch('shared/decide/owner/attach.ts', 'if (mine.deleteOnTermination) return undefined;', ''),
    patch(
      'shared/aws/ec2/instances.ts',
      'if (mapping.Ebs?.DeleteOnTermination === false) return;',
      'if (mapping.Ebs?.DeleteOnTermination === true) return;',
    ),
    patch(
      'shared/aws/ec2/instances.ts',
      'Ebs: { DeleteOnTermination: false } }',
      'Ebs: { DeleteOnTermination: true } }',
    ),
  ),
  bug(
    24,
    'UTC hours instead of local',
    unit('test/schedule/local.test.ts'),
    patch('shared/base/zone.ts', '{ timeZone, timeZoneName:', "{ timeZone: 'UTC', timeZoneName:"),
  ),
  bug(
    25,
    'no grant timer',
    campaign,
    patch(
      'shared/decide/owner/host-command.ts',
      'String(Math.floor(grantUntil(ctx) / 1000))',
      'String(Math.floor(grantUntil(ctx) / 1000) + 31_536_000)',
    ),
  ),
  bug(
    26,
    'marker compared with ≥',
    unit('test/host-table/decision.test.ts'),
    patch(
      'shared/host/decision.json',
      '"id": "marker-newer", "when": { "marker": "newer" }, "answer": "marker-newer", "ok": false, "effects": ["undo"], "hold": true',
      '"id": "marker-newer", "when": { "marker": "newer" }, "answer": "continue", "ok": true, "effects": []',
    ),
  ),
  bug(
    27,
    'garbage collection lists records before the cloud',
    unit('test/loop/orphans.test.ts'),
    patch(
      'shared/loop/wake.ts',
      '  for (const instance of await deps.cloud.projectInstances()) {',
      '  const before = new Map<string, Awaited<ReturnType<typeof load>>>();\n  for (const name of await deps.records.listNames()) before.set(name, await load(deps, name));\n  for (const instance of await deps.cloud.projectInstances()) {',
    ),
    patch(
      'shared/loop/wake.ts',
      '(await endOrphan(deps, instance))',
      '(await endOrphan(deps, instance, before))',
    ),
    patch(
      'shared/loop/wake.ts',
      'const endOrphan = async (deps: Deps, instance: InstanceView)',
      'const endOrphan = async (deps: Deps, instance: InstanceView, before: Map<string, Awaited<ReturnType<typeof load>>>)',
    ),
    patch(
      'shared/loop/wake.ts',
      "  const loaded = await load(deps, workload);\n  if (loaded.kind !== 'loaded' || loaded.body.hold",
      "  const loaded = before.get(workload) ?? (await load(deps, workload));\n  if (loaded.kind !== 'loaded' || loaded.body.hold",
    ),
  ),
  bug(
    28,
    'event trusted without a second look',
    campaign,
    patch(
      'shared/decide/owner/notices.ts',
      "if (notice.kind === 'interruption' && owner && owner.instanceId === notice.instanceId) {",
      "if (notice.kind === 'interruption' && owner) {",
    ),
  ),
  bug(29, 'migration waits for the last owner only', model('last-owner-only')),
  bug(
    30,
    'own scheduled stop read as an interruption, relaunch at night',
    campaign,
    patch(
      'shared/decide/instance/acquire.ts',
      '  if (!isWanted(ctx) || r.hold) return undefined;',
      '  if ((!isWanted(ctx) && !r.owner?.draining) || r.hold) return undefined;',
    ),
  ),
  bug(
    31,
    'late start event launches outside hours',
    campaign,
    patch(
      'shared/decide/instance/acquire.ts',
      '  if (!isWanted(ctx) || r.hold) return undefined;',
      '  if ((!isWanted(ctx) && !ctx.reading.notices.length) || r.hold) return undefined;',
    ),
  ),
  bug(
    32,
    'quota error treated as capacity error',
    campaignWith('quota'),
    patch('shared/aws/call/error-table.ts', "    'MaxSpotInstanceCountExceeded',\n", ''),
    patch(
      'shared/aws/call/error-table.ts',
      "'InsufficientInstanceCapacity',",
      "'InsufficientInstanceCapacity', 'MaxSpotInstanceCountExceeded',",
    ),
  ),
  bug(
    33,
    'HTTP 200 of CreateFleet taken for an instance',
    campaign,
    patch(
      'shared/aws/ec2/launch.ts',
      '.find((it) => it !== undefined);',
      ".find((it) => it !== undefined) ?? { instanceId: 'i-0', instanceType: 't3.nano', zone: request.zone };",
    ),
  ),
  bug(
    34,
    'AZ id compared with AZ name',
    campaign,
    patch(
      'shared/decide/instance/candidate.ts',
      'seen.view.zone !== volume.zone',
      "seen.view.zone !== volume.zone.replace(/^(..).*-(\\d)(.)$/, '$1w$2-az$3')",
    ),
  ),
  bug(
    35,
    'volume recreated as gp2',
    campaign,
    patch('shared/decide/migration/copy.ts', '    type: source.type,', "    type: 'gp2',"),
  ),
  ...RETENTION_BUGS,
  ...OURS_BUGS,
];
