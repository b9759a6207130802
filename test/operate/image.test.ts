// Which AMI a definition means: by name, id or parameter.

import { describe, expect, it } from 'vitest';
import type { Definition } from '../../shared/definition/definition.ts';
import { resolveImage } from '../../shared/operate/image.ts';
import { definition } from '../definition/example.ts';
import { refusal } from '../loop/ports.ts';

const AMI = 'ami-0123456789abcdef0';
const resolved = async (image: string, architecture: 'x86_64' | 'arm64' = 'x86_64', value = AMI) => {
  const asked: string[] = [];
  const base = definition();
  const wanted: Definition = { ...base, image, capacity: { ...base.capacity, architecture } };
  const parameter = async (name: string) => {
    asked.push(name);
    return value;
  };
  return { answer: await resolveImage({ parameter }, wanted, '/spotkeep/test'), asked };
};

describe('an image', () => {
  it.each(['ami-01234567', AMI])('that is the id %s is asked of nobody', async (id) => {
    expect(await resolved(id)).toEqual({ answer: { kind: 'image', imageId: id }, asked: [] });
  });

  it.each<[string, 'x86_64' | 'arm64', string]>([
    [
      'amazon-linux-2023-ecs',
      'x86_64',
      '/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended/image_id',
    ],
    [
      'amazon-linux-2023-ecs',
      'arm64',
      '/aws/service/ecs/optimized-ami/amazon-linux-2023/arm64/recommended/image_id',
    ],
    ['amazon-linux-2023', 'x86_64', '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'],
    ['amazon-linux-2023', 'arm64', '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64'],
    [
      'ubuntu-24.04',
      'x86_64',
      '/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id',
    ],
    [
      'ubuntu-24.04',
      'arm64',
      '/aws/service/canonical/ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id',
    ],
    ['flatcar', 'arm64', '/spotkeep/test/image/flatcar-arm64'],
    ['/my/own', 'x86_64', '/my/own'],
  ])('%s for %s is in %s', async (image, architecture, name) => {
    expect(await resolved(image, architecture)).toEqual({
      answer: { kind: 'image', imageId: AMI },
      asked: [name],
    });
  });

  it('that nobody knows is refused', async () => {
    expect(await resolved('windows')).toEqual({
      answer: { kind: 'unknown', expected: 'a known image, an AMI id or a parameter that holds one' },
      asked: [],
    });
  });

  it.each(['', 'ami-0123456', 'ami-0123456789abcdef01', `x${AMI}`, 'ami-XYZ45678'])(
    'in a parameter that holds "%s" is refused',
    async (value) => {
      expect((await resolved('/my/own', 'x86_64', value)).answer).toEqual({
        kind: 'unknown',
        expected: 'an AMI id in /my/own',
      });
    },
  );

  it('in a parameter that is not there is refused; another error ends the call', async () => {
    const wanted = { ...definition(), image: '/my/own' };
    const failing = (error: Error) =>
      resolveImage({ parameter: () => Promise.reject(error) }, wanted, '/spotkeep/test');
    expect(await failing(refusal('not-found'))).toEqual({
      kind: 'unknown',
      expected: 'a parameter /my/own that holds an AMI id',
    });
    await expect(failing(refusal('throttled'))).rejects.toMatchObject({ kind: 'throttled' });
    await expect(failing(new TypeError('defect'))).rejects.toThrow('defect');
  });
});
