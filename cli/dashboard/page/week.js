// The week: planned hours as frames, what really ran inside them as bars. Each day says the same in words.

import { html } from './html.js';
import { lasting, localTime } from './words.js';

const RAN = { serving: 'served', moving: 'in transition', held: 'on hold' };

export function Week({ one: { week }, told }) {
  return html`<section aria-labelledby="week">
    <h3 id="week">The week</h3>
    <p class="legend quiet">
      <span><i class="key window" /> planned</span>
      ${Object.entries(RAN).map(([kind, text]) => html`<span key=${kind}><i class=${`key ran ${kind}`} /> ${text}</span>`)}
    </p>
    <ol class="week">
      ${week.days.map((day) => html`<${Day} key=${day.start} day=${day} told=${told} />`)}
    </ol>
    ${week.knownFrom && html`<p class="quiet">${knownText(week.knownFrom, told)}</p>`}
  </section>`;
}

const knownText = ({ at, cut }, told) =>
  cut
    ? `What ran before ${localTime(at, told)} is no longer told here.`
    : `Its history begins ${localTime(at, told)}.`;

function Day({ day, told }) {
  const start = Date.parse(day.start);
  const end = Date.parse(day.end);
  const inDay = (from, to) => {
    const left = ((Date.parse(from) - start) / (end - start)) * 100;
    const right =
      ((Math.min(to === undefined ? told.now : Date.parse(to), end) - start) / (end - start)) * 100;
    return { left: `${left}%`, width: `${Math.max(0, right - left)}%` };
  };
  const marks = [6, 12, 18].map(
    (hour) => html`<i key=${hour} class="mark" style=${{ left: `${(hour / 24) * 100}%` }} />`,
  );
  return html`<li class=${day.today ? 'today' : ''}>
    <span class="day">${day.label}${day.today ? ', today' : ''}</span>
    <span class="track" aria-hidden="true">
      ${marks}
      ${day.windows.map(({ from, to }) => html`<i key=${`w${from}`} class="window" style=${inDay(from, to)} />`)}
      ${day.ran.map(({ kind, from, to }) => html`<i key=${`${kind}${from}`} class=${`ran ${kind}`} style=${inDay(from, to)} />`)}
      ${day.today && html`<i class="needle" style=${{ left: `${((told.now - start) / (end - start)) * 100}%` }} />`}
    </span>
    <span class="words quiet">${wordsOf(day, told)}</span>
  </li>`;
}

function wordsOf(day, { now, timeZone }) {
  const end = Date.parse(day.end);
  const time = (text) =>
    Date.parse(text) >= end ? '24:00' : localTime(text, { now: Date.parse(text), timeZone });
  const planned = day.windows.map(({ from, to }) => `${time(from)}–${time(to)}`).join(', ');
  const total = (kind) =>
    day.ran
      .filter((one) => one.kind === kind)
      .reduce(
        (sum, { from, to }) =>
          sum + Math.max(0, Math.min(to === undefined ? now : Date.parse(to), end) - Date.parse(from)) / 1000,
        0,
      );
  const ran = Object.keys(RAN)
    .map((kind) => [kind, total(kind)])
    .filter(([, seconds]) => seconds > 0)
    .map(([kind, seconds]) => `${RAN[kind]} ${lasting(seconds)}`);
  const known = [planned, ...ran, ...day.notes].filter((text) => text !== '');
  return known.length === 0 ? 'nothing planned' : known.join('; ');
}
