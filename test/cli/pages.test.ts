// What is made of the command's definitions: the page, the completions, the help.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commandsPage } from '../../cli/program/commands-page.ts';
import { entriesOf } from '../../cli/program/entries.ts';
import { createProgram } from '../../cli/program/program.ts';
import { cliWorld, parsedJson } from './cli-world.ts';

const bash = spawnSync('bash', ['-c', 'type compgen'], { encoding: 'utf8' }).status === 0;

describe('docs/commands.md', () => {
  it('is what the definitions make of it: node scripts/run.mjs scripts/commands.ts', async () => {
    const file = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');
    expect(file).toBe(await commandsPage());
  });
});

describe('every command', () => {
  const entries = entriesOf(createProgram(() => undefined)).filter(({ group }) => !group);

  it.each(entries.map(({ path }) => [path.join(' '), path]))(
    '%s has help, and nothing is called for it',
    async (_, path) => {
      const small = cliWorld();
      const ran = await small.ran(...path, '--help');
      expect(ran).toMatchObject({ exit: 0, err: '', called: [] });
      expect(ran.out).toMatch(/^Usage: spotkeep /);
    },
  );
});

describe('spotkeep alone', () => {
  it('shows the commands, the local region among them', async () => {
    const ran = await cliWorld().ran();
    expect(ran).toMatchObject({ exit: 0 });
    for (const word of ['apply', 'status', 'drill', 'local'])
      expect(ran.out).toMatch(new RegExp(`^ {2}${word}\\b`, 'm'));
  });

  it('--version is the package’s, without a call, also as JSON', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await cliWorld().ran('--version')).toMatchObject({ exit: 0, out: `${version}\n` });
    expect(parsedJson(await cliWorld().ran('--version', '--json'))).toEqual({ version });
  });
});

describe('completion', () => {
  const complete = async (...words: string[]): Promise<string[]> => {
    const { out } = await cliWorld().ran('completion', 'bash');
    const list = ['spotkeep', ...words].map((word) => `'${word}'`).join(' ');
    const program = `${out}\nCOMP_WORDS=(${list}); COMP_CWORD=${words.length}; _spotkeep; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = spawnSync('bash', ['-c', program], { encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout.split('\n').filter((word) => word !== '');
  };

  it.runIf(bash)('of bash knows commands, commands below commands, options and choices', async () => {
    expect(await complete('st')).toEqual(['status', 'start', 'stop']);
    expect(await complete('backup', '')).toEqual(expect.arrayContaining(['list', 'create']));
    expect(await complete('schedule', 'e')).toEqual(['explain']);
    expect(await complete('--stage', 'dev', 'backup', 'c')).toEqual(['create']);
    expect(await complete('start', 'gitlab', '--un')).toEqual(['--until']);
    expect(await complete('start', 'gitlab', '--js')).toEqual(['--json']);
    expect(await complete('completion', 'z')).toEqual(['zsh']);
    expect(await complete('validate', '--file', 'packag')).toContain('package.json');
  });

  it.each(['bash', 'zsh', 'fish'])('of %s names every command', async (shell) => {
    const { out, exit } = await cliWorld().ran('completion', shell);
    expect(exit).toBe(0);
    for (const { path } of entriesOf(createProgram(() => undefined)))
      for (const word of path) expect(out).toContain(word);
  });
});
