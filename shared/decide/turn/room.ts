// How many volumes a dataset may have, and for whom the last place is (C4, rule 7). By the record alone.

import type { RecordView } from '../../record/record.ts';
import { VOLUMES_PER_DATASET } from './limits.ts';

const left = (r: RecordView): RecordView['lineage'] => r.lineage.filter((one) => one.role !== 'deleted');

/** A move makes one more volume: at the cap the data stays until the sweep has deleted an old one. */
export const hasRoom = (r: RecordView): boolean => left(r).length + 2 <= VOLUMES_PER_DATASET;

/** Waiting makes room: nothing is deleted while the present volume was not started, or what an operator has to judge. */
const mayGainRoom = (r: RecordView): boolean =>
  r.provedGeneration === r.generation && left(r).some((one) => one.keep !== 'person');

/**
 * Room for what an operator asks for. The last free place is for a start: a volume that was not started yet stops every
 * deletion, and where its zone then has no capacity the data has to have somewhere to go. It is taken only where waiting
 * makes no other free.
 */
export const hasRoomForRequest = (r: RecordView): boolean =>
  hasRoom(r) && (left(r).length === 0 || !mayGainRoom(r));

/** A request waits until it leaves one place free for a start. */
const isAsked = ({ moveRequest, restoreRequest }: RecordView): boolean =>
  moveRequest !== undefined || restoreRequest !== undefined;

/** The places are needed: of the volumes left behind one has to go before its days, if it may. */
export const isCrowded = (r: RecordView): boolean => {
  // One that is on its way out makes room already.
  const staying = r.lineage.filter((one) => one.role === 'superseded').length;
  return staying + (isAsked(r) ? 1 : 0) >= VOLUMES_PER_DATASET - 1;
};
