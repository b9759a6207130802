// A definition becomes a workload, or changes one.

import { type ApplyDeps, apply } from '../shared/operate/apply.ts';
import { type Handler, type Runtime, wrap } from './runtime/handler.ts';
import { runParsed } from './runtime/invoked.ts';

export const createHandler = (runtime: Runtime<ApplyDeps>): Handler =>
  wrap(runtime, (deps, raw) => runParsed(deps, 'apply', raw, (command) => apply(deps, command)));
