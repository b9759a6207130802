// What Describe will show from now on: a new version of the view, which readers see as late as the region's reads are.

import type { RegionContext } from './state/context.ts';
import type { SimInstance, SimSnapshot, SimVolume } from './state/model.ts';
import { instanceView, snapshotView, volumeView } from './state/views.ts';

export const publishInstance = (region: RegionContext, instance: SimInstance): void => {
  instance.views.put(region.kernel.now(), instanceView(instance, region.volumes.values()));
};

/** Its attachment shows at the instance too. */
export const publishVolume = (region: RegionContext, volume: SimVolume): void => {
  volume.views.put(region.kernel.now(), volume.state === 'deleted' ? undefined : volumeView(volume));
  const holder = volume.attachment && region.instances.get(volume.attachment.instanceId);
  if (holder) publishInstance(region, holder);
};

export const publishSnapshot = (region: RegionContext, snapshot: SimSnapshot): void => {
  snapshot.views.put(region.kernel.now(), snapshot.deleted ? undefined : snapshotView(snapshot));
};
