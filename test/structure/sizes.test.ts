import { describe, expect, it } from 'vitest';
import { sourceFiles } from './source-files.ts';

/** Two hundred is the aim; beyond this a file has two subjects. */
const LINES = 300;
const FUNCTION_FILE_LINES = 60;

describe('files', () => {
  it(`of the product stay within ${LINES} lines`, () => {
    const long = sourceFiles([
      'functions',
      'shared',
      'simulator',
      'demo',
      'local',
      'cli',
      'text',
      'infra',
      'scripts',
    ])
      .map(({ name, text }) => ({ name, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > LINES);
    expect(long).toEqual([]);
  });

  it('of single functions stay thin: parse, one call, answer', () => {
    const names =
      /^functions\/(tick|interruption|reconcile|sweep|start-now|stop-now|set-schedule|apply-workload|status|resume|history|plan|move|backup|restore|recover|destroy)\.ts$/;
    const thick = sourceFiles(['functions'])
      .filter(({ name }) => names.test(name))
      .map(({ name, text }) => ({ name, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > FUNCTION_FILE_LINES);
    expect(thick).toEqual([]);
  });

  it('begin by saying why they exist', () => {
    const silent = sourceFiles([
      'functions',
      'shared',
      'simulator',
      'demo',
      'local',
      'cli',
      'text',
      'infra',
      'scripts',
    ])
      .filter(({ text }) => !/^(#!.*\n)?\/(\/|\*)/.test(text))
      .map(({ name }) => name);
    expect(silent).toEqual([]);
  });
});
