// An application that is not well: a person is told after the warm-up and three probes, by name, and nothing is replaced.

import { describe, expect, it } from 'vitest';
import { add, type Instant, minutes } from '../../shared/base/time.ts';
import type { Plan } from '../../shared/decide/plan.ts';
import type { HostAnswer } from '../../shared/host/answer.ts';
import { readRecord } from '../../shared/record/read.ts';
import type { RecordBody } from '../../shared/record/record.ts';
import { ago, answered, decide, inFlight, NOW, OWNER, owner, record } from './scene.ts';

const PROXY = { name: 'proxy', state: 'exited', health: 'none' };
const BAD: Partial<HostAnswer> = { code: 'unhealthy', health: 'unhealthy', unhealthy: [PROXY] };

/** A probe that answers so at this time. */
const probed = (r: RecordBody, answer: Partial<HostAnswer>, at: Instant = NOW): Plan =>
  decide(
    { ...r, intent: undefined, command: inFlight('probe') },
    answered({ code: 'serving', ...answer }),
    at,
  );

/** Probes five minutes apart; what each told. */
const probes = (start: RecordBody, answers: Partial<HostAnswer>[], from: Instant = NOW) => {
  let r = start;
  const told: Plan['events'] = [];
  let last: Plan | undefined;
  for (const [i, answer] of answers.entries()) {
    last = probed(r, answer, add(from, minutes(5 * i)));
    r = last.record;
    told.push(...last.events.filter(({ detailType }) => detailType === 'Unhealthy'));
  }
  return { told, record: r, last };
};

const warmUp = (seconds: number, startedAgo: number): RecordBody => {
  const r = record({ owner: owner({ startedAt: ago(minutes(startedAgo)) }) });
  return { ...r, definition: { ...r.definition, warmUpSeconds: seconds, health: { kind: 'container' } } };
};
const SERVING = warmUp(0, 59);

describe('an unhealthy application', () => {
  it('is told with the third probe in a row, with the container’s name and state', () => {
    expect(probes(SERVING, [BAD, BAD]).told).toEqual([]);
    const { told } = probes(SERVING, [BAD, BAD, BAD]);
    expect(told).toEqual([
      {
        detailType: 'Unhealthy',
        detail: {
          workload: 'gitlab',
          at: add(NOW, minutes(10)),
          code: 'unhealthy',
          text: 'the application has been unhealthy for 10 minutes: container proxy is exited',
          instanceId: OWNER,
          since: NOW,
          containers: [{ name: 'proxy', state: 'exited' }],
        },
      },
    ]);
  });

  it('is told again an hour later while it lasts, and an entry of the history says when it is over', () => {
    const { told, record: r } = probes(
      SERVING,
      Array.from({ length: 15 }, () => BAD),
    );
    expect(told).toHaveLength(2);
    const fine = probed(r, { health: 'healthy' }, add(NOW, minutes(75)));
    expect(fine.record.health?.unhealthy).toBeUndefined();
    expect(fine.history).toContainEqual({
      kind: 'healthy-again',
      reason: 'after 75 minutes: container proxy is exited',
      detail: { since: NOW, containers: [{ name: 'proxy', state: 'exited' }] },
    });
  });

  it('is counted from the beginning after a probe that finds it well', () => {
    const fine = { health: 'healthy' as const };
    expect(probes(SERVING, [BAD, BAD, fine, BAD, BAD]).told).toEqual([]);
  });

  it('goes on being counted while a container restarts and starts in turn', () => {
    const starting = { health: 'starting' as const };
    expect(probes(SERVING, [BAD, starting, BAD, starting, BAD]).told).toHaveLength(1);
  });

  it('is not counted in the warm-up', () => {
    // Started five minutes before NOW: the probes at 5 and 10 minutes are in it, the next three are not.
    const r = warmUp(12 * 60, 5);
    expect(probes(r, [BAD, BAD, BAD, BAD]).told).toEqual([]);
    expect(probes(r, [BAD, BAD, BAD, BAD, BAD]).told).toHaveLength(1);
    expect(probes(r, [BAD]).record.health).toEqual(expect.objectContaining({ application: 'unhealthy' }));
    expect(probes(r, [BAD]).record.health).not.toHaveProperty('unhealthy');
  });

  it('is counted for each start by itself', () => {
    const { record: r } = probes(SERVING, [BAD, BAD]);
    const at = add(NOW, minutes(20));
    const again = { ...r, owner: owner({ startedAt: add(NOW, minutes(12)) }) };
    expect(probed(again, BAD, at).record.health?.unhealthy).toMatchObject({ since: at, probes: 1 });
  });

  it('is never a reason to take another instance, to drain or to hold', () => {
    const { record: r, last } = probes(SERVING, [BAD, BAD, BAD, BAD]);
    expect(last?.effect).toBeUndefined();
    expect(r).toMatchObject({ state: 'serving', owner: { instanceId: OWNER } });
    expect(r.hold).toBeUndefined();
    expect(r.owner?.draining).toBeUndefined();
    expect(r.candidate).toBeUndefined();
  });

  it('is not what a Docker that does not answer is', () => {
    const down = probed(SERVING, { code: 'docker-down', ok: false, health: 'unhealthy' });
    expect(down.record.health).toEqual({
      at: NOW,
      docker: false,
      application: 'unknown',
      fullPercent: undefined,
    });
  });
});

describe('what is unhealthy', () => {
  const textOf = (r: RecordBody, answer: Partial<HostAnswer>): unknown =>
    probes(r, [answer, answer, answer]).told[0]?.detail.text;
  const of = (health: RecordBody['definition']['health']): RecordBody => ({
    ...SERVING,
    definition: { ...SERVING.definition, health },
  });

  it.each<[string, HostAnswer['unhealthy'], string]>([
    [
      'states',
      [PROXY, { name: 'app', state: 'paused', health: 'none' }],
      'container proxy is exited, container app is paused',
    ],
    [
      'a check of its own',
      [{ name: 'app', state: 'running', health: 'unhealthy' }],
      'container app fails its own health check',
    ],
    ['nothing that runs', [], 'no container runs'],
  ])('is named: %s', (_, unhealthy, text) => {
    expect(textOf(SERVING, { health: 'unhealthy', unhealthy })).toContain(`: ${text}`);
  });

  it('is the definition’s own check where no container is named', () => {
    const http = of({ kind: 'http', port: 8080, path: '/up' });
    expect(textOf(http, { health: 'unhealthy' })).toContain('the http check of port 8080 fails');
    expect(textOf(http, { health: 'unhealthy', unhealthy: [PROXY] })).toContain(
      'the http check of port 8080 fails, container proxy is exited',
    );
    expect(textOf(of({ kind: 'tcp', port: 22 }), { health: 'unhealthy' })).toContain(
      'the tcp check of port 22 fails',
    );
  });

  it('is taken from the list of containers where a host of the version before names none', () => {
    const containers = [{ name: 'db', state: 'running', health: 'none' }, PROXY];
    expect(textOf(SERVING, { health: 'unhealthy', containers })).toContain('container proxy is exited');
  });

  it('is cut before it goes into the record, which it can be read back from', () => {
    const many = Array.from({ length: 30 }, (_, i) => ({ ...PROXY, name: `${i}-${'x'.repeat(300)}` }));
    const { record: r } = probes(SERVING, [{ health: 'unhealthy', unhealthy: many }]);
    expect(r.health?.unhealthy?.containers).toHaveLength(10);
    expect(r.health?.unhealthy?.containers[0]?.name).toHaveLength(100);
    expect(readRecord({ body: JSON.parse(JSON.stringify(r)) }).kind).toBe('record');
  });
});
