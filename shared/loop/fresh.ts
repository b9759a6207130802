// Ids for what a turn may create.

import type { PlanInput } from '../decide/turn/context.ts';
import type { Deps } from './deps.ts';

/** Most turns need none: made when asked for, one of each a turn. */
export const freshIds = ({ ids }: Pick<Deps, 'ids'>): PlanInput['fresh'] => {
  let id: string | undefined;
  let uuid: string | undefined;
  return {
    get id() {
      id ??= ids.ulid();
      return id;
    },
    get uuid() {
      uuid ??= ids.uuid();
      return uuid;
    },
  };
};
