// How long each step usually takes, told beside the time it has taken so far. Medians; tails are minutes. One table: what
// is not here is shown without a figure.

export interface Usual {
  /** What is waited for, in words. */
  what: string;
  seconds?: number;
  /** Where the figure is from. */
  source?: string;
}

const MEASURED = 'the embedded region at its published latencies (npm run demo)';

export const USUAL = {
  loop: { what: 'the control plane to pick up the request', seconds: 5, source: MEASURED },
  launch: {
    what: 'EC2 to launch an instance',
    seconds: 15,
    source: 'EC2 CreateFleet answers in 1–3 s, pending to running 8–18 s',
  },
  capacity: { what: 'capacity' },
  agent: {
    what: 'the SSM agent',
    seconds: 30,
    source: 'SSM agent online 15–40 s after running; one launch in 200 takes over two minutes',
  },
  create: {
    what: 'a new volume',
    seconds: 5,
    source: 'EBS CreateVolume to available: median 1.5 s, p99 4 s',
  },
  format: { what: 'the volume to be formatted', seconds: 15, source: MEASURED },
  attach: { what: 'the volume to attach', seconds: 5, source: 'EBS AttachVolume 1–4 s; the tail is minutes' },
  detach: {
    what: 'the volume to detach',
    seconds: 5,
    source: 'EBS DetachVolume 1–4 s once it is unmounted; the tail is minutes',
  },
  docker: {
    what: 'Docker to start',
    seconds: 10,
    source: 'dockerd 1–3 s on a warm volume, far more while blocks load',
  },
  stop: { what: 'the service to stop', seconds: 30, source: MEASURED },
  end: {
    what: 'the instance to end',
    seconds: 45,
    source: 'EC2 TerminateInstances to terminated 20–60 s; the tail is minutes',
  },
  snapshot: {
    what: 'the snapshot',
    seconds: 120,
    source: 'EBS: a small increment 1–3 min, a full one about 100 MiB/s',
  },
  copy: {
    what: 'the volume made of the snapshot',
    seconds: 10,
    source: 'EBS CreateVolume to available: median 1.5 s, p99 4 s',
  },
  promote: { what: 'promotion of the new volume', seconds: 10, source: MEASURED },
  handover: { what: 'the handover', seconds: 60, source: MEASURED },
} as const satisfies Record<string, Usual>;

export type UsualStep = keyof typeof USUAL;
