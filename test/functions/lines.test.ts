// What the functions write on standard output, as CloudWatch reads it.

import { describe, expect, it } from 'vitest';
import { lineLog, lineMetrics } from '../../functions/runtime/lines.ts';
import { instant } from '../../shared/base/time.ts';

const at = instant(Date.parse('2026-03-24T09:20:00Z'));

const written = () => {
  const lines: string[] = [];
  const line = { now: () => at, write: (text: string) => lines.push(text) };
  return { line, read: (): Record<string, unknown>[] => lines.map((text) => JSON.parse(text)) };
};

const about = () => ({ awsRequestId: 'r-1', functionName: 'spotkeep-dev-tick', coldStart: true });

describe('a log line', () => {
  it('is one JSON object: what happened, where, and in which call', () => {
    const { line, read } = written();
    lineLog(line, about).warn('refused', { workload: 'gitlab', operation: 'launch', reason: 'two\nlines' });
    expect(read()).toEqual([
      {
        level: 'WARN',
        message: 'refused',
        timestamp: '2026-03-24T09:20:00.000Z',
        service: 'spotkeep',
        function_name: 'spotkeep-dev-tick',
        function_request_id: 'r-1',
        cold_start: true,
        workload: 'gitlab',
        operation: 'launch',
        reason: 'two\nlines',
      },
    ]);
  });

  it('says what an error is, and a field cannot take the place of the line’s own', () => {
    const { line, read } = written();
    lineLog(line, about).info('x', { level: 'low', error: new TypeError('no'), big: 10n });
    expect(read()).toMatchObject([{ level: 'INFO', error: { name: 'TypeError', message: 'no' }, big: '10' }]);
  });

  it('is written whatever it was given', () => {
    const { line, read } = written();
    const circle: Record<string, unknown> = {};
    circle.self = circle;
    lineLog(line, about).info('x', { circle });
    expect(read()).toMatchObject([{ message: 'x', unwritable: expect.stringContaining('circular') }]);
  });
});

describe('metrics', () => {
  it('are one line in the embedded metric format, with the sums since the last', () => {
    const { line, read } = written();
    const metrics = lineMetrics(line, 'spotkeep-dev');
    metrics.count('WorkloadsWoken', 2);
    metrics.count('WorkloadsWoken', 1);
    metrics.count('EventsIgnored', 1);
    metrics.flush();
    metrics.flush();
    expect(read()).toEqual([
      {
        _aws: {
          Timestamp: at,
          CloudWatchMetrics: [
            {
              Namespace: 'spotkeep-dev',
              Dimensions: [['service']],
              Metrics: [
                { Name: 'WorkloadsWoken', Unit: 'Count' },
                { Name: 'EventsIgnored', Unit: 'Count' },
              ],
            },
          ],
        },
        service: 'spotkeep',
        WorkloadsWoken: 3,
        EventsIgnored: 1,
      },
    ]);
  });
});
