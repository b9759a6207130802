// EC2 instance types by name, so that a slip of the pen is found before any call. Rows: families, their sizes.
// Source: the InstanceType values of the EC2 API reference; a test holds this table to those of the SDK in use. Left
// out are Mac hosts and families on the Xen hypervisor: there a volume shows no serial to recognise it by (EC2 User
// Guide, "Identify the EBS device", "Instances built on the AWS Nitro System").

import { nearest } from '../base/nearest.ts';
import type { Architecture } from './definition.ts';

const SIZES_BY_FAMILY: readonly (readonly [families: string, sizes: string])[] = [
  [
    'c8a c8g c8gb c8gd c8gn m8a m8g m8gb m8gd m8gn m9g m9gd r8a r8g r8gb r8gd r8gn x8g',
    'medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge metal-24xl metal-48xl',
  ],
  [
    'c8i c8ib c8id c8in m8i m8ib m8id m8idb m8idn m8in r8i r8ib r8id r8idb r8idn r8in',
    'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge 48xlarge 96xlarge metal-48xl metal-96xl',
  ],
  [
    'c6g c6gd c7g c7gd c7gn m6g m6gd m7g m7gd r6g r6gd r7g r7gd x2gd',
    'medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal',
  ],
  [
    'c6i c6id c6in i4i m6i m6id m6idn m6in r6i r6id r6idn r6in',
    'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge metal',
  ],
  [
    'm5 m5d m5dn m5n r5 r5b r5d r5dn r5n',
    'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge metal',
  ],
  ['c5a c5ad m5a m5ad r5a r5ad', 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge'],
  ['hpc6a p5e p5en p6-b200 p6-b300 trn2u', '48xlarge'],
  [
    'c7i i7i i8g m7i r7i',
    'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge metal-24xl metal-48xl',
  ],
  ['c7i-flex c8i-flex m7i-flex m8i-flex r8i-flex', 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge'],
  ['dl1 dl2q p3dn p4d p4de', '24xlarge'],
  ['u7i-12tb u7ib-12tb u7in-16tb u7in-24tb u7in-32tb', '224xlarge'],
  [
    'c9g c9gd r9g r9gd',
    'medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge metal-48xl',
  ],
  ['u-12tb1 u-18tb1 u-24tb1 u-9tb1', '112xlarge metal'],
  ['c6a m6a r6a', 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge 48xlarge metal'],
  [
    'c7a m7a r7a',
    'medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge 48xlarge metal-48xl',
  ],
  ['g5 g6 g6e', 'xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge'],
  ['t3 t3a t4g', 'nano micro small medium large xlarge 2xlarge'],
  ['c5 c5d', 'large xlarge 2xlarge 4xlarge 9xlarge 12xlarge 18xlarge 24xlarge metal'],
  ['c8ine m8ine', 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge'],
  ['g7 g7e', '2xlarge 4xlarge 8xlarge 12xlarge 24xlarge 48xlarge'],
  ['hpc6id trn1n', '32xlarge'],
  ['i4g im4gn', 'large xlarge 2xlarge 4xlarge 8xlarge 16xlarge'],
  [
    'i7ie i8ge',
    'large xlarge 2xlarge 3xlarge 6xlarge 12xlarge 18xlarge 24xlarge 48xlarge metal-24xl metal-48xl',
  ],
  ['m5zn z1d', 'large xlarge 2xlarge 3xlarge 6xlarge 12xlarge metal'],
  ['u7i-6tb u7i-8tb', '112xlarge'],
  ['a1', 'medium large xlarge 2xlarge 4xlarge metal'],
  ['c5n', 'large xlarge 2xlarge 4xlarge 9xlarge 18xlarge metal'],
  ['c6gn', 'medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge'],
  ['d3', 'xlarge 2xlarge 4xlarge 8xlarge'],
  ['d3en', 'xlarge 2xlarge 4xlarge 6xlarge 8xlarge 12xlarge'],
  ['f2', '6xlarge 12xlarge 48xlarge'],
  ['g4ad', 'xlarge 2xlarge 4xlarge 8xlarge 16xlarge'],
  ['g4dn', 'xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge metal'],
  ['g5g', 'xlarge 2xlarge 4xlarge 8xlarge 16xlarge metal'],
  ['g6f', 'large xlarge 2xlarge 4xlarge'],
  ['gr6', '4xlarge 8xlarge'],
  ['gr6f', '4xlarge'],
  ['hpc7a', '12xlarge 24xlarge 48xlarge 96xlarge'],
  ['hpc7g', '4xlarge 8xlarge 16xlarge'],
  ['hpc8a', '96xlarge'],
  ['i3en', 'large xlarge 2xlarge 3xlarge 6xlarge 12xlarge 24xlarge metal'],
  ['inf1', 'xlarge 2xlarge 6xlarge 24xlarge'],
  ['inf2', 'xlarge 8xlarge 24xlarge 48xlarge'],
  ['is4gen', 'medium large xlarge 2xlarge 4xlarge 8xlarge'],
  ['m8azn', 'medium large xlarge 3xlarge 6xlarge 12xlarge 24xlarge metal-12xl metal-24xl'],
  ['p5', '4xlarge 48xlarge'],
  ['p6e-gb200', '36xlarge'],
  ['r7iz', 'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 32xlarge metal-16xl metal-32xl'],
  ['t8i', 'nano micro small medium'],
  ['trn1', '2xlarge 32xlarge'],
  ['trn2', '3xlarge 48xlarge'],
  ['u-3tb1', '56xlarge'],
  ['u-6tb1', '56xlarge 112xlarge metal'],
  ['u7inh-32tb', '480xlarge'],
  ['vt1', '3xlarge 6xlarge 24xlarge'],
  ['x2idn', '16xlarge 24xlarge 32xlarge metal'],
  ['x2iedn', 'xlarge 2xlarge 4xlarge 8xlarge 16xlarge 24xlarge 32xlarge metal'],
  ['x2iezn', '2xlarge 4xlarge 6xlarge 8xlarge 12xlarge metal'],
  ['x8aedz', 'large xlarge 3xlarge 6xlarge 12xlarge 24xlarge metal-12xl metal-24xl'],
  [
    'x8i',
    'large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge 48xlarge 64xlarge 96xlarge metal-48xl metal-96xl',
  ],
];

const XEN_FAMILIES = new Set(
  'c1 c3 c4 cc1 cc2 cg1 cr1 d2 f1 g2 g3 g3s h1 hi1 hs1 i2 i3 m1 m2 m3 m4 p2 p3 r3 r4 t1 t2 x1 x1e'.split(' '),
);
/** Grace processors are not told by the letters after the generation. */
const ARM_FAMILIES = new Set(['a1', 'p6e-gb200']);

export type TypeAnswer =
  | { kind: 'known'; architecture: Architecture }
  | { kind: 'unusable'; why: string }
  | { kind: 'unknown'; nearest?: string };

/** What the name alone tells; whether a zone offers the type is for EC2 to say. */
export function readInstanceType(name: string): TypeAnswer {
  const [family = '', size = ''] = name.split('.');
  if (XEN_FAMILIES.has(family)) return { kind: 'unusable', why: 'a type built on the Nitro System' };
  const row = SIZES_BY_FAMILY.find(([families]) => families.split(' ').includes(family));
  if (row?.[1].split(' ').includes(size)) return { kind: 'known', architecture: familyArchitecture(family) };
  return { kind: 'unknown', nearest: nearest(name, row ? typesOf(family, row[1]) : instanceTypeNames()) };
}

/** Graviton families carry a g after the generation: m7g, c7gn, r8gd, t4g. */
export function familyArchitecture(family: string): Architecture {
  return ARM_FAMILIES.has(family) || /^[a-z]+\d+[a-z]*g[a-z]*$/.test(family) ? 'arm64' : 'x86_64';
}

export function instanceTypeNames(): string[] {
  return SIZES_BY_FAMILY.flatMap(([families, sizes]) =>
    families.split(' ').flatMap((f) => typesOf(f, sizes)),
  );
}

const typesOf = (family: string, sizes: string): string[] =>
  sizes.split(' ').map((size) => `${family}.${size}`);
