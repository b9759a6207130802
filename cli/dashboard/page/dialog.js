// The questions before something is done: what it will do, until when, yes or no. Escape is no.

import { Component, html } from './html.js';
import { ask } from './store.js';
import { when } from './words.js';

const TITLES = { start: 'Start', stop: 'Stop', resume: 'Resume' };

export class Dialog extends Component {
  componentDidMount() {
    this.before = document.activeElement;
    this.dialog.showModal();
  }

  componentWillUnmount() {
    // What is behind an open one takes no focus.
    this.dialog.close();
    this.before?.focus?.();
  }

  held = (element) => {
    this.dialog = element;
  };

  close = () => this.props.store.set({ dialog: undefined });

  submit = async (event) => {
    event.preventDefault();
    if (this.state.sending) return;
    const { kind, workload } = this.props.dialog;
    const until = new FormData(event.target).get('until') ?? '';
    this.setState({ sending: true, problem: undefined });
    const answer = await ask(workload.name, kind, {
      ...(until !== '' && { until }),
      ...(kind === 'resume' && { hold: { code: workload.hold.code, at: workload.hold.at } }),
    });
    if (answer.ok) this.props.store.set({ dialog: undefined, said: answer.says });
    else this.setState({ sending: false, problem: answer.says });
  };

  render({ dialog: { kind, workload }, now }, { sending, problem }) {
    const told = { now, timeZone: workload.timeZone };
    return html`<dialog ref=${this.held} aria-labelledby="asked" onClose=${this.close}>
      <form onSubmit=${this.submit}>
        <h2 id="asked">${TITLES[kind]} ${workload.name}</h2>
        ${kind === 'resume' ? html`<${Evidence} hold=${workload.hold} told=${told} />` : html`<${Until} kind=${kind} timeZone=${workload.timeZone} />`}
        ${problem && html`<p class="problem" role="alert">${problem}</p>`}
        <p class="actions">
          <button type="submit" class="strong" disabled=${sending}>${sending ? 'Sending …' : TITLES[kind]}</button>
          <button type="button" onClick=${this.close}>Cancel</button>
        </p>
      </form>
    </dialog>`;
  }
}

const SAYS = {
  start:
    'Runs it now. Starts the service now. Default: two hours, or until the scheduled hours end if that is later.',
  stop: 'Stops the service cleanly, now. Without a time to the end of its hours.',
};

function Until({ kind, timeZone }) {
  return html`<p>${SAYS[kind]}</p>
    <label>
      Until (${timeZone})
      <input name="until" autocomplete="off" autofocus placeholder="HH:MM" aria-describedby="form" />
    </label>
    <p id="form" class="quiet">HH:MM is the next such time; 2026-03-27T18:00 is a date and a time. May be left empty.</p>`;
}

function Evidence({ hold, told }) {
  return html`<dl>
      <dt>On hold since</dt>
      <dd>${when(hold.at, told)}</dd>
      <dt>Code</dt>
      <dd><code>${hold.code}</code></dd>
      <dt>Evidence</dt>
      <dd>${hold.evidence}</dd>
    </dl>
    <label class="check">
      <input type="checkbox" required autofocus />
      I have checked the evidence; resume this workload.
    </label>
    <p class="quiet">If what the world shows still contradicts the record, the same hold comes back with fresh evidence.</p>`;
}
