import { describe, expect, it } from 'vitest';
import { CloudCaller } from '../../shared/aws/call/cloud-call.ts';
import { seconds } from '../../shared/base/time.ts';
import { CloudError } from '../../shared/port/errors.ts';
import { testClock } from './test-clock.ts';

function awsError(name: string, httpStatusCode = 400): Error {
  return Object.assign(new Error(`${name} in words`), { name, $metadata: { httpStatusCode } });
}

function socketError(code: string): Error {
  return Object.assign(new Error('socket hang up'), { code });
}

/** Fails with the given errors in turn (the last one for ever), then, when told, answers. */
function failing(...errors: (Error | 'answer')[]) {
  let sent = 0;
  return {
    sent: () => sent,
    send: async (): Promise<string> => {
      const error = errors[Math.min(sent, errors.length - 1)];
      sent += 1;
      if (error instanceof Error) throw error;
      return 'answer';
    },
  };
}

function callerWith(random: () => number) {
  const clock = testClock();
  return { clock, caller: new CloudCaller({ clock, random }) };
}

describe('a call that may be repeated', () => {
  it.each([
    awsError('RequestLimitExceeded', 503),
    awsError('InternalError', 500),
    awsError('SomethingNew', 502),
    Object.assign(new Error('too slow'), { name: 'TimeoutError' }),
    socketError('ECONNRESET'),
  ])('is repeated after $name $code', async (error) => {
    const { caller } = callerWith(() => 0.5);
    const call = failing(error, 'answer');
    expect(await caller.repeatable('Op', call.send)).toBe('answer');
    expect(call.sent()).toBe(2);
  });

  it.each([
    awsError('UnauthorizedOperation', 403),
    awsError('ExpiredToken'),
    awsError('VolumeInUse'),
    awsError('InvalidVolume.NotFound'),
    awsError('IdempotentParameterMismatch'),
    awsError('InsufficientInstanceCapacity', 500),
    awsError('VcpuLimitExceeded'),
    awsError('SomethingNew'),
  ])('is not repeated after $name', async (error) => {
    const { caller } = callerWith(() => 0.5);
    const call = failing(error);
    await expect(caller.repeatable('Op', call.send)).rejects.toMatchObject({
      name: 'CloudError',
      code: error.name,
      operation: 'Op',
    });
    expect(call.sent()).toBe(1);
  });

  it('is tried four times, after pauses drawn below a doubled bound', async () => {
    const { clock, caller } = callerWith(() => 0.999);
    const call = failing(awsError('Throttling'));
    await expect(caller.repeatable('Op', call.send)).rejects.toMatchObject({ kind: 'throttled' });
    expect(call.sent()).toBe(4);
    expect(clock.slept).toEqual([200, 400, 800]);
  });

  it.each(['Throttling', 'InsufficientInstanceCapacity', 'VcpuLimitExceeded', 'UnauthorizedOperation'])(
    'is of unknown outcome when a try was, whatever refuses the last one (%s)',
    async (name) => {
      const { caller } = callerWith(() => 0.5);
      const call = failing(socketError('ECONNRESET'), awsError(name));
      await expect(caller.repeatable('Op', call.send)).rejects.toMatchObject({
        name: 'CloudError',
        kind: 'unknown-outcome',
        operation: 'Op',
        code: name,
        message: `${name} in words`,
      });
    },
  );

  it('says that a thing is gone also after a try of unknown outcome', async () => {
    const { caller } = callerWith(() => 0.5);
    const call = failing(socketError('ECONNRESET'), awsError('InvalidVolume.NotFound'));
    await expect(caller.repeatable('Op', call.send)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('may pause for no time at all: full jitter', async () => {
    const { clock, caller } = callerWith(() => 0);
    await expect(caller.repeatable('Op', failing(awsError('Throttling')).send)).rejects.toThrow();
    expect(clock.slept).toEqual([0, 0, 0]);
  });

  it('begins no try later than eight seconds after the first', async () => {
    const { clock, caller } = callerWith(() => 0.5);
    let sent = 0;
    const slow = async () => {
      sent += 1;
      await clock.sleep(seconds(5));
      throw Object.assign(new Error('too slow'), { name: 'TimeoutError' });
    };
    await expect(caller.repeatable('Op', slow)).rejects.toMatchObject({ kind: 'unknown-outcome' });
    expect(sent).toBe(2);
  });

  it('is repeated on further kinds where the caller says that they pass', async () => {
    const { caller } = callerWith(() => 0.5);
    const call = failing(awsError('InvalidInstanceID.NotFound'), 'answer');
    expect(await caller.repeatable('Op', call.send, ['not-found'])).toBe('answer');
  });
});

describe('a call that is sent once', () => {
  it('is not repeated, however transient the error', async () => {
    const { caller, clock } = callerWith(() => 0.5);
    const call = failing(awsError('RequestLimitExceeded', 503), 'answer');
    await expect(caller.once('AttachVolume', call.send)).rejects.toMatchObject({ kind: 'throttled' });
    expect(call.sent()).toBe(1);
    expect(clock.slept).toEqual([]);
  });
});

describe('errors', () => {
  it('keeps the cause', async () => {
    const { caller } = callerWith(() => 0.5);
    const cause = awsError('VolumeInUse');
    const error = await caller.once('Op', failing(cause).send).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CloudError);
    expect(error).toMatchObject({ cause, message: 'VolumeInUse in words' });
  });

  it('never calls a defect of ours a cloud error', async () => {
    const { caller } = callerWith(() => 0.5);
    const defect = new TypeError('x is undefined');
    await expect(caller.once('Op', failing(defect).send)).rejects.toBe(defect);
    await expect(caller.repeatable('Op', failing(defect).send)).rejects.toBe(defect);
  });

  it('passes a cloud error on as it is', async () => {
    const { caller } = callerWith(() => 0.5);
    const error = new CloudError('conflict', 'Inner', 'VolumeInUse', 'in words');
    await expect(caller.once('Outer', failing(error).send)).rejects.toBe(error);
  });
});
