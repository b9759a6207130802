// EBS volumes and attachments: exclusive, in one zone, slow now and then, and never detached while mounted ("Detach an
// Amazon EBS volume", EBS User Guide).

import { type Ms, seconds } from '../../shared/base/time.ts';
import { publishInstance, publishVolume } from './publish.ts';
import { type RegionContext, strikes } from './state/context.ts';
import { fail } from './state/input.ts';
import type { Attachment, SimInstance, SimVolume } from './state/model.ts';

export const attach = (
  region: RegionContext,
  volume: SimVolume,
  instance: SimInstance,
  device: string,
): Attachment => {
  if (volume.attachment || volume.state === 'in-use') {
    throw fail('ec2', 'VolumeInUse', `${volume.id} is already attached to an instance`);
  }
  if (volume.state !== 'available')
    throw fail('ec2', 'IncorrectState', `Volume '${volume.id}' is not 'available'.`);
  if (volume.zone !== instance.zone) {
    throw fail(
      'ec2',
      'InvalidVolume.ZoneMismatch',
      `The volume '${volume.id}' is not in the same availability zone as instance '${instance.id}'`,
    );
  }
  if (instance.state !== 'running')
    throw fail('ec2', 'IncorrectState', `Instance '${instance.id}' is not 'running'.`);
  if (volume.encrypted && region.switches.kmsDisabledUntil > region.kernel.now())
    throw fail('ec2', 'InvalidKmsKey.InvalidState', 'The KMS key provided is in an incorrect state');
  const attachment: Attachment = {
    instanceId: instance.id,
    device,
    state: 'attaching',
    since: region.kernel.now(),
    deleteOnTermination: false,
    visible: false,
  };
  volume.attachment = attachment;
  volume.state = 'in-use';
  publishVolume(region, volume);
  if (strikes(region, 'attachStuck')) return attachment;
  region.kernel.after(region.chance('ebs').seconds(1, 4), () => {
    if (volume.attachment !== attachment || instance.state !== 'running') return;
    attachment.state = 'attached';
    attachment.visible = true;
    publishVolume(region, volume);
    region.host.volumeAttached(instance.id, volume);
  });
  return attachment;
};

const freed = (region: RegionContext, volume: SimVolume, attachment: Attachment): void => {
  if (volume.attachment !== attachment) return;
  const holder = region.instances.get(attachment.instanceId);
  region.kernel.happened += 1;
  region.host.volumeDetached(attachment.instanceId, volume.id);
  volume.attachment = undefined;
  if (volume.state === 'in-use') volume.state = 'available';
  publishVolume(region, volume);
  if (holder) publishInstance(region, holder);
};

const STUCK_LOOK: Ms = seconds(5);

const finishDetach = (region: RegionContext, volume: SimVolume, attachment: Attachment): void => {
  if (volume.attachment !== attachment) return;
  const again = () => region.kernel.after(STUCK_LOOK, () => finishDetach(region, volume, attachment), true);
  if (region.switches.stuckDetachUntil > region.kernel.now()) {
    again();
    return;
  }
  // A mounted volume stays `busy` until it is unmounted, possibly for ever.
  if (region.host.isMounted(attachment.instanceId, volume.id)) {
    if (attachment.state !== 'busy') {
      attachment.state = 'busy';
      publishVolume(region, volume);
    }
    again();
    return;
  }
  freed(region, volume, attachment);
};

export const detach = (
  region: RegionContext,
  volume: SimVolume,
  instanceId: string | undefined,
): Attachment => {
  const { attachment } = volume;
  if (!attachment) throw fail('ec2', 'IncorrectState', `Volume '${volume.id}' is in the 'available' state.`);
  if (instanceId !== undefined && attachment.instanceId !== instanceId) {
    throw fail(
      'ec2',
      'InvalidAttachment.NotFound',
      `Volume '${volume.id}' is not attached to '${instanceId}'`,
    );
  }
  if (attachment.state !== 'attached') return attachment;
  attachment.state = 'detaching';
  publishVolume(region, volume);
  const slow = strikes(region, 'detachBusy');
  region.kernel.after(region.chance('ebs').seconds(slow ? 60 : 1, slow ? 300 : 4), () =>
    finishDetach(region, volume, attachment),
  );
  return attachment;
};

/** A terminated instance frees its volumes; nothing before does. */
export const releaseVolumes = (region: RegionContext, instance: SimInstance): void => {
  for (const volume of region.volumes.values()) {
    const { attachment } = volume;
    if (attachment?.instanceId !== instance.id) continue;
    const dies = attachment.deleteOnTermination;
    freed(region, volume, attachment);
    if (dies) {
      volume.state = 'deleted';
      publishVolume(region, volume);
    }
  }
};
