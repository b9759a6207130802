// Instants and states in words. Times are those of the workload's zone, never the browser's.

const clocks = (timeZone) => ({
  day: new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short', day: 'numeric', month: 'short' }),
  minute: new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }),
});

/** `18:00`, or `Wed 25 Mar 18:00` on another day than `now`. */
export function localTime(text, { now, timeZone }) {
  const at = new Date(text);
  const { day, minute } = clocks(timeZone);
  const date = day.format(at).replace(',', '');
  return date === day.format(new Date(now)).replace(',', '')
    ? minute.format(at)
    : `${date} ${minute.format(at)}`;
}

/** `41 s`, `2 min 5 s`, `5 h 3 min`, `2 d 4 h`: two units at most. */
export function lasting(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const units = [
    [Math.floor(whole / 86_400), 'd'],
    [Math.floor(whole / 3_600) % 24, 'h'],
    [Math.floor(whole / 60) % 60, 'min'],
    [whole % 60, 's'],
  ];
  const first = units.findIndex(([amount]) => amount > 0);
  if (first < 0) return '0 s';
  return units
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ');
}

/** `in 3 h`, `21 s ago`. */
export function away(text, now) {
  const seconds = (Date.parse(text) - now) / 1000;
  if (Math.abs(seconds) < 1) return 'now';
  return seconds > 0 ? `in ${lasting(seconds)}` : `${lasting(-seconds)} ago`;
}

/** `18:00 (in 3 h 12 min)`. */
export const when = (text, told) => `${localTime(text, told)} (${away(text, told.now)})`;

const TONES = { serving: 'good', parked: 'rest', held: 'bad' };
/** What a state means for whoever waits for it; a sign beside the colour, for those who see none. */
export const toneOf = (state) => TONES[state] ?? 'move';
export const SIGNS = { good: '●', rest: '○', bad: '▲', move: '◐' };

export function wantedText({ wanted, timeZone }, now) {
  const told = { now, timeZone };
  if (wanted.kind === 'run')
    return wanted.until === undefined ? 'runs always' : `runs until ${when(wanted.until, told)}`;
  if (wanted.nextStart === undefined) return 'stopped; no start scheduled';
  const verb = wanted.kind === 'ready' ? 'starting for' : 'stopped until';
  return `${verb} ${when(wanted.nextStart, told)}`;
}

export function waitingText({ what, since, usualSeconds }, now) {
  const seconds = Math.max(0, Math.round((now - Date.parse(since)) / 1000));
  const usual = usualSeconds === undefined ? '' : ` (usually ${lasting(usualSeconds)})`;
  return `waiting for ${what}, ${lasting(seconds)}${usual}`;
}

const KINDS = {
  warned: 'Interruption with notice',
  lost: 'Instance lost without notice',
  halted: 'Instance hung',
};
export const kindText = (kind) => KINDS[kind] ?? kind;
