import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  boothookUserData,
  hostProgram,
  hostScript,
  ignitionUserData,
  USER_DATA_LIMIT,
} from '../../shared/host/assemble.ts';
import table from '../../shared/host/decision.json' with { type: 'json' };
import { isStage, rowFor, STAGES } from '../../shared/host/decision.ts';
import { PARAMETERS } from '../../shared/host/parameters.ts';

const documents = ['format', 'adopt', 'start', 'stop', 'probe'] as const;
const programs = ['drain', 'watch', 'check-marker', 'boothook'] as const;
const scripts = [
  ...documents.map((name) => ({ name, text: hostScript(name) })),
  ...programs.map((name) => ({ name, text: hostProgram(name) })),
];

// Deterministic, so that a failure can be repeated.
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state;
  }
}

/** Observations picked at random for every stage of a document. */
function samples(stage: string, count: number, random: Generator<number, never>): Record<string, string>[] {
  const asked = new Set((STAGES.get(stage) ?? []).flatMap(({ when }) => Object.keys(when)));
  const known = new Map<string, readonly string[]>(
    Object.entries(table.observations).map(([name, { values }]) => [name, values]),
  );
  return Array.from({ length: count }, () =>
    Object.fromEntries(
      [...asked].map((name) => {
        const values = known.get(name) ?? [];
        return [name, values[random.next().value % values.length] ?? ''];
      }),
    ),
  );
}

describe('the bundled host scripts', () => {
  it('are sound shell to bash', () => {
    for (const { name, text } of scripts) {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' });
      expect(status, `${name}: ${stderr}`).toBe(0);
    }
  });

  it('never use eval, a lazy unmount, docker stop or a forced detach', () => {
    for (const { name, text } of scripts) {
      expect(text, name).not.toMatch(/\beval\b/);
      expect(text, name).not.toMatch(/umount +(-\S*[lf]|--lazy|--force)/);
      expect(text, name).not.toMatch(/docker (stop|kill|rm|compose)\b/);
    }
  });

  it('know distributions and package managers in one table only', () => {
    const folder = new URL('../../shared/host/', import.meta.url);
    const files = ['', 'part/'].flatMap((part) =>
      readdirSync(new URL(part, folder)).flatMap((name) => (name.endsWith('.sh') ? [`${part}${name}`] : [])),
    );
    expect(files.length).toBeGreaterThan(15);
    const naming = files.filter((name) =>
      /\b(amzn|amazon-linux|ubuntu|debian|flatcar|dnf|yum|apt-get|apt|snap|os-release)\b/i.test(
        readFileSync(new URL(name, folder), 'utf8').replaceAll(/^\s*#.*$/gm, ''),
      ),
    );
    expect(naming).toEqual(['part/image.sh']);
  });

  it('make a file system only in format', () => {
    for (const { name, text } of scripts)
      expect(/^\s*(ext4|xfs)\) mkfs\./m.test(text), name).toBe(name === 'format');
  });

  it('fit the limits of SSM documents and user data', () => {
    for (const name of documents) expect(JSON.stringify(hostScript(name)).length, name).toBeLessThan(60_000);
    expect(boothookUserData().length).toBeLessThanOrEqual(USER_DATA_LIMIT);
    expect(ignitionUserData().length).toBeLessThanOrEqual(USER_DATA_LIMIT);
  });

  it('check every parameter of their document', () => {
    for (const name of documents)
      for (const parameter of Object.keys(PARAMETERS[name]))
        expect(hostScript(name)).toContain(`$SSM_${parameter} =~`);
  });

  it('decide as the table does, whatever is observed', () => {
    for (const name of documents) {
      const random = numbers(7);
      const text = hostScript(name);
      const functions = text.slice(text.indexOf('\ndecide() {'), text.lastIndexOf('\n}\nstage') + 2);
      const asked = table.documents[name];
      const cases = [...asked.stages, ...('between' in asked ? [asked.between] : [])].flatMap((stage) =>
        samples(stage, 60, random).map((observed) => ({ stage, observed })),
      );
      const calls = cases.map(
        ({ stage, observed }) =>
          `O=(${Object.entries(observed)
            .map(([key, value]) => `[${key}]=${value}`)
            .join(' ')}); decide ${stage}`,
      );
      const input = `declare -A O; is() { local n=$1 v; shift; for v in "$@"; do [[ \${O[$n]} == "$v" ]] && return 0; done; return 1; }
row() { echo "$1 $2 $3"; }
${functions}
${calls.join('\n')}
`;
      const { stdout, stderr } = spawnSync('bash', [], { input, encoding: 'utf8' });
      const expected = cases.map(({ stage, observed }) => {
        if (!isStage(stage)) throw new Error(stage);
        const { id, answer, ok } = rowFor(stage, observed);
        return `${id} ${answer} ${ok}`;
      });
      expect(stderr).toBe('');
      expect(stdout.trimEnd().split('\n')).toEqual(expected);
    }
  });
});
