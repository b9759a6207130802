// A region that answers from a script and remembers what it was asked: for tests of the adapters and the entrances.
// Each answer is an output, an error to throw, or a function of the input; the last one of a list repeats.

import type { Handle, Operation, OperationOutput } from '../../simulator/wire/operation.ts';
import { RegionError } from '../../simulator/wire/region-error.ts';

type Answer = OperationOutput | Error | ((input: Record<string, unknown>) => OperationOutput | Error);

export interface ScriptedRegion {
  handle: Handle;
  calls: Operation[];
  /** The inputs of one operation, in order. */
  inputs(name: string): Record<string, unknown>[];
}

export function scriptedRegion(script: Record<string, Answer | Answer[]>): ScriptedRegion {
  const calls: Operation[] = [];
  const inputs = (name: string) => calls.filter((call) => call.name === name).map(({ input }) => input);
  return {
    calls,
    inputs,
    async handle(operation) {
      calls.push(operation);
      const answers = script[operation.name];
      if (answers === undefined) {
        throw new RegionError({ service: operation.service, code: 'NotScripted', message: operation.name });
      }
      const list = Array.isArray(answers) ? answers : [answers];
      const answer = list[Math.min(inputs(operation.name).length, list.length) - 1];
      const outcome = typeof answer === 'function' ? answer(operation.input) : answer;
      if (outcome instanceof Error) throw outcome;
      if (outcome === undefined) throw new Error(`no answer is scripted for ${operation.name}`);
      return outcome;
    },
  };
}

export function ec2Error(code: string, statusCode = 400): RegionError {
  return new RegionError({ service: 'ec2', code, message: `${code} in words`, statusCode });
}

export function timeout(): RegionError {
  return new RegionError({ service: 'ec2', code: 'TimedOut', outcome: 'timeout' });
}

export function connectionLost(): RegionError {
  return new RegionError({ service: 'ec2', code: 'Lost', outcome: 'connection-lost' });
}
