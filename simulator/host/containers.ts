// Containers of a simulated host: the one that writes, and those that a scenario puts beside it. Judged as shared/host/probe.sh
// judges what Docker lists.

import type { HostAnswer } from '../../shared/host/answer.ts';
import type { SimContainer, SimVolume } from '../region/state/model.ts';
import type { SimHost } from './host.ts';

type Listed = NonNullable<HostAnswer['containers']>[number];

const WRITER: SimContainer = { name: 'writer', state: 'running', restart: 'unless-stopped', byHand: false };
/** Named at most, as the script does. */
const NAMED = 10;

export const containersOf = (volume: SimVolume | undefined): readonly SimContainer[] => [
  WRITER,
  ...(volume?.content.containers ?? []),
];

const isMeantToRun = ({ restart, byHand }: SimContainer): boolean =>
  !byHand && (restart === 'always' || restart === 'unless-stopped');

const isUnhealthy = (one: SimContainer): boolean =>
  one.state === 'restarting' || (one.state !== 'running' && isMeantToRun(one));

const listed = ({ name, state }: SimContainer): Listed => ({ name, state, health: 'none' });

export const healthOf = (
  { docker }: SimHost,
  volume: SimVolume | undefined,
): Pick<HostAnswer, 'health' | 'containers' | 'unhealthy'> => {
  if (!docker) return { health: 'unknown' };
  const all = containersOf(volume);
  const bad = all.filter(isUnhealthy);
  return {
    health: bad.length > 0 ? 'unhealthy' : 'healthy',
    containers: all.map(listed),
    unhealthy: bad.slice(0, NAMED).map(listed),
  };
};

/** One container of the volume is in this state from now on. */
export const setContainer = (volume: SimVolume, one: SimContainer): void => {
  const others = (volume.content.containers ?? []).filter(({ name }) => name !== one.name);
  volume.content.containers = [...others, one];
};
