// `npm run model`: explores the protocol core in full and shows that every weakened rule does harm (docs/model.md).
// Results on standard output, progress on standard error. Exit code 1 = a violation, or a weakened rule that was
// not caught; 2 = wrong flags.

import { availableParallelism } from 'node:os';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { CONFIGURATIONS } from './configurations.ts';
import type { Outcome } from './explore.ts';
import { configTable, exitCode, summary, weakTable } from './report.ts';
import { exploreAll } from './threads.ts';
import { WEAK_RULES, weakConfig } from './weakenings.ts';

const USAGE = `npm run model -- [--small] [--config NAME] [--trace RULE] [--json]

  (none)         every configuration, then every weakened rule
  --small        the small configurations only, then every weakened rule
  --config NAME  this configuration only
  --trace RULE   the shortest counter-example of this weakened rule
  --json         one line of JSON

configurations:
${CONFIGURATIONS.map(({ name, about, small }) => `  ${name.padEnd(15)} ${about}${small ? ' (small)' : ''}`).join('\n')}

weakened rules:
${WEAK_RULES.map(({ rule, does }) => `  ${rule.padEnd(27)} ${does}`).join('\n')}
`;

interface Flags {
  small: boolean;
  json: boolean;
  help: boolean;
  config?: string;
  trace?: string;
}

function parseFlags(args: string[]): Flags | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: {
        small: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        config: { type: 'string' },
        trace: { type: 'string' },
      },
    });
    return values;
  } catch (error) {
    process.stderr.write(`model: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

/** More threads than this only crowd the memory. */
const MAX_THREADS = 4;

function shown(outcome: Outcome, trace: boolean): string {
  const { name, about, states, seconds, invariant, steps } = outcome;
  const found = invariant ? `, ${invariant} broken in ${steps} steps` : '';
  const line = `${name}: ${about}: ${states.toLocaleString('en-US')} states, ${seconds.toFixed(1)} s${found}`;
  return trace && outcome.trace ? `${line}\n${outcome.trace}\n` : `${line}\n`;
}

async function main(): Promise<number> {
  const flags = parseFlags(process.argv.slice(2));
  if (!flags) {
    process.stderr.write(USAGE);
    return 2;
  }
  const { json, small, config, trace } = flags;
  if (flags.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const configs = CONFIGURATIONS.filter((c) => (config ? c.name === config : !trace && (!small || c.small)));
  const rules = WEAK_RULES.filter(({ rule }) => (trace ? rule === trace : !config));
  const unknown = (config && configs.length === 0) || (trace && rules.length === 0);
  if (unknown) {
    process.stderr.write(
      `model: unknown ${config && configs.length === 0 ? `configuration ${config}` : `rule ${trace}`}\n${USAGE}`,
    );
    return 2;
  }
  const begun = performance.now();
  const say = (text: string): void => void (json || process.stdout.write(text));
  const isWeak = new Set<string>(rules.map(({ rule }) => rule));
  const all = await exploreAll([...configs, ...rules.map(weakConfig)], {
    threads: Math.min(availableParallelism(), MAX_THREADS),
    // A violation of the design itself is always told in full.
    done: (outcome) => say(shown(outcome, trace !== undefined || !isWeak.has(outcome.name))),
  });
  const runs = all.slice(0, configs.length);
  const weak = all.slice(configs.length);
  const sum = summary(runs, weak, (performance.now() - begun) / 1000);
  if (json) process.stdout.write(`${JSON.stringify(sum)}\n`);
  if (runs.length > 0) say(`\n${configTable(runs)}\n`);
  if (weak.length > 0) say(`\n${weakTable(weak)}\n`);
  say(`\n${sum.states.toLocaleString('en-US')} states, ${sum.violations} violations, ${sum.seconds} s\n`);
  return exitCode(sum);
}

process.exitCode = await main();
