// Snapshots of a record are read as they were written.

import { describe, expect, it } from 'vitest';
import { readRecord } from '../../shared/record/read.ts';
import type { RecordBody, Snapshot } from '../../shared/record/record.ts';
import { backupTaken, NOW, record } from '../decide/scene.ts';

const rules = { stops: 100, newest: 24, daily: 100, weekly: 52, monthly: 60, supersededDays: 365 };
const retention: RecordBody['retention'] = { before: rules, until: NOW };

describe('the snapshots of a record', () => {
  it('are read as they were written, with what a later version adds', () => {
    const snapshots = [
      { ...backupTaken({ repeat: true }), tapes: 3 },
      backupTaken({ label: 'Vor Übung 3', deleteRequestedAt: NOW }),
    ] as Snapshot[];
    const written = record({ snapshots, retention });
    const reading = readRecord({ body: JSON.parse(JSON.stringify(written)) });
    expect(reading.kind === 'record' && reading.body).toMatchObject({ snapshots, retention });
  });
});
