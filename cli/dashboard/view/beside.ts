// What the page shows beside a status.

import type { HistoryAnswer } from '../../../shared/answer/history.ts';
import type { PlanAnswer } from '../../../shared/answer/plan.ts';
import type { Instant } from '../../../shared/base/time.ts';

/** What was asked beside the status, and when. */
export interface Beside {
  history: HistoryAnswer;
  plan: PlanAnswer;
  /** Whether the history may reach further back than it was read. */
  cut: boolean;
  at: Instant;
}
