// The two libraries put together: templates as tagged strings, no build step, no evaluation (the policy forbids it).

import htm from './lib/htm.js';
import { Component, h, render } from './lib/preact.js';

export const html = htm.bind(h);
export { Component, render };
