// Events that mean nothing to us: counted, logged, and alerted where they should never have come.

import type { Ignored } from '../../shared/event/envelope.ts';
import type { Deps } from '../../shared/loop/deps.ts';
import type { AlertCode } from '../../shared/record/codes.ts';

export const tellIgnored = async (deps: Pick<Deps, 'bus' | 'log' | 'metrics'>, event: Ignored) => {
  deps.metrics.count('EventsIgnored', 1);
  deps.log.warn('ignored', { workload: '-', operation: 'event', reason: event.reason, what: event.what });
  if (event.alert) {
    await deps.bus.publish([
      {
        detailType: 'Alert',
        detail: { code: 'foreign-event' satisfies AlertCode, text: `${event.reason}: ${event.what}` },
      },
    ]);
  }
  return { ignored: event.reason };
};
