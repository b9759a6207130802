// `spotkeep apply -f FILE…`: reads every file before anything is called, shows what each would change, asks once, applies
// one after the other. Applying the same again changes nothing, so a run cut short is simply run again.

import { type DryRun, dryRunShape } from '../../../shared/answer/apply.ts';
import { doneShape } from '../../../shared/answer/done.ts';
import { type DefinitionFile, readGoodDefinitions, remarkLine } from '../../input/definition-file.ts';
import { checkPlace } from '../../input/place.ts';
import { type Action, flag, listOption, option } from '../../session/action.ts';
import { confirmed, typedOnceMore } from '../../session/question.ts';
import { accept, type Session } from '../../session/session.ts';
import { differenceText } from '../../wording/difference.ts';
import { saidIn } from '../../wording/when.ts';

interface Planned {
  file: DefinitionFile;
  /** The adopted volume's id, typed once more. */
  confirmVolume: string | undefined;
  plan: DryRun;
}

export const run: Action = (session, typed) =>
  applyFiles(session, {
    files: readGoodDefinitions(listOption(typed, 'file'), session.outside),
    yes: flag(typed, 'yes'),
    confirmVolume: option(typed, 'confirm'),
  });

export interface Applying {
  files: readonly DefinitionFile[];
  yes: boolean;
  /** From the command line; otherwise asked for, for each new workload that adopts. */
  confirmVolume: string | undefined;
}

export async function applyFiles(session: Session, { files, yes, confirmVolume }: Applying) {
  const { outside, globals } = session;
  const place = await checkPlace(session, files);
  const planned: Planned[] = [];
  for (const file of files) planned.push(await planOne(session, file));
  const remarks = planned.flatMap(({ plan, file }) => [...plan.warnings, ...file.warnings]);
  if (!globals.json)
    outside.out(`${[place.says, ...planned.flatMap((one) => plannedText(session, one))].join('\n')}\n`);
  for (const one of planned) await confirmVolumeOf(session, one, confirmVolume);
  if (planned.some(({ plan }) => plan.created || plan.changes.length > 0)) {
    const asked = remarks.some(({ kind }) => kind === 'ask');
    await confirmed(
      session,
      asked ? 'Apply these changes, including the points marked “please confirm”?' : 'Apply?',
      yes,
    );
  }
  const applied = [];
  for (const one of planned) applied.push({ ...(await applyOne(session, one)), changes: one.plan.changes });
  return {
    json: { account: place.account, region: place.region, applied },
    lines: applied.map(({ workload, says }, index) => {
      const timeZone = files[index]?.definition.schedule.timeZone ?? 'UTC';
      return `${workload}: ${saidIn(says, { now: outside.clock.now(), timeZone })}`;
    }),
  };
}

async function planOne(session: Session, file: DefinitionFile): Promise<Planned> {
  const { volume } = file.definition;
  // The function says whether it wants the id: it does so for a volume that is new to it.
  const confirmVolume = volume.kind === 'adopt' ? volume.volumeId : undefined;
  const plan = accept(
    'apply-workload',
    dryRunShape,
    await session.call('apply-workload', { ...payload(file, confirmVolume), dryRun: true }),
  );
  return { file, confirmVolume, plan };
}

/** Whoever adopts a volume types its id once more, after having seen what it becomes part of. */
async function confirmVolumeOf(session: Session, planned: Planned, given: string | undefined): Promise<void> {
  const { confirmVolume: wanted, plan, file } = planned;
  if (wanted === undefined || !plan.created) return;
  const question = `${file.definition.name} will take over ${wanted} and its data. Type the volume ID to confirm`;
  await typedOnceMore(session, { wanted, given, flag: '--confirm', question });
}

function plannedText({ outside }: Session, { file, plan }: Planned): string[] {
  const { name } = file.definition;
  const { created, changes } = plan;
  const heading = created ? 'will be created:' : changes.length > 0 ? 'will be changed:' : 'no changes';
  const remarks = new Set([...plan.warnings, ...file.warnings].map((remark) => `  ${remarkLine(remark)}`));
  return [`${name}: ${heading}`, ...differenceText(changes, outside.style), ...remarks];
}

const payload = ({ definition, setupScript }: DefinitionFile, confirmVolume: string | undefined) => ({
  definition,
  ...(setupScript !== undefined && { setupScript }),
  ...(confirmVolume !== undefined && { confirmVolume }),
});

async function applyOne(session: Session, { file, confirmVolume }: Planned) {
  return accept(
    'apply-workload',
    doneShape,
    await session.call('apply-workload', payload(file, confirmVolume)),
  );
}
