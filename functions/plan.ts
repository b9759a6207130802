// What would be done for a workload now, and why. Reads only.

import { type PreviewDeps, preview } from '../shared/operate/preview.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';

export const createHandler = (runtime: Runtime<PreviewDeps>): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'plan', raw, (command) => preview(deps, command.workload)));
