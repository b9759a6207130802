// What a person sees and does at the page, in a real browser, on a simulated world.

import assert from 'node:assert/strict';
import { minutes, seconds } from '../../shared/base/time.ts';
import { appliedCli, servingWorld } from '../cli/cli-world.ts';
import type { Bench, Opened } from './bench.ts';
import { contrast, quiet, state } from './look.ts';

export interface Case {
  name: string;
  test: (bench: Bench) => Promise<void>;
}

const MOST_FIRST_VIEW = 100_000;

export const CASES: readonly Case[] = [
  {
    name: 'shows each state on the way from parked to serving, without a reload',
    async test(bench) {
      const opened = await bench.open(await appliedCli());
      await opened.pass(seconds(5));
      await state(opened, 'launching');
      await opened.page.getByText(/^waiting for .*, \d+ s/).waitFor();
      await opened.pass(minutes(5));
      await state(opened, 'serving');
      await opened.page.getByText(/^i-\w+ \(m\w+\.large, spot\) in eu-west-1a$/).waitFor();
      quiet(opened, { loads: 1 });
    },
  },
  {
    name: 'shows an interruption as it comes and goes, with its phases, without a reload',
    async test(bench) {
      const opened = await bench.open(await servingWorld());
      const { page } = opened;
      await state(opened, 'serving');
      await page.getByText('No incidents recorded.').waitFor();
      opened.interrupt();
      await opened.pass(seconds(20));
      await state(opened, 'handing-over');
      await page.getByText(/EC2 takes it in 1 min/).waitFor();
      await page.getByText(/under way for/).waitFor();
      await opened.pass(minutes(3));
      await state(opened, 'serving');
      await page
        .getByText(/Interruption with notice 10:0\d, eu-west-1a, 1 min \d+ s, ended serving/)
        .waitFor();
      for (const phase of ['noticed', 'draining', 'attaching'])
        await page.locator('.incident').getByText(phase, { exact: true }).waitFor();
      const widths = await page
        .locator('.incident .phase')
        .evaluateAll((bars) => bars.map((bar) => bar.getBoundingClientRect().width));
      assert.ok(Math.max(...widths) > 100, `bars of ${widths.join(', ')}`);
      assert.match((await page.getByRole('status').textContent()) ?? '', /^gitlab: serving/);
      quiet(opened, { loads: 1 });
    },
  },
  {
    name: 'starts until a time, by keyboard alone, and gives the focus back',
    async test(bench) {
      const opened = await bench.open(await appliedCli());
      const { page } = opened;
      await page.getByRole('button', { name: 'Start …' }).waitFor();
      for (let tabs = 0; tabs < 12 && (await focused(opened)) !== 'Start …'; tabs += 1)
        await page.keyboard.press('Tab');
      assert.equal(await focused(opened), 'Start …');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'Start gitlab' }).waitFor();
      await page.keyboard.type('22:00');
      await page.keyboard.press('Enter');
      await page.getByRole('status').getByText('gitlab: runs until 22:00 (Europe/Riga)').waitFor();
      assert.equal(await focused(opened), 'Start …');
      await page.getByText(/^started until 22:00/).waitFor();
      quiet(opened, { loads: 1 });
    },
  },
  {
    name: 'says what is wrong with a time, and Escape changes nothing',
    async test(bench) {
      const opened = await bench.open(await servingWorld());
      const { page } = opened;
      await page.getByRole('button', { name: 'Stop …' }).click();
      const dialog = page.getByRole('dialog', { name: 'Stop gitlab' });
      await dialog.getByLabel('Until').fill('soon');
      await dialog.getByRole('button', { name: 'Stop' }).click();
      await dialog
        .getByRole('alert')
        .getByText(/--until: expected .*, found "soon"/)
        .waitFor();
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'hidden' });
      assert.ok(!opened.called.includes('stop-now'));
      quiet(opened, { complaints: [/400 \(Bad Request\)/] });
    },
  },
  {
    name: 'stops: the service ends, and the page follows',
    async test(bench) {
      const opened = await bench.open(await servingWorld());
      const { page } = opened;
      await page.getByRole('button', { name: 'Stop …' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
      await page
        .getByText(/^stopped until Tue 24 Mar 09:00 .*/)
        .first()
        .waitFor();
      await opened.pass(minutes(5));
      await state(opened, 'parked');
      quiet(opened, { loads: 1 });
    },
  },
  {
    name: 'shows a hold’s evidence, and resumes only once the evidence is confirmed',
    async test(bench) {
      const opened = await bench.open(await servingWorld());
      const { page } = opened;
      await opened.hold();
      await state(opened, 'held');
      await page
        .getByRole('alert')
        .getByText(/attached to i-0123456789abcdef0/)
        .waitFor();
      assert.ok(await page.getByRole('button', { name: 'Start …' }).isDisabled());
      await page.getByRole('button', { name: 'Resume …' }).click();
      const dialog = page.getByRole('dialog', { name: 'Resume gitlab' });
      await dialog.getByText(/attached to i-0123456789abcdef0/).waitFor();
      await dialog.getByRole('button', { name: 'Resume' }).click();
      assert.ok(!opened.called.includes('resume'), 'resumed without a tick');
      await dialog.getByLabel('I have checked the evidence').check();
      await dialog.getByRole('button', { name: 'Resume' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await opened.pass(minutes(5));
      await state(opened, 'serving');
      quiet(opened, { loads: 1 });
    },
  },
  {
    name: 'lists several workloads; the one that is chosen is shown, also after a reload',
    async test(bench) {
      const small = await servingWorld();
      const text = small.files.get('gitlab.yml') ?? '';
      small.files.set('wiki.yml', text.replace('name: gitlab', 'name: wiki'));
      assert.equal((await small.ran('apply', '-f', 'wiki.yml', '--yes')).exit, 0);
      const opened = await bench.open(small);
      const { page } = opened;
      const heading = (name: string) => page.getByRole('heading', { level: 2, name }).waitFor();
      await heading('gitlab');
      await page.getByRole('navigation').getByRole('link', { name: /^wiki/ }).click();
      await heading('wiki');
      await page.reload();
      await heading('wiki');
      await page.goBack();
      await heading('gitlab');
      quiet(opened, { loads: 2 });
    },
  },
  {
    name: 'refuses a wrong token, and shows nothing',
    async test(bench) {
      const opened = await bench.open(await servingWorld());
      await state(opened, 'serving');
      const answers: number[] = [];
      opened.page.on('response', (answer) => answers.push(answer.status()));
      // An empty answer of 403 is shown as the browser's own page; to Playwright that is a failure.
      const went = opened.page.goto(`http://127.0.0.1:${opened.port}/not-the-token/`);
      await assert.rejects(went, /ERR_HTTP_RESPONSE_CODE_FAILURE/);
      assert.deepEqual(answers, [403]);
      await opened.page.waitForTimeout(500);
      assert.equal(await opened.page.getByText(/gitlab|Spotkeep/).count(), 0);
    },
  },
  {
    name: 'tells a page of another origin nothing, though it knows the address',
    async test(bench) {
      const opened = await bench.open(await servingWorld());
      await state(opened, 'serving');
      const [other] = [await opened.page.context().newPage()];
      await other.goto('data:text/html,<title>elsewhere</title>');
      const read = (address: string, method: string): Promise<string> =>
        other.evaluate(
          ([to = '', by = '']) =>
            fetch(to, { method: by }).then(
              (answer) => `answered ${answer.status}`,
              () => 'refused',
            ),
          [address, method],
        );
      assert.equal(await read(`${opened.url}api/view`, 'GET'), 'refused');
      assert.equal(await read(`${opened.url}api/workloads/gitlab/stop`, 'POST'), 'refused');
      assert.ok(!opened.called.includes('stop-now'));
    },
  },
  {
    name: 'says when its server is gone, and goes on when it is back',
    async test(bench) {
      const opened = await bench.open(await servingWorld());
      const { page } = opened;
      await page.getByText('● live').waitFor();
      await opened.closeServer();
      await page
        .getByRole('alert')
        .getByText(/server does not answer/)
        .waitFor();
      await opened.openServer();
      await page.getByText('● live').waitFor();
      quiet(opened, { loads: 1, complaints: [/ERR_/] });
    },
  },
  {
    name: 'says in plain words that credentials have expired, and shows what it last saw',
    async test(bench) {
      const opened = await bench.open(await servingWorld());
      const { page } = opened;
      await state(opened, 'serving');
      const expired = Object.assign(new Error('x'), { name: 'ExpiredTokenException' });
      opened.fail.push(...Array.from({ length: 10 }, () => expired));
      await page
        .getByRole('alert')
        .getByText(/credentials expired .* refresh them/)
        .waitFor();
      await state(opened, 'serving');
      await page.getByText('● live').waitFor();
      quiet(opened, { loads: 1 });
    },
  },
  {
    name: 'fits a phone: nothing beside the screen, buttons large enough for a thumb',
    async test(bench) {
      const small = await servingWorld();
      for (const width of [390, 320]) {
        const opened = await bench.open(small, { viewport: { width, height: 800 }, hasTouch: true });
        await state(opened, 'serving');
        const wide = await opened.page.evaluate<number>('document.documentElement.scrollWidth');
        assert.ok(wide <= width, `${wide} pixels on ${width}`);
        for (const button of await opened.page.getByRole('button').all()) {
          const box = await button.boundingBox();
          assert.ok((box?.height ?? 0) >= 44, `a button of ${box?.height} pixels`);
        }
        await opened.page.getByRole('button', { name: 'Start …' }).tap();
        const dialog = await opened.page.getByRole('dialog').boundingBox();
        assert.ok(dialog && dialog.x >= 0 && dialog.x + dialog.width <= width);
        quiet(opened, {});
        await bench.closeAll();
      }
    },
  },
  {
    name: 'is light or dark as the system has it, readable in both, also when that changes',
    async test(bench) {
      const opened = await bench.open(await servingWorld(), { colorScheme: 'light' });
      await state(opened, 'serving');
      const seen: string[] = [];
      for (const colorScheme of ['light', 'dark'] as const) {
        await opened.page.emulateMedia({ colorScheme });
        const { worst, back } = await contrast(opened.page);
        assert.ok(worst.ratio >= 4.5, `${colorScheme}: ${worst.text} has a contrast of ${worst.ratio}`);
        seen.push(back);
      }
      assert.notEqual(seen[0], seen[1]);
      quiet(opened, { loads: 1 });
    },
  },
  {
    name: `loads at most ${MOST_FIRST_VIEW / 1000} KB for its first view, and nothing from elsewhere`,
    async test(bench) {
      const opened = await bench.open(await servingWorld());
      const { page } = opened;
      const session = await page.context().newCDPSession(page);
      await session.send('Network.enable');
      await session.send('Network.setCacheDisabled', { cacheDisabled: true });
      let bytes = 0;
      const hosts = new Set<string>();
      session.on('Network.dataReceived', ({ encodedDataLength }) => {
        bytes += encodedDataLength;
      });
      session.on('Network.requestWillBeSent', ({ request }) => hosts.add(new URL(request.url).host));
      await opened.pass(minutes(600));
      await page.reload();
      await page.locator('.chart canvas').waitFor();
      await page.waitForTimeout(500);
      assert.deepEqual([...hosts], [`127.0.0.1:${opened.port}`]);
      assert.ok(bytes > 10_000 && bytes <= MOST_FIRST_VIEW, `${bytes} bytes`);
      console.log(`     first view: ${Math.round(bytes / 1000)} KB transferred`);
      quiet(opened, { loads: 2 });
    },
  },
];

const focused = ({ page }: Opened): Promise<string | undefined> =>
  page.evaluate('document.activeElement?.textContent?.trim()');
