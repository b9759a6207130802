// One look at the control plane for all viewers: every two seconds while a page is open, never otherwise. What changed
// goes to everybody; what did not is a beat, so that a page knows that it is not looking at old news.

import { type Instant, iso, type Ms, seconds } from '../../shared/base/time.ts';
import type { Clock } from '../../shared/port/clock.ts';
import { oneLine } from '../session/exit.ts';
import { failureOf } from './problem.ts';
import type { WorkloadView } from './view/view.ts';

/** As often as `status --watch` looks. */
const LOOK_EVERY: Ms = seconds(2);

export interface About {
  stage: string;
  region: string;
  endpointUrl: string | undefined;
}

export interface FeedView {
  about: About;
  workloads: readonly WorkloadView[];
}

interface Problem {
  code: string;
  says: string;
  next?: string;
}

/** `problem`: the last look failed; the view is that of `seenAt`. */
export interface Beat {
  now: string;
  seenAt: string | undefined;
  problem: Problem | undefined;
}

export type News = { event: 'view'; data: FeedView & Beat } | { event: 'beat'; data: Beat };

export interface Feed {
  /** What is to be seen; read again where no page is open. */
  now(): Promise<FeedView & Beat>;
  /** Looks now and tells all viewers. Looks that are asked for meanwhile are one. Never rejects. */
  look(): Promise<void>;
  /** The present view comes at once if there is one. The answer ends it. */
  watch(tell: (news: News) => void): () => void;
}

export interface FeedDeps {
  /** Rejects with CommandError. */
  read: () => Promise<readonly WorkloadView[]>;
  clock: Clock;
  about: About;
}

export function createFeed({ read, clock, about }: FeedDeps): Feed {
  const viewers = new Set<(news: News) => void>();
  let workloads: readonly WorkloadView[] = [];
  let text = '';
  let seenAt: Instant | undefined;
  let problem: Problem | undefined;
  let looking: Promise<void> | undefined;
  let running = false;

  const beat = (): Beat => ({
    now: iso(clock.now()),
    seenAt: seenAt === undefined ? undefined : iso(seenAt),
    problem,
  });
  const whole = (): FeedView & Beat => ({ about, workloads, ...beat() });
  const tellAll = (changed: boolean): void => {
    const news: News = changed ? { event: 'view', data: whole() } : { event: 'beat', data: beat() };
    for (const tell of viewers) tell(news);
  };
  const lookOnce = async (): Promise<void> => {
    let changed = false;
    try {
      const seen = await read();
      const now = JSON.stringify(seen);
      changed = now !== text || seenAt === undefined;
      [workloads, text, seenAt, problem] = [seen, now, clock.now(), undefined];
    } catch (error) {
      const { code, says, next } = failureOf(error).failure;
      problem = { code, says: oneLine(says), next };
    }
    tellAll(changed);
  };
  const look = (): Promise<void> => {
    looking ??= lookOnce().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const run = async (): Promise<void> => {
    if (running) return;
    running = true;
    while (viewers.size > 0) {
      await look();
      await clock.sleep(LOOK_EVERY);
    }
    running = false;
  };
  return {
    async now() {
      if (viewers.size === 0 || seenAt === undefined) await look();
      return whole();
    },
    look,
    watch(tell) {
      viewers.add(tell);
      if (seenAt !== undefined) tell({ event: 'view', data: whole() });
      void run();
      return () => {
        viewers.delete(tell);
      };
    },
  };
}
