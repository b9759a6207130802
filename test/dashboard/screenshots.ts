// The README's two pictures: a Thursday morning, a week behind it, an interruption under way; and the same on a phone.

import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { hours, minutes, seconds } from '../../shared/base/time.ts';
import { servingWorld } from '../cli/cli-world.ts';
import type { Bench } from './bench.ts';
import { interrupt } from './bench.ts';
import { state } from './look.ts';

const MOST_BYTES = 150_000;

/** Throws when a picture is too large for a README. */
export async function screenshots(bench: Bench, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const small = await servingWorld();
  await small.pass(hours(4));
  interrupt(small);
  await small.pass(hours(44));
  interrupt(small);
  await small.pass(hours(24));
  const wide = await bench.open(small, { viewport: { width: 1060, height: 1060 } });
  await state(wide, 'serving');
  await wide.page.locator('.chart canvas').waitFor();
  wide.interrupt();
  await wide.pass(seconds(30));
  await state(wide, 'handing-over');
  await take(wide.page, folder, 'dashboard-week.png');
  await wide.pass(minutes(3));
  const phone = await bench.open(small, {
    viewport: { width: 390, height: 1060 },
    colorScheme: 'dark',
    deviceScaleFactor: 1,
  });
  await state(phone, 'serving');
  await take(phone.page, folder, 'dashboard-phone.png');
  await bench.closeAll();
}

async function take(
  page: Awaited<ReturnType<Bench['open']>>['page'],
  folder: string,
  name: string,
): Promise<void> {
  const file = path.join(folder, name);
  await page.waitForTimeout(600);
  await page.screenshot({ path: file });
  const { size } = statSync(file);
  console.log(`${file}: ${Math.round(size / 1000)} KB`);
  if (size > MOST_BYTES) throw new Error(`${file} is larger than ${MOST_BYTES / 1000} KB`);
}
