// What goes wrong between the command and AWS: each has its exit code and one line with what to do next.

import { describe, expect, it } from 'vitest';
import { instant, iso } from '../../shared/base/time.ts';
import { appliedCli, cliWorld, parsedJson, servingWorld } from './cli-world.ts';

const named = (name: string, more: object = {}): Error =>
  Object.assign(new Error('as AWS words it today'), { name, ...more });
const network = (code: string): Error =>
  Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(code), { code }) });

describe('an error of AWS', () => {
  it.each([
    [
      'no credentials',
      named('CredentialsProviderError'),
      3,
      /no AWS credentials found: set AWS_PROFILE or give --profile/,
    ],
    [
      'expired credentials',
      named('ExpiredTokenException'),
      3,
      /expired .*: refresh them and run the command again; it is safe to repeat/,
    ],
    ['expired in the words of EC2', named('RequestExpired'), 3, /expired/],
    ['a wrong key', named('UnrecognizedClientException'), 3, /does not accept these credentials/],
    ['a wrong secret', named('InvalidSignatureException'), 3, /does not accept these credentials/],
    [
      'not allowed',
      named('AccessDeniedException'),
      3,
      /do not allow invoking spotkeep-dev-status: use a profile of the operator role/,
    ],
    [
      'not deployed here',
      named('ResourceNotFoundException'),
      2,
      /there is no spotkeep-dev-status in account 123456789012, region eu-west-1: another --profile, --region or --stage\?/,
    ],
    [
      'too many calls',
      named('TooManyRequestsException'),
      1,
      /too busy .*run it again in a moment, that is safe/,
    ],
    ['no network', network('ENOTFOUND'), 1, /no answer from AWS \(ENOTFOUND\)/],
    ['a time-out', named('TimeoutError'), 1, /no answer from AWS/],
    ['something else', named('Surprise'), 1, /unexpected: Surprise/],
  ])('%s', async (_, error, exit, says) => {
    const small = await appliedCli();
    small.fail.push(error);
    const ran = await small.ran('list');
    expect(ran.exit).toBe(exit);
    expect(ran.err).toMatch(says);
    expect(ran.err).toMatch(/^spotkeep: [^\n]+\n$/);
    expect(ran.out).toBe('');
  });

  it('at the local region asks whether it runs', async () => {
    const small = cliWorld();
    small.fail.push(network('ECONNREFUSED'));
    const ran = await small.ran('list', '--endpoint-url', 'http://127.0.0.1:4599');
    expect(ran).toMatchObject({
      exit: 1,
      err: expect.stringContaining('is `spotkeep local` running there?'),
    });
    expect(small.connections[0]).toMatchObject({ endpointUrl: 'http://127.0.0.1:4599' });
  });

  it('midway leaves what was done, and the same command again is safe', async () => {
    const small = await appliedCli();
    const before = small.world.lambda.invocations;
    small.fail.push(undefined, named('ExpiredTokenException'));
    // The first call of the two goes through: the status. The second, the request, meets expired credentials.
    small.fail.splice(0, 1);
    const ran = await small.ran('start', 'gitlab', '--until', '22:00');
    expect(ran).toMatchObject({
      exit: 3,
      err: expect.stringContaining('run the command again; it is safe to repeat'),
    });
    expect(small.world.lambda.invocations).toBe(before);
    const again = await small.ran('start', 'gitlab', '--until', '22:00', '--json');
    expect(again.exit).toBe(0);
    expect(parsedJson(again)).toMatchObject({ status: { state: 'serving' } });
  });
});

describe('a function', () => {
  it('that failed is named with its log', async () => {
    const small = await appliedCli();
    const failing = {
      payload: JSON.stringify({ errorType: 'Error', errorMessage: 'boom\nat x' }),
      functionError: 'Unhandled',
    };
    small.replies.push(failing);
    const ran = await small.ran('list');
    expect(ran).toMatchObject({ exit: 1, err: expect.stringContaining('/aws/lambda/spotkeep-dev-status') });
    expect(ran.err).toMatch(/^[^\n]+\n$/);
  });

  it('that ran out of its time is exit code 5', async () => {
    const small = await appliedCli();
    small.replies.push({
      payload: JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage: 'x' }),
      functionError: 'Unhandled',
    });
    expect(await small.ran('list')).toMatchObject({ exit: 5 });
  });

  it.each([
    ['no JSON', 'hello'],
    ['another shape', '{"workloads": [{"name": 1}]}'],
    ['nothing', ''],
  ])('that answers %s is told as of another version', async (_, payload) => {
    const small = await appliedCli();
    small.replies.push({ payload, functionError: undefined });
    const ran = await small.ran('list');
    expect(ran).toMatchObject({ exit: 1 });
    expect(ran.err).toMatch(/^spotkeep: [^\n]+\n$/);
  });

  it('that finds another writer at every try asks to run it again', async () => {
    const small = await appliedCli();
    const status = await small.ran('status', 'gitlab', '--json');
    small.replies.push(
      { payload: JSON.stringify({ ok: true, workloads: [parsedJson(status)] }), functionError: undefined },
      {
        payload: JSON.stringify({ ok: false, code: 'busy', says: 'the record changed under every try' }),
        functionError: undefined,
      },
    );
    expect(await small.ran('start', 'gitlab')).toMatchObject({
      exit: 1,
      err: expect.stringContaining('run it again, that is safe'),
    });
  });
});

