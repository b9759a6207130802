// The bounds of an answer: beyond one it is no answer, and whatever containers and paths a host has, what the scripts
// write stays below all of them.

import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { answerShape, type HostAnswer, parseAnswer } from '../../shared/host/answer.ts';
import { ANSWER_CODES, STAGES } from '../../shared/host/decision.ts';

const long = (length: number, letter = 'x'): string => letter.repeat(length);
const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
const observations = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`name${index}`, 'value']));

const serving: HostAnswer = { ok: true, code: 'serving', operation: { number: 7, id: long(26, 'A') } };
const read = (answer: Record<string, unknown>) => parseAnswer(JSON.stringify({ ...serving, ...answer }));

/** Every text and list of an answer: the most it may have, and one more. */
const BOUNDS: Record<string, [most: unknown, more: unknown]> = {
  operation: [
    { number: 1, id: long(64) },
    { number: 1, id: long(65) },
  ],
  document: [long(64), long(65)],
  row: [long(64), long(65)],
  rows: [times(64, long(64)), times(65, 'x')],
  observed: [observations(64), observations(65)],
  say: [long(500), long(501)],
  bootId: [long(64), long(65)],
  repeatRow: [long(64), long(65)],
  did: [times(64, long(64)), times(65, 'x')],
  killed: [times(50, long(128)), times(51, 'x')],
  fsUuid: [long(64), long(65)],
  fileSystem: [long(64), long(65)],
  driver: [long(64), long(65)],
  engine: [long(64), long(65)],
  architecture: [long(64), long(65)],
  unkeptBinds: [
    times(20, { container: long(128), source: long(256), target: long(256) }),
    times(21, { container: '', source: '', target: '' }),
  ],
  containers: [
    times(50, { name: long(128), state: long(64), health: long(64) }),
    times(51, { name: '', state: '', health: '' }),
  ],
  unhealthy: [
    times(10, { name: long(128), state: long(64), health: long(64) }),
    times(11, { name: '', state: '', health: '' }),
  ],
  mounted: [
    { volumeId: long(64), datasetId: long(64), generation: 1, migrationId: long(64) },
    { volumeId: long(65), datasetId: '', generation: 1, migrationId: '' },
  ],
  lastOperation: [
    { number: 1, id: long(64) },
    { number: 1, id: long(65) },
  ],
  spotNotice: [long(64), long(65)],
  detail: [long(2_000), long(2_001)],
};

describe('an answer', () => {
  it.each(Object.entries(BOUNDS))('is one with the most of %s, and none with more', (field, [most, more]) => {
    expect(read({ [field]: most })).toMatchObject({ [field]: most });
    expect(read({ [field]: more })).toBeUndefined();
  });

  it('has a bound on every text inside a list', () => {
    for (const one of [
      { killed: [long(129)] },
      { rows: [long(65)] },
      { did: [long(65)] },
      { observed: { a: long(65) } },
      { observed: { [long(65)]: 'a' } },
      { containers: [{ name: long(129), state: '', health: '' }] },
      { containers: [{ name: '', state: long(65), health: '' }] },
      { containers: [{ name: '', state: '', health: long(65) }] },
      { unkeptBinds: [{ container: long(129), source: '', target: '' }] },
      { unkeptBinds: [{ container: '', source: long(257), target: '' }] },
      { unkeptBinds: [{ container: '', source: '', target: long(257) }] },
    ])
      expect(read(one)).toBeUndefined();
  });

  it('has a bound on whatever field there is', () => {
    const unbounded: string[] = [];
    const walk = (at: unknown, where: string): void => {
      if (typeof at !== 'object' || at === null) return;
      const { type, enum: values, const: value, maxLength, maxItems } = { ...at } as Record<string, unknown>;
      const free = type === 'string' && values === undefined && value === undefined;
      if ((free && maxLength === undefined) || (type === 'array' && maxItems === undefined))
        unbounded.push(where);
      for (const [name, below] of Object.entries(at)) walk(below, `${where}.${name}`);
    };
    const schema = z.toJSONSchema(answerShape, { unrepresentable: 'any' });
    expect(Object.keys(schema.properties ?? {}).length).toBeGreaterThan(30);
    walk(schema.properties, 'answer');
    expect(unbounded).toEqual([]);
  });

  it('keeps nothing of fields that nobody knows', () => {
    expect(read({ more: long(20_000) })).toEqual(serving);
  });

  it('has room for every code and every sentence of the table', () => {
    for (const code of ANSWER_CODES) expect(read({ code })).toMatchObject({ code });
    for (const rows of STAGES.values())
      for (const { id, say, effects } of rows) expect(read({ row: id, say, did: effects })).toBeDefined();
  });
});

const host = (file: string): string => fileURLToPath(new URL(`../../shared/host/${file}`, import.meta.url));

/** What a script's functions answer where `docker` and `readlink` are these. */
const answered = (docker: string, run: string): string => {
  const bin = mkdtempSync(path.join(tmpdir(), 'spotkeep-answer-'));
  try {
    writeFileSync(path.join(bin, 'docker'), `#!/bin/bash\n${docker}\n`);
    chmodSync(path.join(bin, 'docker'), 0o755);
    const script = `
      export LC_ALL=C PATH=${bin}:$PATH
      DOCUMENT=probe DOCKER_ROOT=/var/lib/docker CONTAINERD_ROOT=/var/lib/containerd
      SSM_operationNumber=7 SSM_operationId=${long(26, 'A')} SSM_unkeptBinds=refuse
      source ${host('part/answer.sh')}
      source ${host('part/binds.sh')}
      source ${host('probe.sh')}
      ${run}
      ANSWERED=yes
      answer_line true serving >&3`;
    const { stdout } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
    return stdout;
  } finally {
    rmSync(bin, { recursive: true });
  }
};

describe('what the scripts write', () => {
  const name = `${long(300, 'n')}"\\\\`;
  const source = `/srv/${long(3_000, 'ü')}`;
  const docker = `
    case "$*" in
      'ps -aq') seq 1 200 ;;
      'ps -a'*) for i in $(seq 1 200); do printf '%s\\trunning\\tUp 2 minutes (unhealthy)\\t%s\\n' '${name}' '${name}'; done ;;
      'inspect'*) for i in $(seq 1 200); do printf '/%s\\t%s\\t%s\\n' '${name}' '${source}' '${source}'; done ;;
    esac`;
  const run = `
    list_containers
    field containers "[$CONTAINERS]"
    field unhealthy "[$UNHEALTHY]"
    observe_unkeptBinds
    field_text engine ${long(500)}
    for i in $(seq 1 300); do detail 'something that could not be done'; done`;

  it('is an answer that Systems Manager hands on whole, whatever names and paths there are', () => {
    const line = answered(docker, run);
    const answer = parseAnswer(line);
    expect(answer?.containers).toHaveLength(50);
    expect(answer?.unhealthy).toHaveLength(10);
    expect(answer?.unkeptBinds).toHaveLength(20);
    expect(answer?.unkeptBinds?.[0]?.source).toMatch(/^\/srv\//);
    expect(answer?.engine).toBe(long(64));
    expect(answer?.detail).toHaveLength(2_000);
    // API reference, GetCommandInvocation: StandardOutputContent has at most 24,000 characters.
    expect(line.length).toBeLessThan(24_000);
  });
});
