// One incident as a small waterfall: its phases one after the other, each with its seconds, and what it cost.

import { lasting } from '../../text/local-time.ts';
import type { Style } from '../../text/style.ts';
import { bar } from '../../text/style.ts';
import type { ToldIncident } from '../scenario/types.ts';

const NAME_CELLS = 18;
const BAR_CELLS = 48;
/** After serving begins, and no part of the downtime. */
const WARMING_UP = 'warming-up';

const CAUSES: Record<ToldIncident['kind'], string> = {
  warned: 'interruption with notice',
  lost: 'service lost without notice',
  halted: 'instance hung',
};

/** `service lost without notice, eu-west-1a → eu-west-1b: down 41 s`. */
export function incidentLine({ kind, zoneFrom, zoneTo, downtimeSeconds }: ToldIncident): string {
  const place = zoneFrom === zoneTo ? `in ${zoneFrom}` : `${zoneFrom} → ${zoneTo}`;
  return `${CAUSES[kind]}, ${place}: down ${lasting(downtimeSeconds)}`;
}

/** A line a phase, without indentation; moments are left out, and the warm-up has no bar: it is no downtime. */
export function waterfall(incident: ToldIncident, style: Style): string[] {
  const phases = incident.phases.filter(({ seconds }) => seconds > 0);
  const total = phases.reduce((sum, { name, seconds }) => sum + (name === WARMING_UP ? 0 : seconds), 0);
  const cells = total > 0 ? BAR_CELLS / total : 0;
  let before = 0;
  return phases.map(({ name, seconds }) => {
    const label = name.padEnd(NAME_CELLS);
    const took = (seconds < 10 ? `${seconds} s` : lasting(seconds)).padStart(12);
    if (name === WARMING_UP)
      return style.paint('dim', `${label} ${'already serving'.padEnd(BAR_CELLS)} ${took}`);
    const offset = Math.min(BAR_CELLS - 1, Math.floor(before * cells));
    const drawn = bar(Math.max(0.125, Math.min(BAR_CELLS - offset, seconds * cells)));
    before += seconds;
    return `${label} ${style.paint('cyan', `${' '.repeat(offset)}${drawn}`.padEnd(BAR_CELLS))} ${took}`;
  });
}
