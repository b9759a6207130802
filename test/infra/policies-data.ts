import { describe, expect, it } from 'vitest';
import type { RequestContext } from '../../local/policy/evaluate.ts';
import type { Template } from '../../local/policy/template.ts';
import {
  type Asked,
  ask,
  FUNCTIONS,
  type FunctionName,
  instanceArn,
  ours,
  PROJECT,
  snapshotArn,
  tagged,
  tagging,
  volumeArn,
} from './policy-subject.ts';

const ROLES = ['active', 'frozen', 'migrating', 'superseded', 'deleting'];
const foreign = (arn: string) =>
  tagged(arn, { 'spotkeep:project': 'spotkeep-other', 'spotkeep:role': 'active' });
const untagged = (arn: string): Asked => ({ arn });

export function dataPolicies(template: () => Template): void {
  const by = (name: FunctionName, action: string, resources: Asked[], context?: RequestContext) =>
    ask(template(), name, { action, resources, ...(context ? { context } : {}) });
  const tag = (volume: Asked, tags: Record<string, string>, name: FunctionName = 'reconcile') =>
    by(name, 'ec2:CreateTags', [volume], tagging(tags));

  describe('attaching', () => {
    it('needs the active volume of this project and an instance of this project', () => {
      const attach = (volume: Asked, instance: Asked) =>
        by('reconcile', 'ec2:AttachVolume', [volume, instance]);
      expect(attach(ours(volumeArn, 'active'), ours(instanceArn))).toBe('allowed');
      for (const role of ROLES.slice(1))
        expect(attach(ours(volumeArn, role), ours(instanceArn))).toBe('not-allowed');
      expect(attach(ours(volumeArn), ours(instanceArn))).toBe('not-allowed');
      expect(attach(foreign(volumeArn), ours(instanceArn))).toBe('not-allowed');
      expect(attach(ours(volumeArn, 'active'), untagged(instanceArn))).toBe('not-allowed');
    });

    it('is undone for volumes and instances of this project alone', () => {
      expect(by('reconcile', 'ec2:DetachVolume', [ours(volumeArn, 'frozen'), ours(instanceArn)])).toBe(
        'allowed',
      );
      expect(by('reconcile', 'ec2:DetachVolume', [foreign(volumeArn), ours(instanceArn)])).toBe(
        'not-allowed',
      );
      expect(by('reconcile', 'ec2:DetachVolume', [ours(volumeArn, 'active'), untagged(instanceArn)])).toBe(
        'not-allowed',
      );
    });

    it('is for reconcile alone', () => {
      for (const name of FUNCTIONS.filter((it) => it !== 'reconcile')) {
        expect(by(name, 'ec2:AttachVolume', [ours(volumeArn, 'active'), ours(instanceArn)])).toBe(
          'not-allowed',
        );
      }
    });
  });

  describe('copying', () => {
    const request = tagging({ 'spotkeep:project': PROJECT });
    it('creates volumes only encrypted and tagged', () => {
      const create = (context: RequestContext) =>
        by('reconcile', 'ec2:CreateVolume', [untagged(volumeArn)], context);
      expect(create({ ...request, 'ec2:Encrypted': 'true' })).toBe('allowed');
      expect(create({ ...request, 'ec2:Encrypted': 'false' })).toBe('not-allowed');
      expect(create({ 'ec2:Encrypted': 'true' })).toBe('not-allowed');
    });

    it('creates volumes from snapshots of this project alone', () => {
      expect(by('reconcile', 'ec2:CreateVolume', [ours(snapshotArn)])).toBe('allowed');
      expect(by('reconcile', 'ec2:CreateVolume', [untagged(snapshotArn)])).toBe('not-allowed');
    });

    it('takes tagged snapshots of volumes of this project', () => {
      const take = (volume: Asked, tags: RequestContext) =>
        by('reconcile', 'ec2:CreateSnapshot', [volume, { arn: snapshotArn, context: tags }]);
      expect(take(ours(volumeArn, 'frozen'), request)).toBe('allowed');
      expect(take(foreign(volumeArn), request)).toBe('not-allowed');
      expect(take(ours(volumeArn, 'frozen'), {})).toBe('not-allowed');
    });

    it('never shares a snapshot', () => {
      for (const name of FUNCTIONS) {
        expect(by(name, 'ec2:ModifySnapshotAttribute', [ours(snapshotArn)])).toBe('not-allowed');
      }
    });
  });

  describe('marking a volume', () => {
    it('changes role and generation alone', () => {
      const volume = ours(volumeArn, 'active');
      expect(tag(volume, { 'spotkeep:role': 'frozen' })).toBe('allowed');
      expect(tag(volume, { 'spotkeep:role': 'frozen', 'spotkeep:generation': '2' })).toBe('allowed');
      for (const key of ['spotkeep:project', 'spotkeep:workload', 'spotkeep:dataset', 'Name']) {
        expect(tag(volume, { 'spotkeep:role': 'frozen', [key]: 'x' })).toBe('not-allowed');
      }
    });

    it('touches volumes of this project alone', () => {
      expect(tag(foreign(volumeArn), { 'spotkeep:role': 'frozen' })).toBe('not-allowed');
      expect(tag(untagged(volumeArn), { 'spotkeep:role': 'active' })).toBe('not-allowed');
      expect(tag(ours(instanceArn), { 'spotkeep:role': 'active' })).toBe('not-allowed');
    });

    it('never takes superseded or deleting back', () => {
      for (const from of ['superseded', 'deleting']) {
        for (const to of ['active', 'frozen', 'migrating']) {
          expect(tag(ours(volumeArn, from), { 'spotkeep:role': to })).toBe('denied');
        }
      }
      expect(tag(ours(volumeArn, 'superseded'), { 'spotkeep:role': 'deleting' })).toBe('allowed');
    });
  });

  describe('deleting', () => {
    const remove = (name: FunctionName, volume: Asked) => by(name, 'ec2:DeleteVolume', [volume]);

    it('is for the sweep alone', () => {
      for (const name of FUNCTIONS) {
        const expected = name === 'sweep' ? 'allowed' : 'not-allowed';
        expect(remove(name, ours(volumeArn, 'deleting'))).toBe(expected);
        expect(by(name, 'ec2:DeleteSnapshot', [ours(snapshotArn)])).toBe(expected);
      }
    });

    it('never reaches a volume that is active, frozen or migrating, or not of this project', () => {
      expect(remove('sweep', ours(volumeArn, 'superseded'))).toBe('allowed');
      for (const role of ['active', 'frozen', 'migrating'])
        expect(remove('sweep', ours(volumeArn, role))).toBe('not-allowed');
      expect(remove('sweep', ours(volumeArn))).toBe('not-allowed');
      const other = { 'spotkeep:project': 'spotkeep-other', 'spotkeep:role': 'deleting' };
      expect(remove('sweep', tagged(volumeArn, other))).toBe('not-allowed');
      expect(by('sweep', 'ec2:DeleteSnapshot', [untagged(snapshotArn)])).toBe('not-allowed');
    });

    it('marks only what is already superseded', () => {
      expect(tag(ours(volumeArn, 'superseded'), { 'spotkeep:role': 'deleting' }, 'sweep')).toBe('allowed');
      expect(tag(ours(volumeArn, 'active'), { 'spotkeep:role': 'deleting' }, 'sweep')).toBe('not-allowed');
      expect(tag(ours(volumeArn, 'active'), { 'spotkeep:role': 'superseded' }, 'sweep')).toBe('not-allowed');
    });
  });

  describe('ending an instance', () => {
    it('is for reconcile and sweep, and for instances of this project', () => {
      for (const name of FUNCTIONS) {
        const expected = name === 'sweep' || name === 'reconcile' ? 'allowed' : 'not-allowed';
        expect(by(name, 'ec2:TerminateInstances', [ours(instanceArn)])).toBe(expected);
        expect(by(name, 'ec2:TerminateInstances', [untagged(instanceArn)])).toBe('not-allowed');
      }
    });
  });
}
