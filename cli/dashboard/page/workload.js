// One workload in full.

import { Cost } from './cost.js';
import { Data, Zones } from './data.js';
import { html } from './html.js';
import { Incidents } from './incidents.js';
import { Week } from './week.js';
import { away, lasting, localTime, SIGNS, toneOf, waitingText, wantedText, when } from './words.js';

export function Workload({ one, store, now }) {
  if (one.kind === 'unread')
    return html`<section class="hold">
      <h2>${one.name}</h2>
      <p>Its record cannot be read: ${one.says}. Update Spotkeep to the version that wrote it.</p>
    </section>`;
  const told = { now, timeZone: one.timeZone };
  const tone = toneOf(one.state);
  return html`
    <section class="head" aria-labelledby="name">
      <h2 id="name">${one.name}</h2>
      <p class=${`state ${tone}`}>
        ${SIGNS[tone]} <span data-state>${one.state}</span> <small>for ${lasting((now - Date.parse(one.stateSince)) / 1000)}</small>
      </p>
      ${why(one, now)}
      <p class="quiet">Times are those of ${one.timeZone}.</p>
      <${Actions} one=${one} store=${store} />
    </section>
    ${one.hold && html`<${Hold} one=${one} store=${store} told=${told} />`}
    <${Now} one=${one} told=${told} />
    <${Week} one=${one} told=${told} />
    <${Incidents} one=${one} told=${told} />
    <${Zones} one=${one} told=${told} />
    <${Data} one=${one} told=${told} />
    <${Cost} one=${one} told=${told} />
    <${Entries} one=${one} told=${told} />
  `;
}

/** The planner's reason, where it says more than the state. */
function why({ state, reason, waiting }, now) {
  const text = waiting === undefined ? reason : waitingText(waiting, now);
  return text === state ? null : html`<p>${text}</p>`;
}

const opens = (store, kind, one) => () =>
  store.set({ dialog: { key: `${kind} ${one.name}`, kind, workload: one } });

function Actions({ one, store }) {
  return html`<p class="actions">
    <button type="button" onClick=${opens(store, 'start', one)} disabled=${one.hold !== undefined}>Start …</button>
    <button type="button" onClick=${opens(store, 'stop', one)}>Stop …</button>
    ${one.hold && html`<button type="button" class="strong" onClick=${opens(store, 'resume', one)}>Resume …</button>`}
  </p>`;
}

function Hold({ one: { hold }, told }) {
  return html`<section class="hold" role="alert" aria-labelledby="hold">
    <h3 id="hold">▲ On hold: action required</h3>
    <dl>
      <dt>Code</dt>
      <dd><code>${hold.code}</code></dd>
      <dt>Since</dt>
      <dd>${when(hold.at, told)}</dd>
      <dt>Evidence</dt>
      <dd data-evidence>${hold.evidence}</dd>
    </dl>
    <p class="quiet">docs/runbook.md says what each code means and what to look at first.</p>
  </section>`;
}

function Now({ one, told }) {
  const { owner, candidate, health, override, requests, warnings } = one;
  const rows = [
    ['Desired', wantedText(one, told.now)],
    [
      'Override',
      override && `${override.kind === 'run' ? 'started' : 'stopped'} until ${when(override.until, told)}`,
    ],
    [
      'Instance',
      owner &&
        `${owner.instanceId} (${[owner.instanceType, owner.purchase].filter(Boolean).join(', ')}) in ${owner.zone}`,
    ],
    ['Serving since', owner?.servingSince && when(owner.servingSince, told)],
    ['Interruption', owner?.interruptionAt && `EC2 takes it ${away(owner.interruptionAt, told.now)}`],
    ['Draining', owner?.draining],
    ['Next instance', candidate && `${candidate.instanceId ?? 'asked for'} in ${candidate.zone}`],
    ['Health', health && healthText(health)],
    ...requests.map((text) => ['Requested', text]),
    ...warnings.map((text) => ['Note', text]),
  ].filter(([, text]) => text);
  return html`<section class="now" aria-labelledby="now">
    <h3 id="now">Now</h3>
    <dl>
      ${rows.map(
        ([label, text], index) =>
          html`<dt key=${`t${index}`}>${label}</dt>
            <dd key=${`d${index}`}>${text}</dd>`,
      )}
    </dl>
  </section>`;
}

function healthText({ docker, application, fullPercent }) {
  const engine = docker === undefined ? undefined : docker ? 'Docker answers' : 'Docker does not answer';
  const full = fullPercent === undefined ? undefined : `volume ${fullPercent} % full`;
  return [engine, application && `application ${application}`, full].filter(Boolean).join(', ');
}

function Entries({ one: { entries }, told }) {
  return html`<section aria-labelledby="entries">
    <h3 id="entries">What happened</h3>
    ${
      entries.length === 0
        ? html`<p class="quiet">Nothing yet.</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-labelledby="entries">
            <table>
              <thead>
                <tr>
                  <th scope="col">At</th>
                  <th scope="col">What</th>
                  <th scope="col">Why</th>
                </tr>
              </thead>
              <tbody>
                ${entries.map(
                  ({ at, kind, reason }, index) => html`<tr key=${`${at} ${kind} ${index}`}>
                    <td class="nowrap">${localTime(at, told)}</td>
                    <td>${kind}</td>
                    <td>${reason}</td>
                  </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
  </section>`;
}
