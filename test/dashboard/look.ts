// What the cases look at: the state shown, what the console said, colours against their backgrounds.

import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { Opened } from './bench.ts';

/** Waits until the page shows it. */
export const state = ({ page }: Opened, wanted: string): Promise<void> =>
  page.locator('[data-state]', { hasText: new RegExp(`^${wanted}$`) }).waitFor();

/** No complaint in the console but the expected ones; no more loads than said. */
export function quiet(
  { complaints, loads: loaded }: Opened,
  { loads, complaints: expected = [] }: { loads?: number; complaints?: RegExp[] },
): void {
  assert.deepEqual(
    complaints.filter((text) => !expected.some((pattern) => pattern.test(text))),
    [],
  );
  if (loads !== undefined) assert.equal(loaded(), loads, 'loads of the page');
}

/** Runs in the page, which is why it is text: this program's types know no document. */
const CONTRAST = `(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const luminance = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    const [lr, lg, lb] = [r, g, b].map((one) => {
      const share = one / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return { value: 0.2126 * lr + 0.7152 * lg + 0.0722 * lb, alpha };
  };
  const behind = (element) => {
    if (!element) return 'white';
    const own = getComputedStyle(element).backgroundColor;
    return luminance(own).alpha === 255 ? own : behind(element.parentElement);
  };
  let worst = { ratio: 21, text: '' };
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const text = own.map((node) => node.textContent).join('').trim();
    if (text === '' || element.getClientRects().length === 0) continue;
    const front = luminance(getComputedStyle(element).color).value;
    const back = luminance(behind(element)).value;
    const ratio = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    if (ratio < worst.ratio) worst = { ratio: Math.round(ratio * 100) / 100, text };
  }
  return { worst, back: getComputedStyle(document.body).backgroundColor };
})()`;

/** WCAG 2.2, "relative luminance" and "contrast ratio", of every text that is seen. */
export const contrast = (page: Page): Promise<{ worst: { ratio: number; text: string }; back: string }> =>
  page.evaluate(CONTRAST);
