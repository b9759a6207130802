// The steps of the model: who acts, and the sentence a trace prints. `{i}` is an instance, `{v}` a volume, `{s}`
// a snapshot, `{g}` a plain number; the first stands for the step's first argument, the second for its second.

export const STEPS = {
  // The control plane: one conditional write (the intent) with the call it allows.
  launch: 'control plane: records candidate {i} and asks EC2 to launch it',
  release: 'control plane: releases candidate {i}, asks EC2 to end it',
  own: 'control plane: makes {i} the owner',
  handover: 'control plane: {i} takes over as owner from {i}, same volume',
  attach: 'control plane: asks EC2 to attach {v} to {i}',
  start: 'control plane: sends `start` for {v} to {i}',
  prove: 'control plane: sees {i} up on {v}: the generation is proved',
  drain: 'control plane: drains {i}, sends `stop`',
  detach: 'control plane: has the stop report, asks EC2 to detach from {i}',
  end: 'control plane: asks EC2 to terminate {i}',
  'owner-dead': 'control plane: takes owner {i} for dead, nobody owns the volume',
  'former-dead': 'control plane: takes former owner {i} for dead',
  'candidate-dead': 'control plane: takes candidate {i} for dead',
  migrate: 'control plane: begins migration {g} (securing)',
  freeze: 'control plane: freezes {v} (freezing), sends the tag',
  snapshot: 'control plane: asks for the snapshot of {v} for migration {g} (snapshotting)',
  copy: 'control plane: takes {s} as the source, asks for {v} (copying)',
  promote: 'control plane: PROMOTES {v} in place of {v} (promoted), sends its tag',
  settle: 'control plane: reads the tags of {v} back, the migration is over',
  abort: 'control plane: aborts migration {g}; if it had frozen the source, tags that active again',
  supersede: 'control plane: {v} was left behind, sends the tag',
  base: 'control plane: asks for a base snapshot of {v}',
  note: 'control plane: notes completed {s}',
  'delete-volume': 'control plane: asks EC2 to delete {v}',
  'volume-gone': 'control plane: sees {v} deleted',
  'delete-snapshot': 'control plane: asks EC2 to delete {s}',
  create: 'control plane: asks for {v}, blank',
  prepare: 'control plane: sends `format` or `adopt` for {v} to {i}',
  confirm: 'control plane: has the answer of {i}: {v} is ready for data',
  replace: 'control plane: gives up unconfirmed {v}',
  recover: 'operator: recovers the restored table, {v} is the dataset',
  // The table.
  backup: '(this moment of the table is what a restore would bring back)',
  restore: 'THE TABLE IS RESTORED to the earlier moment',
  // EC2 and EBS.
  launched: 'EC2: {i} runs',
  'attach-done': 'EC2: attaches {v} to {i}',
  'detach-done': 'EC2: detaches from {i}',
  terminated: 'EC2: {i} terminated (asked, or reclaimed)',
  'volume-freed': 'EC2: {i} is shutting down, its volume is free already',
  'snapshot-begun': 'EC2: begins {s} of {v}',
  'snapshot-done': 'EC2: {s} completed',
  created: 'EC2: {v} available',
  'tagged-active': 'EC2: {v} is tagged active',
  'tagged-frozen': 'EC2: {v} is tagged frozen',
  'tagged-superseded': 'EC2: {v} is tagged superseded',
  'volume-deleted': 'EC2: deletes {v}',
  'snapshot-deleted': 'EC2: deletes {s}',
  // The host.
  'start-accepted': 'host {i}: accepts `start` for {v}',
  'start-done': 'host {i}: mounts {v}, Docker is up',
  'start-beside': 'host {i}: starts Docker with no volume mounted',
  'start-refused': 'host {i}: gives `start` up',
  'stop-accepted': 'host {i}: accepts `stop`',
  'stop-done': 'host {i}: Docker stopped, unmounted, reported',
  'own-stop': 'host {i}: stops by itself (notice, grant or reboot)',
  write: 'host {i}: the service writes to {v}',
  'prepare-accepted': 'host {i}: accepts `format` or `adopt` for {v}',
  mkfs: 'host {i}: mkfs begins on {v}',
  'prepare-done': 'host {i}: {v} is formatted, or its marker written',
  'prepare-refused': 'host {i}: refuses, {v} is not as expected',
} as const;

export type StepName = keyof typeof STEPS;

const NAMES: Record<string, (number: number) => string> = {
  i: (number) => `instance ${String.fromCharCode(65 + number)}`,
  v: (number) => (number < 0 ? 'the bare root disk' : `volume v${number + 1}`),
  s: (number) => `snapshot s${number + 1}`,
  g: String,
};

/** The sentence of one step with its names filled in. */
export function sentence(step: StepName, first: number, second: number): string {
  const numbers = [first, second].values();
  return STEPS[step].replaceAll(/\{([ivsg])\}/g, (whole, kind: string) => {
    const number = numbers.next().value ?? -1;
    return NAMES[kind]?.(number) ?? whole;
  });
}
