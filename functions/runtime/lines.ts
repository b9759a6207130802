// Log and metrics as lines on standard output: one JSON object each, straight to it, because Lambda puts a prefix before
// what goes through `console`. CloudWatch makes metrics of the lines that have its Embedded Metric Format (page
// "Specification: Embedded metric format"), without a call.

import type { Instant } from '../../shared/base/time.ts';
import type { Log, Metrics } from '../../shared/loop/deps.ts';

/** Every log line's `service`, and the one dimension of the metrics (infra/alarms.yml). */
const SERVICE = 'spotkeep';

export interface Line {
  now: () => Instant;
  write: (line: string) => void;
}

/** Of Lambda's context, what a log line says of its call. */
export interface CallNames {
  awsRequestId?: string;
  functionName?: string;
}

/** `about`: what every line says of the present call. */
export const lineLog = ({ now, write }: Line, about: () => CallNames & { coldStart: boolean }): Log => {
  const log =
    (level: string) =>
    (message: string, fields: Record<string, unknown>): void => {
      const { awsRequestId, functionName, coldStart } = about();
      const head = {
        level,
        message,
        timestamp: new Date(now()).toISOString(),
        service: SERVICE,
        function_name: functionName,
        function_request_id: awsRequestId,
        cold_start: coldStart,
      };
      write(asText(head, fields));
    };
  return { info: log('INFO'), warn: log('WARN') };
};

/** A log line is never the reason for which a call fails. */
const asText = (head: Record<string, unknown>, fields: Record<string, unknown>): string => {
  try {
    return JSON.stringify({ ...head, ...fields, ...head }, plain);
  } catch (error) {
    return JSON.stringify({ ...head, unwritable: String(error) });
  }
};

const plain = (_key: string, value: unknown): unknown => {
  if (typeof value === 'bigint') return String(value);
  if (!(value instanceof Error)) return value;
  return { name: value.name, message: value.message, stack: value.stack };
};

export interface LineMetrics extends Metrics {
  /** Writes what was counted since the last time, if anything was. */
  flush(): void;
}

export const lineMetrics = ({ now, write }: Line, namespace: string): LineMetrics => {
  const counts = new Map<string, number>();
  return {
    count(name, value) {
      counts.set(name, (counts.get(name) ?? 0) + value);
    },
    flush() {
      if (counts.size === 0) return;
      const Metrics = [...counts.keys()].map((Name) => ({ Name, Unit: 'Count' }));
      const directive = { Namespace: namespace, Dimensions: [['service']], Metrics };
      const _aws = { Timestamp: now(), CloudWatchMetrics: [directive] };
      write(JSON.stringify({ _aws, service: SERVICE, ...Object.fromEntries(counts) }));
      counts.clear();
    },
  };
};
