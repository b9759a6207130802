// The workload that a run is about: a definition file with its setup script beside it.

import path from 'node:path';
import type { Definition } from '../../shared/definition/definition.ts';
import { DefinitionError } from '../../shared/definition/problem.ts';
import { parseDefinition } from '../../shared/definition/read/parse.ts';
import { InputError, workloadError } from './error.ts';

/** Files as a dependency; paths are absolute or relative to where the command was called. */
export interface Files {
  /** Undefined when it cannot be read. */
  readText(file: string): string | undefined;
}

export interface DemoWorkload {
  definition: Definition;
  setupScript?: string;
}

/** Throws InputError with the file's name. */
export function readWorkload(file: string, files: Files): DemoWorkload {
  const text = files.readText(file);
  if (text === undefined) throw new InputError(`${file}: expected a readable workload file`);
  const readFile = (relative: string): string | undefined =>
    files.readText(path.join(path.dirname(file), relative));
  try {
    const { definition, setupScript } = parseDefinition(text, { readFile });
    return { definition, ...(setupScript !== undefined && { setupScript }) };
  } catch (error) {
    if (error instanceof DefinitionError) throw workloadError(file, error);
    throw error;
  }
}
