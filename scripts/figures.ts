// The figures of docs/figures.md: 45 days of real spot availability, for a workload that never stops, under every
// combination of purchase and warning; and each zone alone, where nothing can move. Prints one table; runs one after
// the other, so that their seconds can be compared.
//   npm run figures -- TRACE…

import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import * as z from 'zod';

const reportSchema = z.object({
  scheduledHours: z.number(),
  servedHours: z.number(),
  downtimeSeconds: z.number(),
  moves: z.number(),
  interruptions: z.object({ warned: z.number(), lost: z.number(), halted: z.number() }),
  recordsWritten: z.number(),
  recordsFound: z.number(),
  orphans: z.number(),
  invariantViolations: z.array(z.unknown()),
  holds: z.array(z.unknown()),
  cost: z.object({ usd: z.number(), onDemandAlwaysUsd: z.number() }),
  wallSeconds: z.number(),
});

interface Case {
  name: string;
  workload: string;
  warning: 'two-minutes' | 'none';
  traces: string[];
}

const traces = process.argv.slice(2);
if (traces.length === 0) {
  console.error('figures: expected trace files, e.g. us-west-2a_v100_1.json …');
  process.exit(2);
}

const both = (['two-minutes', 'none'] as const).flatMap((warning): Case[] => [
  { name: 'all zones, spot only', workload: 'examples/always.yml', warning, traces },
  { name: 'all zones, on-demand after 5 min', workload: 'examples/always-fallback.yml', warning, traces },
]);
const alone = traces.map(
  (trace): Case => ({
    name: `${path.basename(trace).split('_')[0]} alone, spot only`,
    workload: 'examples/always.yml',
    warning: 'two-minutes',
    traces: [trace],
  }),
);

const run = (one: Case) => {
  const options = [
    '--json',
    '--workload',
    one.workload,
    '--trace-warning',
    one.warning,
    '--trace',
    ...one.traces,
  ];
  const done = spawnSync(process.execPath, ['demo/main.ts', ...options], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (done.status === 2) throw new Error(done.stderr);
  return reportSchema.parse(JSON.parse(done.stdout));
};

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

console.log(
  `Machine: ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}; seed 1; Node ${process.version}\n`,
);
console.log(
  '| run | warning | served | downtime h | interruptions | moves | cost, of on-demand | records found | broken invariants | wall s |',
);
console.log('|---|---|--:|--:|--:|--:|--:|--:|--:|--:|');
for (const one of [...both, ...alone]) {
  const report = run(one);
  const { warned, lost, halted } = report.interruptions;
  console.log(
    `| ${one.name} | ${one.warning} | ${percent(report.servedHours / report.scheduledHours)} | ${(report.downtimeSeconds / 3600).toFixed(1)} | ${warned + lost + halted} | ${report.moves} | $${report.cost.usd.toFixed(0)}, ${percent(report.cost.usd / report.cost.onDemandAlwaysUsd)} | ${report.recordsFound} of ${report.recordsWritten} | ${report.invariantViolations.length} | ${report.wallSeconds.toFixed(0)} |`,
  );
}
