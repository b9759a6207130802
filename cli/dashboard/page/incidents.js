// Incidents, newest first: each with its phases as a waterfall. One that is under way grows as one looks.

import { html } from './html.js';
import { kindText, lasting, localTime } from './words.js';

export function Incidents({ one: { incidents }, told }) {
  return html`<section aria-labelledby="incidents">
    <h3 id="incidents">Incidents</h3>
    ${incidents.length === 0 && html`<p class="quiet">No incidents recorded.</p>`}
    ${incidents.map((incident, index) => html`<${Incident} key=${incident.at} incident=${incident} open=${index === 0} told=${told} />`)}
  </section>`;
}

function Incident({ incident, open, told }) {
  const { kind, at, endedAt, outcome, zoneFrom = '?', zoneTo = zoneFrom, phases } = incident;
  const begun = Date.parse(at);
  const end = endedAt === undefined ? told.now : Date.parse(endedAt);
  const total = Math.max(1, end - begun);
  const rows = phases.map(({ name, at: from }, index) => {
    const start = Date.parse(from);
    const next = phases[index + 1];
    const last = next === undefined ? end : Date.parse(next.at);
    return { name, from: start - begun, ms: Math.max(0, last - start) };
  });
  return html`<details open=${open} class="incident">
    <summary>
      <strong>${kindText(kind)}</strong>${` ${localTime(at, told)}, ${zoneFrom === zoneTo ? zoneFrom : `${zoneFrom} to ${zoneTo}`}, `}
      ${endedAt === undefined ? html`<span class="move">◐ under way for ${lasting(total / 1000)}</span>` : `${lasting(total / 1000)}, ended ${outcome}`}
    </summary>
    <ol class="waterfall">
      ${rows.map(
        ({ name, from, ms }, index) => html`<li key=${`${name}${index}`}>
          <span>${name}</span>
          <span class="track" aria-hidden="true">
            <i class="phase" style=${{ left: `${Math.min(99, (from / total) * 100)}%`, width: `${Math.max(0.5, (ms / total) * 100)}%` }} />
          </span>
          <span class="number">${(ms / 1000).toFixed(1)} s</span>
        </li>`,
      )}
    </ol>
  </details>`;
}
