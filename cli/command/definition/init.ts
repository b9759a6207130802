// `spotkeep init [FILE]`: a few questions, or their answers as options, and a commented definition is written; never over
// something that is there, and never one that validate would refuse.

import type { Architecture } from '../../../shared/definition/definition.ts';
import { DefinitionError, problemText, shown } from '../../../shared/definition/problem.ts';
import {
  type image,
  name,
  securityGroupId,
  subnetId,
  timeZone,
  zoneName,
} from '../../../shared/definition/read/leaf.ts';
import { parseDefinition } from '../../../shared/definition/read/parse.ts';
import { type Answers, definitionText } from '../../input/definition-text.ts';
import { type Action, listOption, option, type Typed } from '../../session/action.ts';
import { badInput } from '../../session/exit.ts';
import type { Session } from '../../session/session.ts';

type Leaf = Pick<typeof image, 'safeParse'>;

interface Question {
  /** Option that answers it. */
  flag: string;
  asks: string;
  initial?: string;
  /** Undefined: good; otherwise what was expected. */
  check: (text: string) => string | undefined;
}

const expects =
  (leaf: Leaf) =>
  (text: string): string | undefined =>
    leaf.safeParse(text).error?.issues[0]?.message;

const PLACE = 'zones with their subnets, such as eu-west-1a=subnet-0123…, comma-separated';

const isPlaces = (text: string): string | undefined => {
  const places = readPlaces(text);
  const good =
    places.length > 0 &&
    places.every((one) => zoneName.safeParse(one.zone).success && subnetId.safeParse(one.subnetId).success);
  if (!good) return PLACE;
  return new Set(places.map(({ zone }) => zone.slice(0, -1))).size === 1 ? undefined : 'zones of one region';
};

const readPlaces = (text: string): { zone: string; subnetId: string }[] =>
  text
    .split(',')
    .map((one) => one.trim().split('='))
    .map(([zone = '', subnet = '']) => ({ zone, subnetId: subnet }));

const HOURS = /^([a-z]{3}(?:-[a-z]{3})?) (\d{2}:\d{2})-(\d{2}:\d{2})$/;

const QUESTIONS = {
  name: { flag: '--name', asks: 'Name of the workload', check: expects(name) },
  places: {
    flag: '--subnet',
    asks: 'Zones and subnets (eu-west-1a=subnet-…, several with commas)',
    check: isPlaces,
  },
  securityGroup: {
    flag: '--security-group',
    asks: 'Security group of the service',
    check: expects(securityGroupId),
  },
  size: {
    flag: '--size',
    asks: 'Size of the data volume in GiB',
    initial: '20',
    check: (text: string) => (/^[1-9]\d{0,4}$/.test(text) ? undefined : 'whole GiB from 1 to 65536'),
  },
  timeZone: { flag: '--time-zone', asks: 'Time zone of its hours', check: expects(timeZone) },
  hours: {
    flag: '--hours',
    asks: 'Hours (always, or days and times)',
    initial: 'mon-fri 09:00-18:00',
    check: (text: string) =>
      text === 'always' || HOURS.test(text) ? undefined : 'always, or such as mon-fri 09:00-18:00',
  },
} satisfies Record<string, Question>;

export const run: Action = async (session, typed) => {
  const { outside } = session;
  const ask = asker(session, typed);
  const workload = await ask(QUESTIONS.name);
  const file = typed.args[0] ?? `${workload}.yml`;
  if (outside.files.read(file) !== undefined)
    throw badInput(`${file} already exists`, 'choose another file name or move it');
  const zones = readPlaces(await ask(QUESTIONS.places));
  const hours = await ask({ ...QUESTIONS.hours, fallback: QUESTIONS.hours.initial });
  const [, days = '', from = '', to = ''] = HOURS.exec(hours) ?? [];
  const answers: Answers = {
    name: workload,
    region: (zones[0]?.zone ?? '').slice(0, -1),
    architecture: await architecture(session, typed),
    zones,
    securityGroup: await ask(QUESTIONS.securityGroup),
    sizeGiB: Number(await ask({ ...QUESTIONS.size, fallback: QUESTIONS.size.initial })),
    timeZone: await ask({ ...QUESTIONS.timeZone, initial: outside.timeZone, fallback: outside.timeZone }),
    hours: hours === 'always' ? 'always' : { days, from, to },
    setup: option(typed, 'setup') ?? '',
  };
  const text = definitionText(answers);
  checkText(text, answers.setup);
  if (!outside.files.create(file, text)) throw badInput(`${file} is there already`, 'name another file');
  return {
    json: { file, name: workload },
    lines: [
      `${file} written`,
      `next: spotkeep validate -f ${file}, spotkeep doctor -f ${file}, spotkeep apply -f ${file}`,
    ],
  };
};

/** The option's value, or the user's answer; without a terminal the fallback, or an error that names the option. */
function asker({ outside, globals }: Session, typed: Typed) {
  return async ({
    flag,
    asks,
    initial,
    check,
    fallback,
  }: Question & { fallback?: string }): Promise<string> => {
    const key = flag.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    const listed = listOption(typed, key);
    const given = listed.length > 0 ? listed.join(',') : option(typed, key);
    const canAsk = outside.interactive && !globals.json;
    if (given === undefined && !canAsk && fallback === undefined)
      throw badInput(`${flag} is required when there is no terminal`, 'spotkeep init --help');
    const answer =
      given ??
      (canAsk
        ? await outside.person.text(asks, { ...(initial !== undefined && { initial }), check })
        : (fallback ?? ''));
    const expected = check(answer);
    if (expected !== undefined) throw badInput(`${flag}: expected ${expected}, found ${shown(answer)}`);
    return answer;
  };
}

async function architecture({ outside, globals }: Session, typed: Typed): Promise<Architecture> {
  const given = option(typed, 'arch');
  const canAsk = outside.interactive && !globals.json;
  const answer = given ?? (canAsk ? await outside.person.choose('Processor', ['x86_64', 'arm64']) : 'x86_64');
  if (answer === 'x86_64' || answer === 'arm64') return answer;
  throw badInput(`--arch: expected x86_64 or arm64, found ${shown(answer)}`);
}

/** What questions cannot judge one by one. The script need not be there yet. */
function checkText(text: string, setup: string): void {
  try {
    parseDefinition(text, { readFile: (file) => (file === setup ? '#!/bin/sh\n' : undefined) });
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error;
    const [first] = error.lines;
    throw badInput(first === undefined ? error.message : problemText(first), 'nothing was written');
  }
}
