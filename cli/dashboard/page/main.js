// Begins: the page is drawn at every event, and each second, because times are shown as how long ago.

import { Page } from './frame.js';
import { html, render } from './html.js';
import { createStore } from './store.js';

const root = document.getElementById('page');
root.textContent = '';
const store = createStore(draw);

function draw() {
  render(html`<${Page} store=${store} />`, root);
}

setInterval(draw, 1_000);
addEventListener('hashchange', draw);
draw();
