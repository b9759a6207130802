// Whose an instance is. Every user of the account can set tags, by mistake too. EC2's own tag says which launch template an
// instance came from. The stack's templates are read from EC2, never from the record: a record of an earlier time would not
// know a template that was made since.

import type { InstanceView, LaunchTemplateView } from '../../port/cloud.ts';
import { namedInstances } from '../../record/named.ts';
import type { RecordView } from '../../record/record.ts';
import { alert, type Context, type View } from './context.ts';
import { known, type Read } from './reading.ts';

export interface Ours {
  project: string;
  workload: string;
  templates: Read<LaunchTemplateView[]>;
}

type Marks = Pick<InstanceView, 'project' | 'workload' | 'templateId'>;

/** Our project's and this workload's tag. */
export const carriesOurTags = (
  view: Pick<Marks, 'project' | 'workload'>,
  { project, workload }: Pick<Ours, 'project' | 'workload'>,
): boolean => view.project === project && view.workload === workload;

/**
 * Both tags, and launched from a template of this stack. A template that is gone, or that could not be read, counts as ours:
 * nothing says that it is another's.
 */
export const isOurs = (view: Marks, ours: Ours): boolean => {
  if (!carriesOurTags(view, ours) || view.templateId === undefined) return false;
  const template = known(ours.templates)?.find(({ templateId }) => templateId === view.templateId);
  return template === undefined || template.project === ours.project;
};

/** Not ended, with our two tags, and not named by the record: to be judged by where they came from. */
export const unnamed = (
  views: readonly InstanceView[],
  r: RecordView,
  tags: Pick<Ours, 'project' | 'workload'>,
): InstanceView[] => {
  const named = new Set(namedInstances(r));
  return views.filter(
    (view) => view.state !== 'terminated' && !named.has(view.instanceId) && carriesOurTags(view, tags),
  );
};

export const oursOf = ({ name, settings, reading }: View): Ours => ({
  project: settings.project,
  workload: name,
  templates: reading.templates,
});

/** Another's instance with our tags is never touched and never a hold. The operator is alerted: its tags mislead. */
export const tellForeign = (ctx: Context): undefined => {
  const ours = oursOf(ctx);
  const foreign = unnamed(known(ctx.reading.instances) ?? [], ctx.r, ours).filter(
    (view) => view.state !== 'shutting-down' && !isOurs(view, ours),
  );
  if (foreign.length === 0) return undefined;
  const ids = foreign.map(({ instanceId }) => instanceId).join(', ');
  alert(
    ctx,
    'foreign-instance',
    `${ids}: tagged as an instance of ${ctx.name}, but launched from no template of this stack; Spotkeep leaves it alone`,
  );
  return undefined;
};
