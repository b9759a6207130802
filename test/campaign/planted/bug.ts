// What a planted bug is: a name, the patches that make it, and the check that has to see it.

export interface Patch {
  file: string;
  find: string;
  replace: string;
}

export type Means =
  /** Seeds of the campaign, one after another; `more`: the faults it needs, as often as they may happen. */
  | { by: 'campaign'; more?: string }
  /** The model check's weakened rule of the same meaning, whose counter-example it finds. */
  | { by: 'model'; rule: string }
  /** A test file of the product, run in the patched copy. */
  | { by: 'unit'; file: string };

export interface Bug {
  id: number;
  name: string;
  patches: readonly Patch[];
  means: Means;
}

export const campaign: Means = { by: 'campaign' };
export const campaignWith = (more: string): Means => ({ by: 'campaign', more });
export const unit = (file: string): Means => ({ by: 'unit', file });
export const model = (rule: string): Means => ({ by: 'model', rule });

export const bug = (id: number, name: string, means: Means, ...patches: Patch[]): Bug => ({
  id,
  name,
  means,
  patches,
});
export const patch = (file: string, find: string, replace: string): Patch => ({ file, find, replace });
