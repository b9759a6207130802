// `npm run model`: explores the protocol core in full and shows that every weakened rule does harm (docs/model.md).
// Results on standard output, progress on standard error. Exit code 1 = a violation, or a weakened rule that was
// not caught; 2 = wrong flags.

import process from 'node:process';
import { parseArgs } from 'node:util';
import type { ModelConfig } from './config.ts';
import { CONFIGURATIONS } from './configurations.ts';
import { configTable, exitCode, type Run, summary, traceText, type WeakRun, weakTable } from './report.ts';
import { search } from './search.ts';
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

const PROGRESS_SECONDS = 2;

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

function timed(config: ModelConfig): Run {
  const begun = performance.now();
  let told = begun;
  const progress = (states: number, depth: number, waiting: number): void => {
    const now = performance.now();
    if (now - told < PROGRESS_SECONDS * 1000) return;
    told = now;
    const spent = ((now - begun) / 1000).toFixed(0);
    process.stderr.write(
      `model: ${config.name}: ${states.toLocaleString('en-US')} states, ${waiting.toLocaleString('en-US')} waiting, ${depth} steps deep, ${spent} s\n`,
    );
  };
  const result = search(config, { progress });
  return { result, seconds: (performance.now() - begun) / 1000 };
}

function show(json: boolean, text: string): void {
  if (!json) process.stdout.write(`${text}\n`);
}

function explore(configs: readonly ModelConfig[], json: boolean): Run[] {
  return configs.map((config) => {
    const run = timed(config);
    const { states, violation } = run.result;
    show(
      json,
      `${config.name}: ${config.about}: ${states.toLocaleString('en-US')} states, ${run.seconds.toFixed(1)} s`,
    );
    if (violation) show(json, `${traceText(run.result)}\n`);
    return run;
  });
}

function weaken(rules: typeof WEAK_RULES, json: boolean, trace: boolean): WeakRun[] {
  return rules.map((weak) => {
    const run = { ...timed(weakConfig(weak)), weak };
    const steps = run.result.violation?.trace.length;
    show(json, `${weak.rule}: ${weak.does}: ${steps ? `caught in ${steps} steps` : 'NOT CAUGHT'}`);
    if (trace) show(json, traceText(run.result));
    return run;
  });
}

function main(): number {
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
  const runs = explore(configs, json);
  const weak = weaken(rules, json, trace !== undefined);
  const seconds = (performance.now() - begun) / 1000;
  const sum = summary(runs, weak, seconds);
  if (json) process.stdout.write(`${JSON.stringify(sum)}\n`);
  if (runs.length > 0) show(json, `\n${configTable(runs)}`);
  if (weak.length > 0) show(json, `\n${weakTable(weak)}`);
  show(
    json,
    `\n${sum.states.toLocaleString('en-US')} states, ${sum.violations} violations, ${sum.seconds} s`,
  );
  return exitCode(sum);
}

process.exitCode = main();
