// The container that proves it: it writes numbered records, syncs each to the volume, and only then acknowledges it
// outside the volume (on the instance's own disk, readable from here also after a kill).

import type { Images } from './image.ts';
import type { Instance } from './instance.ts';
import type { NspawnInstance } from './nspawn.ts';

/** Where the records are, seen from the volume's top. */
export const RECORDS = 'volumes/data/_data/log';

export async function importWriter(instance: NspawnInstance, images: Images): Promise<void> {
  await instance.copyIn(images.writerTar, '/run/writer.tar');
  await instance.inside(`docker import -c 'ENTRYPOINT ["/bin/writer"]' /run/writer.tar writer >/dev/null`);
}

export async function startWriter(instance: Instance, options = '--restart always'): Promise<void> {
  const { code, stderr } = await instance.run(
    `mkdir -p /var/ack; docker run -d --name writer --network none ${options} -v data:/data -v /var/ack:/ack writer`,
  );
  if (code !== 0) throw new Error(`the writer does not run: ${stderr}`);
}

/** What is wrong with the records on a volume, given the acknowledged ones; undefined: nothing. */
export function wrongWith(text: string, acknowledged: readonly number[]): string | undefined {
  // A record that was being written when power went may be torn; it was not acknowledged.
  const records = text
    .slice(0, Math.floor(text.length / 9) * 9)
    .trimEnd()
    .split('\n')
    .filter(Boolean)
    .map(Number);
  const out = records.findIndex((number, i) => number !== i + 1);
  if (out >= 0) return `record ${out + 1} reads ${records[out]}: a gap or a repeat`;
  const last = acknowledged.at(-1) ?? 0;
  if (records.length < last)
    return `record ${last} was acknowledged, the last one there is ${records.length}`;
  const repeated = acknowledged.findIndex((number, i) => i > 0 && number <= (acknowledged[i - 1] ?? 0));
  if (repeated >= 0) return `record ${acknowledged[repeated]} was acknowledged twice`;
  return undefined;
}
