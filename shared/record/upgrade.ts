// Records of earlier versions as this one writes them. A step for each schema; a record passes all that follow its own.
// During a deploy both versions run: the earlier one reads no record of the later and leaves it alone, this one takes up
// what the earlier one wrote last, in the middle of whatever was under way.

type Body = Record<string, unknown>;

/** By the schema that is read; each makes the next one of it. Fields nobody here knows are kept. */
const STEPS: Readonly<Record<number, (body: Body) => Body>> = {
  // 2: calls that were set aside and failures in a row are always there; failed volumes are counted too.
  1: (body) => ({ suspended: [], failedInstances: 0, failedVolumes: 0, ...body, schema: 2 }),
};

/** Never throws on any content; what is of no known schema stays as it is. */
export const upgraded = (body: Body): Body => {
  let now = body;
  for (;;) {
    const step = typeof now.schema === 'number' ? STEPS[now.schema] : undefined;
    if (!step) return now;
    now = step(now);
  }
};
