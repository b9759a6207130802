// The live timeline: what happened, in lines made for reading, under a heading for each local day.

import { type LocalClock, localClock, localised, longDate } from '../../text/local-time.ts';
import { type Colour, dressed, type Style, WIDTH, wrapped } from '../../text/style.ts';
import type { Scenario, TimelineEntry } from '../scenario/types.ts';
import { headings } from './timeline-heading.ts';
import { incidentLine, waterfall } from './timeline-incident.ts';

export interface Timeline {
  /** Entries come in the order of their times. */
  lines(entry: TimelineEntry): string[];
  /** The days that are left, in which nothing happened. */
  end(): string[];
}

/** Time, mark, text: two spaces, eight, two, one, one. */
const INDENT = 14;
/** So many quiet days have a heading each; more are one line. */
const QUIET_DAYS_SHOWN = 3;

const MARKS: Record<TimelineEntry['kind'], readonly [mark: string, colour: Colour | undefined]> = {
  day: ['·', 'dim'],
  script: ['▸', 'magenta'],
  state: ['·', 'dim'],
  serving: ['●', 'green'],
  warning: ['▲', 'yellow'],
  lost: ['✕', 'red'],
  moved: ['→', 'cyan'],
  command: ['›', 'cyan'],
  backup: ['·', 'dim'],
  hold: ['■', 'red'],
  alert: ['!', 'yellow'],
  incident: ['■', 'bold'],
  host: ['▸', 'cyan'],
};

export function createTimeline(scenario: Scenario, style: Style): Timeline {
  const clock = localClock(scenario.definition.schedule.timeZone);
  const heading = headings(scenario, clock, style);
  let shown = clock.day(scenario.start) - 1;

  const upTo = (day: number, what: 'to' | 'through'): string[] => {
    const last = what === 'to' ? day - 1 : day;
    const quiet = last - shown;
    const lines: string[] = [];
    if (quiet > QUIET_DAYS_SHOWN) {
      lines.push('', style.paint('dim', `${longDate(shown + 1)} to ${longDate(last)}: nothing to tell`));
    } else for (let one = shown + 1; one <= last; one++) lines.push('', heading(one));
    shown = Math.max(shown, last);
    return lines;
  };

  return {
    lines(entry) {
      const day = clock.day(entry.at);
      const lines = upTo(day, 'to');
      if (day > shown) {
        lines.push('', heading(day));
        shown = day;
      }
      if (entry.kind !== 'day' || (entry.text !== '' && entry.text !== longDate(day)))
        lines.push(...entryLines(entry, clock, style));
      return lines.map((line) => dressed(line, style));
    },
    end: () =>
      upTo(
        clock.day(scenario.end) - (scenario.end === clock.dayStart(clock.day(scenario.end)) ? 1 : 0),
        'through',
      ).map((line) => dressed(line, style)),
  };
}

function entryLines(entry: TimelineEntry, clock: LocalClock, style: Style): string[] {
  const [mark, colour] = MARKS[entry.kind];
  const { incident } = entry;
  const words = incident ? incidentLine(incident) : localised(entry.text, clock, clock.day(entry.at));
  const paint = (text: string): string => (colour === undefined ? text : style.paint(colour, text));
  const [first = '', ...rest] = wrapped(words, WIDTH - INDENT);
  const pad = ' '.repeat(INDENT);
  const lines = [
    `  ${style.paint('dim', clock.time(entry.at))}  ${paint(mark)} ${paint(first)}`,
    ...rest.map((line) => `${pad}${paint(line)}`),
  ];
  return incident ? [...lines, ...waterfall(incident, style).map((line) => `${pad}${line}`)] : lines;
}
