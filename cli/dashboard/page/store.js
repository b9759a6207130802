// What the page knows: the last view, how the line to the server is, and what the person has open. One stream of events;
// closed while the page is hidden, so that the server need not ask.

const RETRY_MS = 3_000;
/** Long enough to read a line twice. */
const SAID_MS = 10_000;

export function createStore(draw) {
  const state = {
    view: undefined,
    problem: undefined,
    seenAt: undefined,
    /** What the server's clock is ahead of this one, in milliseconds. */
    ahead: 0,
    /** `live`, `lost` or `opening`. */
    line: 'opening',
    dialog: undefined,
    said: '',
  };
  let source;
  let retry;
  let saying;
  const set = (change) => {
    Object.assign(state, change);
    draw();
    if (!change.said) return;
    clearTimeout(saying);
    saying = setTimeout(() => set({ said: '' }), SAID_MS);
  };
  const beat = ({ now, seenAt, problem }) => ({
    ahead: Date.parse(now) - Date.now(),
    seenAt,
    problem,
    line: 'live',
  });
  const close = () => {
    clearTimeout(retry);
    source?.close();
    source = undefined;
  };
  const open = () => {
    close();
    source = new EventSource('api/live');
    source.addEventListener('view', ({ data }) => {
      const view = JSON.parse(data);
      set({ view, ...beat(view), ...changed(state.view, view) });
    });
    source.addEventListener('beat', ({ data }) => set(beat(JSON.parse(data))));
    source.addEventListener('error', () => {
      close();
      set({ line: 'lost' });
      retry = setTimeout(open, RETRY_MS);
    });
  };
  document.addEventListener('visibilitychange', () => (document.hidden ? close() : open()));
  open();
  return { state, set, now: () => Date.now() + state.ahead };
}

/** Said to those who hear the page: which workload is in another state now. */
function changed(before, { workloads }) {
  const news = workloads.filter(({ name, state }) => {
    const old = before?.workloads.find((one) => one.name === name);
    return old !== undefined && old.state !== state;
  });
  return news.length === 0 ? {} : { said: news.map(({ name, state }) => `${name}: ${state}`).join(', ') };
}

/** Answers `{ok, says}`; never rejects. */
export async function ask(name, action, body) {
  try {
    const answer = await fetch(`api/workloads/${encodeURIComponent(name)}/${action}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    return text === '' ? { ok: false, says: `refused (${answer.status})` } : JSON.parse(text);
  } catch (error) {
    return { ok: false, says: `no answer from the dashboard's server: is it still running? (${error.name})` };
  }
}
