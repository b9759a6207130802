// Where the data is and which copies there are; zones and pools with what they refused.

import { html } from './html.js';
import { localTime, when } from './words.js';

export function Zones({ one: { zones }, told }) {
  return html`<section aria-labelledby="zones">
    <h3 id="zones">Zones and pools</h3>
    <ul class="cards">
      ${zones.map((zone) => html`<${Zone} key=${zone.zone} zone=${zone} told=${told} />`)}
    </ul>
  </section>`;
}

function Zone({ zone, told }) {
  const { data, instance, next, refused, pools } = zone;
  const here = [data && 'the data', instance, next && 'the next instance'].filter(Boolean).join(', ');
  const open = Math.max(0, pools - refused.length);
  return html`<li>
    <strong>${zone.zone}</strong> <span class="quiet">${zone.subnetId}</span>
    <p>${here === '' ? html`<span class="quiet">nothing here now</span>` : `Here: ${here}`}</p>
    <p class=${open === 0 ? 'bad' : ''}>${open} of ${pools} capacity pools eligible for a launch</p>
    ${
      refused.length > 0 &&
      html`<ul class="refused">
        ${refused.map(({ type, purchase, until }) => html`<li key=${type + purchase}>${type} ${purchase} refused, asked again ${when(until, told)}</li>`)}
      </ul>`
    }
  </li>`;
}

export function Data({ one: { data }, told }) {
  const { volume, sizeGiB, generations, snapshots, backups } = data;
  const volumes = [
    ...(volume ? [{ ...volume, role: 'in use' }] : []),
    ...generations.filter(({ volumeId }) => volumeId !== volume?.volumeId),
  ];
  return html`<section class="half" aria-labelledby="data">
    <h3 id="data">Data</h3>
    <p>${sizeGiB === undefined ? 'No volume yet' : `${sizeGiB} GiB`}${backups?.lastAt ? `, last copy ${when(backups.lastAt, told)}` : ', no finished copy yet'}</p>
    <${Table}
      title="Generations of the volume"
      head=${['Generation', 'Volume', 'Zone', 'Role']}
      rows=${volumes.map(({ generation, volumeId, zone, role }) => [generation ?? '?', volumeId, zone, role])}
      none="None yet."
    />
    <${Table}
      title=${`Snapshots (${snapshots.length})`}
      head=${['Begun', 'Snapshot', 'Kind', 'State', 'Kept as']}
      rows=${snapshots.map((one) => [localTime(one.startedAt, told), one.snapshotId, one.kind, one.state, keptAs(one)])}
      none="None yet."
    />
  </section>`;
}

function keptAs({ label, tiers = [], deleteRequestedAt }) {
  if (deleteRequestedAt !== undefined) return 'being deleted';
  return label === undefined ? tiers.join(', ') : `“${label}”`;
}

function Table({ title, head, rows, none }) {
  if (rows.length === 0) return html`<h4>${title}</h4><p class="quiet">${none}</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${title}>
    <table>
      <caption>
        ${title}
      </caption>
      <thead>
        <tr>
          ${head.map((text) => html`<th key=${text} scope="col">${text}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map((cells, row) => html`<tr key=${row}>${cells.map((cell, index) => html`<td key=${index}>${cell}</td>`)}</tr>`)}
      </tbody>
    </table>
  </div>`;
}