describe('the wrong place', () => {
  it('a definition of another region is refused with the region to give', async () => {
    const small = cliWorld();
    const ran = await small.ran('apply', '-f', 'gitlab.yml', '--yes', '--region', 'us-east-1');
    expect(ran).toMatchObject({ exit: 2, called: [], err: expect.stringContaining('--region eu-west-1') });
  });

  it('a topic of another account is refused with both accounts', async () => {
    const small = cliWorld();
    const text = small.files.get('gitlab.yml') ?? '';
    small.files.set('gitlab.yml', `${text}notify: arn:aws:sns:eu-west-1:999999999999:x\n`);
    const ran = await small.ran('apply', '-f', 'gitlab.yml', '--yes');
    expect(ran).toMatchObject({
      exit: 2,
      called: [],
      err: expect.stringMatching(/123456789012.*999999999999/),
    });
  });

  it('profile, region, stage and endpoint reach the connection', async () => {
    const small = await appliedCli();
    await small.ran('list', '--profile', 'work', '--region', 'eu-central-1');
    expect(small.connections.at(-1)).toMatchObject({
      profile: 'work',
      region: 'eu-central-1',
      endpointUrl: undefined,
    });
    small.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:1';
    await small.ran('list');
    expect(small.connections.at(-1)).toMatchObject({ endpointUrl: 'http://127.0.0.1:1' });
  });
});

describe('on hold', () => {
  const held = async () => {
    const small = await servingWorld();
    const [instance] = small.world.region.instances.values();
    if (!instance) throw new Error('nothing runs');
    await small.putRecord((body) => ({
      ...body,
      state: 'held',
      hold: {
        code: 'newer-volume',
        at: instant(small.world.kernel.now()),
        evidence: 'vol-1 is generation 7',
      },
    }));
    return small;
  };

  it.each([
    ['start', 'gitlab'],
    ['move', 'gitlab', '--zone', 'eu-west-1b'],
  ])('%s is refused with 4 and the evidence', async (...argv) => {
    const small = await held();
    const ran = await small.ran(...argv);
    expect(ran).toMatchObject({ exit: 4, called: ['status'] });
    expect(ran.err).toMatch(/newer-volume: vol-1 is generation 7.*spotkeep resume gitlab/);
  });

  it('status answers 4 and shows the evidence', async () => {
    const ran = await (await held()).ran('status', 'gitlab');
    expect(ran).toMatchObject({
      exit: 4,
      out: expect.stringContaining('newer-volume: vol-1 is generation 7'),
    });
  });

  it('resume shows the evidence, asks, and ends it', async () => {
    const small = await held();
    small.terminal.interactive = true;
    small.answers.push(true);
    const ran = await small.ran('resume', 'gitlab');
    expect(ran).toMatchObject({ exit: 0, out: expect.stringContaining('vol-1 is generation 7') });
    expect(small.asked).toEqual(['Have you fixed the cause? Resume gitlab?']);
    expect(ran.out).toContain('hold newer-volume ended by operator');
  });

  it('resume of what is not held has nothing to do and asks nothing', async () => {
    const ran = await (await servingWorld()).ran('resume', 'gitlab', '--json');
    expect(parsedJson(ran)).toMatchObject({ changed: false });
  });
});

describe('a record of a later version', () => {
  const newer = async () => {
    const small = await servingWorld();
    const status = parsedJson(await small.ran('status', 'gitlab', '--json'));
    const one = { ...Object(status), schema: 99, unheardOf: { deep: true } };
    return {
      small,
      reply: { payload: JSON.stringify({ ok: true, workloads: [one] }), functionError: undefined },
    };
  };

  it('is read', async () => {
    const { small, reply } = await newer();
    small.replies.push(reply);
    const ran = await small.ran('status', 'gitlab', '--json');
    expect(parsedJson(ran)).toMatchObject({ name: 'gitlab', unheardOf: { deep: true } });
  });

  it.each([
    ['start', 'gitlab'],
    ['stop', 'gitlab'],
    ['destroy', 'gitlab', '--confirm', 'gitlab'],
    ['schedule', 'set', 'gitlab', '--always', '--yes'],
  ])('is not written by %s', async (...argv) => {
    const { small, reply } = await newer();
    small.replies.push(reply);
    const ran = await small.ran(...argv);
    expect(ran).toMatchObject({
      exit: 1,
      called: ['status'],
      err: expect.stringContaining('update spotkeep'),
    });
  });

  it('that the functions cannot read is told as that', async () => {
    const small = await appliedCli();
    const workloads = [{ name: 'gitlab', error: 'written by a later version (schema 2)' }];
    const reply = { payload: JSON.stringify({ ok: true, workloads }), functionError: undefined };
    small.replies.push(reply, reply);
    expect((await small.ran('list')).out).toContain('written by a later version');
    expect(await small.ran('start', 'gitlab')).toMatchObject({ exit: 1, called: ['status'] });
  });
});

describe('times', () => {
  it('of the functions’ sentences are told in the workload’s zone', async () => {
    const small = await servingWorld();
    const ran = await small.ran(
      'start',
      'gitlab',
      '--until',
      iso(instant(small.world.kernel.now() + 86_400_000)),
      '--no-wait',
    );
    expect(ran.out).toMatch(/runs until Tue 24 Mar 10:05 \(Europe\/Riga\)/);
  });
});
