// The page: a list of workloads, one of them in full.

import { Dialog } from './dialog.js';
import { html } from './html.js';
import { away, SIGNS, toneOf, wantedText } from './words.js';
import { Workload } from './workload.js';

export function Page({ store }) {
  const { view, dialog, said } = store.state;
  const now = store.now();
  const chosen = choose(view?.workloads ?? []);
  document.title = titleOf(chosen);
  return html`
    <a class="skip" href="#content">To the content</a>
    <header>
      <h1><img src="icon.svg" alt="" width="24" height="24" /> Spotkeep</h1>
      ${view && html`<p class="quiet">${view.about.region}, stage ${view.about.stage}</p>`}
      <${Line} state=${store.state} now=${now} />
    </header>
    <p class="said" role="status">${said}</p>
    <${Problem} state=${store.state} now=${now} />
    ${view === undefined ? html`<p class="quiet pad">Looking …</p>` : html`<${List} view=${view} chosen=${chosen} now=${now} />`}
    <main id="content" tabindex="-1">
      ${chosen && html`<${Workload} key=${chosen.name} one=${chosen} store=${store} now=${now} />`}
    </main>
    ${dialog && html`<${Dialog} key=${dialog.key} store=${store} dialog=${dialog} now=${now} />`}
  `;
}

const titleOf = (one) =>
  one === undefined ? 'Spotkeep' : `${one.name}: ${one.state ?? 'unreadable'} – Spotkeep`;

/** The one in the address; else the first that needs the operator. */
function choose(workloads) {
  // Names are of a-z, 0-9 and -: nothing to decode.
  const wanted = location.hash.slice(1);
  return (
    workloads.find(({ name }) => name === wanted) ??
    workloads.find(({ state }) => state === 'held') ??
    workloads[0]
  );
}

function Line({ state: { line, seenAt, problem }, now }) {
  if (line === 'lost') return html`<p class="line bad">▲ not connected</p>`;
  if (line === 'opening' || seenAt === undefined) return html`<p class="line quiet">connecting …</p>`;
  if (problem !== undefined) return html`<p class="line bad">▲ seen ${away(seenAt, now)}</p>`;
  return html`<p class="line good">● live</p>`;
}

function Problem({ state: { line, problem, seenAt }, now }) {
  if (line === 'lost')
    return html`<p class="problem" role="alert">
      The dashboard's server does not answer. Is <code>spotkeep dashboard</code> still running? What you see may be old.
    </p>`;
  if (problem === undefined) return null;
  return html`<p class="problem" role="alert">
    ${problemText(problem)} ${seenAt === undefined ? '' : `What you see was seen ${away(seenAt, now)}.`}
  </p>`;
}

const problemText = ({ says, next }) => `${capital(says)}${next === undefined ? '' : `: ${next}`}.`;
const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

function List({ view: { workloads }, chosen, now }) {
  if (workloads.length === 0)
    return html`<p class="pad">
      No workloads yet: <code>spotkeep init</code> writes a definition, <code>spotkeep apply</code> takes it.
    </p>`;
  return html`<nav aria-label="Workloads">
    <ul class="list">
      ${workloads.map(
        (one) => html`<li key=${one.name}>
          <a href=${`#${one.name}`} aria-current=${one === chosen ? 'true' : undefined}>
            <strong>${one.name}</strong>
            ${one.kind === 'unread' ? html`<span class="bad">▲ unreadable</span>` : html`<${State} state=${one.state} />`}
            ${one.kind === 'known' && html`<span class="quiet">${wantedText(one, now)}</span>`}
          </a>
        </li>`,
      )}
    </ul>
  </nav>`;
}

function State({ state }) {
  const tone = toneOf(state);
  return html`<span class=${tone}>${SIGNS[tone]} ${state}</span>`;
}
