// Cost against on-demand: bars and words; the curve of it is drawn by uPlot, loaded after everything else.

import { Component, html } from './html.js';
import { localTime } from './words.js';

const WAYS = [
  ['here', 'Spotkeep', '--good'],
  ['sameHours', 'the same hours on-demand', '--move'],
  ['always', 'on-demand around the clock', '--bad'],
];

const usd = (amount) => `$${amount.toFixed(amount < 1 ? 3 : 2)}`;
const hoursText = ({ from, hours: { spot, onDemand, off } }, told) =>
  `Since ${localTime(from, told)}: ${spot.toFixed(1)} h on Spot, ${onDemand.toFixed(1)} h on-demand, ${off.toFixed(1)} h off`;
const assumedText = ({ instanceType, assumed: { onDemandUsdPerHour, spotShare } }) =>
  `An estimate: list prices, ${instanceType} at $${onDemandUsdPerHour} an hour, Spot taken as ${Math.round(spotShare * 100)} % of that, storage included. The bill is what counts.`;

export function Cost({ one: { cost }, told }) {
  const most = Math.max(...WAYS.map(([key]) => cost.usd[key]), 0.001);
  const saved = cost.usd.sameHours > 0 ? Math.round((1 - cost.usd.here / cost.usd.sameHours) * 100) : 0;
  return html`<section class="half" aria-labelledby="cost">
    <h3 id="cost">Cost against on-demand</h3>
    <p>${hoursText(cost, told)}${saved > 0 ? `; about ${saved} % less than the same hours on-demand` : ''}.</p>
    <ol class="waterfall">
      ${WAYS.map(
        ([key, label, colour]) => html`<li key=${key}>
          <span>${label}</span>
          <span class="track" aria-hidden="true">
            <i class="phase" style=${{ width: `${(cost.usd[key] / most) * 100}%`, background: `var(${colour})` }} />
          </span>
          <span class="number">${usd(cost.usd[key])}</span>
        </li>`,
      )}
    </ol>
    <${Chart} points=${cost.points} timeZone=${told.timeZone} />
    <p class="quiet">${assumedText(cost)}</p>
  </section>`;
}

class Chart extends Component {
  held = (element) => {
    this.place = element;
  };

  shouldComponentUpdate({ points }) {
    return points.at.at(-1) !== this.props.points.at.at(-1);
  }

  componentDidMount() {
    this.scheme = matchMedia('(prefers-color-scheme: dark)');
    this.redraw = () => void this.show();
    this.scheme.addEventListener('change', this.redraw);
    addEventListener('resize', this.redraw);
    void this.show();
  }

  componentDidUpdate() {
    void this.show();
  }

  componentWillUnmount() {
    this.scheme.removeEventListener('change', this.redraw);
    removeEventListener('resize', this.redraw);
    this.plot?.destroy();
    this.plot = undefined;
    this.gone = true;
  }

  async show() {
    const { points, timeZone } = this.props;
    if (points.at.length < 3) return;
    const UPlot = await loadPlot();
    if (this.gone) return;
    this.plot?.destroy();
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const axis = {
      stroke: colour('--quiet'),
      grid: { stroke: colour('--line') },
      ticks: { stroke: colour('--line') },
    };
    this.plot = new UPlot(
      {
        width: this.place.clientWidth,
        height: 180,
        legend: { show: false },
        cursor: { show: false },
        tzDate: (at) => UPlot.tzDate(new Date(at * 1000), timeZone),
        axes: [axis, { ...axis, size: 60, values: (_, amounts) => amounts.map((one) => `$${one}`) }],
        series: [{}, ...WAYS.map(([, label, name]) => ({ label, stroke: colour(name), width: 2 }))],
      },
      [points.at.map((at) => Date.parse(at) / 1000), ...WAYS.map(([key]) => points[key])],
      this.place,
    );
  }

  render() {
    return html`<div ref=${this.held} class="chart" role="img" aria-label="The three added up over the week; the bars above have the sums"></div>`;
  }
}

let loaded;

/** A plain script of the library's own, with its style sheet; once. */
function loadPlot() {
  loaded ??= new Promise((resolve, reject) => {
    const sheet = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: 'lib/uplot.css' });
    const script = Object.assign(document.createElement('script'), { src: 'lib/uplot.js' });
    script.addEventListener('load', () => resolve(globalThis.uPlot));
    script.addEventListener('error', () => reject(new Error('the chart could not be loaded')));
    document.head.append(sheet, script);
  });
  return loaded;
}
