// A schedule from the command line: the present one with what was given changed, or one read from a file. Checked as a
// definition's is, before anything is called.

import type { Schedule } from '../../shared/definition/definition.ts';
import { DefinitionError, problemText, shown } from '../../shared/definition/problem.ts';
import { scheduleFromJson } from '../../shared/definition/read/from-json.ts';
import { readYaml } from '../../shared/definition/read/parse.ts';
import { isStored } from '../../shared/definition/stored.ts';
import { flag, listOption, option, type Typed } from '../session/action.ts';
import { badInput } from '../session/exit.ts';
import type { Outside } from '../session/outside.ts';

const WINDOW = /^(\S+) (\d{2}:\d{2})-(\d{2}:\d{2})$/;
const EXCEPTION = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}-\d{2}:\d{2})$/;

/** Nothing to keep: what is not given is asked for. */
const NO_SCHEDULE: Schedule = {
  timeZone: '',
  mode: 'never',
  windows: [],
  holidays: [],
  exceptions: [],
  readyByMinutes: 10,
};

/** What can be kept of the schedule of a stored definition that cannot be read: all of it where only its zone is at fault. */
export const keepable = (definition: unknown): Schedule =>
  isStored(definition, () => true) ? definition.schedule : NO_SCHEDULE;

/** Throws for what is no schedule, or when nothing was given. */
export function editSchedule(present: Schedule, typed: Typed, outside: Outside): Schedule {
  const file = option(typed, 'file');
  const edited = edit(present, typed);
  if (file !== undefined && edited !== undefined)
    throw badInput('--file: expected alone, without other hours beside it');
  const wanted = file === undefined ? edited : fromFile(file, outside);
  if (wanted === undefined)
    throw badInput(
      'expected hours',
      '--window "mon-fri 09:00-18:00", --always, --never, --holiday, --file …',
    );
  try {
    return scheduleFromJson(wanted);
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    const [first] = error.lines;
    throw badInput(first === undefined ? error.message : problemText(first));
  }
}

/** The YAML form, so that errors speak of what was typed. Undefined: nothing was given. */
function edit(present: Schedule, typed: Typed): Record<string, unknown> | undefined {
  const windows = listOption(typed, 'window').map(readWindow);
  const holidays = listOption(typed, 'holiday');
  const added = listOption(typed, 'add').map((text) => readException(text, 'add'));
  const removed = listOption(typed, 'remove').map((text) => readException(text, 'remove'));
  const [timeZone, readyBy] = [option(typed, 'timeZone'), option(typed, 'readyBy')];
  const modes = [windows.length > 0, flag(typed, 'always'), flag(typed, 'never')].filter(Boolean).length;
  if (modes > 1) throw badInput('expected only one of --window, --always and --never');
  const lists = holidays.length + added.length + removed.length;
  if (modes + lists === 0 && timeZone === undefined && readyBy === undefined) return undefined;
  if (readyBy !== undefined && !/^\d{1,4}$/.test(readyBy))
    throw badInput(`--ready-by: expected whole minutes, found ${shown(readyBy)}`);
  return {
    timeZone: timeZone ?? present.timeZone,
    ...hours(present, { windows, always: flag(typed, 'always'), never: flag(typed, 'never') }),
    holidays: none(holidays) ? [] : [...present.holidays, ...holidays],
    exceptions: [
      ...present.exceptions.map(({ date, kind, from, to }) => ({ date, [kind]: `${from}-${to}` })),
      ...added,
      ...removed,
    ],
    readyByMinutes: readyBy === undefined ? present.readyByMinutes : Number(readyBy),
  };
}

const none = (holidays: readonly string[]): boolean => holidays.length === 1 && holidays[0] === 'none';

function hours(
  present: Schedule,
  { windows, always, never }: { windows: unknown[]; always: boolean; never: boolean },
): Record<string, unknown> {
  if (windows.length > 0) return { windows };
  if (always) return { always: true };
  if (never) return { never: true };
  if (present.mode === 'weekly') return { windows: present.windows };
  return { [present.mode]: true };
}

function readWindow(text: string): { days: string | string[]; from: string; to: string } {
  const [, days = '', from = '', to = ''] = WINDOW.exec(text) ?? [];
  if (days === '')
    throw badInput(`--window: expected days and hours such as "mon-fri 09:00-18:00", found ${shown(text)}`);
  return { days: days.includes(',') ? days.split(',') : days, from, to };
}

function readException(text: string, kind: 'add' | 'remove'): Record<string, string> {
  const [, date = '', hoursText = ''] = EXCEPTION.exec(text) ?? [];
  if (date === '')
    throw badInput(
      `--${kind}: expected a date and hours such as "2026-12-24 09:00-12:00", found ${shown(text)}`,
    );
  return { date, [kind]: hoursText };
}

/** A definition, of which the schedule is taken, or a schedule alone. */
function fromFile(file: string, { files }: Outside): unknown {
  const text = files.read(file);
  if (text === undefined) throw badInput(`${file}: expected a file that can be read`);
  try {
    const value = readYaml(text);
    return typeof value === 'object' && value !== null && 'schedule' in value ? value.schedule : value;
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    const [first] = error.lines;
    throw badInput(`${file}: ${first === undefined ? error.message : problemText(first)}`);
  }
}
