// What `probe` makes of Docker's listing: its own functions, with a made-up `docker` and the containers' own files. On real
// Docker: test/host/case/docker.ts.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseAnswer } from '../../shared/host/answer.ts';
import { hostScript } from '../../shared/host/assemble.ts';

interface Container {
  name: string;
  state: string;
  status?: string;
  /** `docker run` writes "no", other clients nothing. */
  policy?: string;
  byHand?: boolean;
}

const root = mkdtempSync(path.join(tmpdir(), 'health-'));
afterAll(() => rmSync(root, { recursive: true }));

const STATUS: Record<string, string> = {
  running: 'Up 2 minutes',
  exited: 'Exited (128) 2 minutes ago',
  created: 'Created',
  dead: 'Dead',
  paused: 'Up 2 minutes (Paused)',
  restarting: 'Restarting (1) 3 seconds ago',
};

const source = (name: string): string =>
  readFileSync(new URL(`../../shared/host/${name}`, import.meta.url), 'utf8');

/** The functions between these two, as they stand in the file. */
const functionsOf = (text: string, from: RegExp, to: RegExp): string => {
  const start = text.search(from);
  return text.slice(start, start + text.slice(start).search(to));
};

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const observe = (containers: Container[], kind = 'container') => {
  const folder = mkdtempSync(path.join(root, 'case-'));
  const idOf = (one: Container): string => `id-of-${one.name}-`.padEnd(64, '0');
  for (const one of containers) {
    mkdirSync(path.join(folder, 'containers', idOf(one)), { recursive: true });
    // As Docker writes it; a value that looks like the flag is escaped.
    const config = {
      Config: { Env: ['X="HasBeenManuallyStopped":true'] },
      HasBeenManuallyStopped: one.byHand ?? false,
    };
    writeFileSync(path.join(folder, 'containers', idOf(one), 'config.v2.json'), JSON.stringify(config));
  }
  const listed = containers.map((one) =>
    [one.name, one.state, one.status ?? STATUS[one.state], idOf(one)].join('\t'),
  );
  const inspected = containers.map((one) =>
    [idOf(one), [`policy=${one.policy ?? 'no'}`, one.state, idOf(one), `/${one.name}`].join('\t')].join(' '),
  );
  const script = `set -u -o pipefail
declare -A OBSERVED=()
observe() { OBSERVED[$1]=$2; }
DOCKER_ROOT=${quoted(folder)} SSM_healthPath=none SSM_healthKind=${kind} SSM_healthPort=1
${functionsOf(source('part/answer.sh'), /^json_string\(/m, /^field\(/m)}
timeout() { shift; "$@"; }
LISTED=${quoted(listed.join('\n'))} INSPECTED=${quoted(inspected.join('\n'))}
docker() {
  local id
  case "$1" in
    ps) printf '%s\\n' "$LISTED" ;;
    inspect) shift 3; for id in "$@"; do sed -n "s/^$id //p" <<<"$INSPECTED"; done ;;
  esac
}
${functionsOf(source('probe.sh'), /^CONTAINERS=/m, /^closing_fields/m)}
observe_health
printf '{"health":"%s","unhealthy":[%s]}' "\${OBSERVED[health]}" "$UNHEALTHY"`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  expect(stderr).toBe('');
  const seen: { health: string; unhealthy: { name: string; state: string }[] } = JSON.parse(stdout);
  return { health: seen.health, named: seen.unhealthy.map(({ name, state }) => `${name} ${state}`) };
};

const database: Container = { name: 'db', state: 'running', policy: 'unless-stopped' };

describe('a container that does not run beside one that does', () => {
  const states = ['exited', 'created', 'dead', 'paused'];
  const policies = ['always', 'unless-stopped'];
  it.each(states.flatMap((state) => policies.map((policy) => [state, policy])))(
    'is unhealthy when it is %s and its policy is %s, and named',
    (state, policy) => {
      const seen = observe([database, { name: 'proxy', state, policy }]);
      expect(seen).toEqual({ health: 'unhealthy', named: [`proxy ${state}`] });
    },
  );

  it.each(policies)('is well when it was stopped by hand, whatever its policy: %s', (policy) => {
    const proxy = { name: 'proxy', state: 'exited', policy, byHand: true };
    expect(observe([database, proxy])).toEqual({ health: 'healthy', named: [] });
  });

  it.each(['no', '', 'on-failure'])('is a job that is over when its policy is “%s”', (policy) => {
    expect(observe([database, { name: 'job', state: 'exited', policy }])).toEqual({
      health: 'healthy',
      named: [],
    });
  });

  it('is found among a hundred jobs, and at most ten are named', () => {
    const jobs = Array.from({ length: 100 }, (_, i) => ({ name: `job-${i}`, state: 'exited' }));
    const dead = Array.from({ length: 12 }, (_, i) => ({
      name: `app-${i}`,
      state: 'dead',
      policy: 'always',
    }));
    const seen = observe([...jobs, database, ...dead]);
    expect(seen.health).toBe('unhealthy');
    expect(seen.named).toEqual(dead.slice(0, 10).map(({ name }) => `${name} dead`));
  });
});

describe('the others', () => {
  it('are unhealthy in a restart loop, and by their own check, and named', () => {
    const loop = { name: 'app', state: 'restarting', policy: 'always' };
    expect(observe([database, loop])).toEqual({ health: 'unhealthy', named: ['app restarting'] });
    const check = { name: 'app', state: 'running', status: 'Up 2 minutes (unhealthy)' };
    expect(observe([database, check])).toEqual({ health: 'unhealthy', named: ['app running'] });
  });

  it('are unhealthy when nothing runs, whatever the policies, and named', () => {
    const jobs = [
      { name: 'one', state: 'exited', policy: 'no' },
      { name: 'two', state: 'exited', policy: 'always' },
    ];
    const seen = observe(jobs);
    expect(seen.health).toBe('unhealthy');
    expect(seen.named.toSorted()).toEqual(['one exited', 'two exited']);
  });

  it('say nothing of a service whose containers were all stopped by hand, or that has none', () => {
    const stopped = { name: 'db', state: 'exited', policy: 'unless-stopped', byHand: true };
    expect(observe([stopped]).health).toBe('unknown');
    expect(observe([stopped, { ...stopped, name: 'app' }], 'tcp').health).toBe('unknown');
    expect(observe([]).health).toBe('unknown');
  });

  it('are well, or starting, as Docker has it', () => {
    expect(observe([database]).health).toBe('healthy');
    const starting = { name: 'app', state: 'running', status: 'Up 5 seconds (health: starting)' };
    expect(observe([database, starting]).health).toBe('starting');
  });
});

describe('the answer', () => {
  it('carries the names', () => {
    expect(hostScript('probe')).toContain('field unhealthy');
    const answer = parseAnswer(
      '{"ok":true,"code":"unhealthy","operation":{"number":1,"id":""},"unhealthy":[{"name":"proxy","state":"exited","health":"none"}]}',
    );
    expect(answer?.unhealthy).toEqual([{ name: 'proxy', state: 'exited', health: 'none' }]);
  });
});
