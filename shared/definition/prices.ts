// What the simulated region offers: zones, instance types with prices. Prices in US dollars an hour, Linux, of the order
// of AWS's public list for eu-west-1; spot moves slowly around a share of on-demand per zone.

export interface TypeInfo {
  vcpu: number;
  memoryGiB: number;
  architecture: 'x86_64' | 'arm64';
  onDemandUsdPerHour: number;
}

const PER_VCPU_USD = 0.0535;
const SIZES: Record<string, number> = {
  medium: 1,
  large: 2,
  xlarge: 4,
  '2xlarge': 8,
  '4xlarge': 16,
  '8xlarge': 32,
};
const MEMORY_PER_VCPU: Record<string, number> = { c: 2, m: 4, r: 8, t: 2, p: 7.6 };
const KNOWN: Record<string, TypeInfo> = {
  'p3.2xlarge': { vcpu: 8, memoryGiB: 61, architecture: 'x86_64', onDemandUsdPerHour: 3.305 },
};

/** Undefined for what is no instance type by its form. */
export const typeInfo = (name: string): TypeInfo | undefined => {
  if (KNOWN[name]) return KNOWN[name];
  const match = /^([a-z])(\d)([a-z-]*)\.(\w+)$/.exec(name);
  const vcpu = SIZES[match?.[4] ?? ''];
  if (!match || vcpu === undefined) return undefined;
  const perVcpu = MEMORY_PER_VCPU[match[1] ?? ''] ?? 4;
  const arm = (match[3] ?? '').startsWith('g');
  const memoryShare = 0.7 + perVcpu * 0.075;
  return {
    vcpu,
    memoryGiB: vcpu * perVcpu,
    architecture: arm ? 'arm64' : 'x86_64',
    onDemandUsdPerHour: Math.round(PER_VCPU_USD * vcpu * memoryShare * (arm ? 0.8 : 1) * 10_000) / 10_000,
  };
};

/** Types that InstanceRequirements resolve to. */
export const OFFERED = [
  'm7i.large',
  'm6i.large',
  'm6a.large',
  'm5.large',
  'c7i.xlarge',
  'r6i.large',
  'm7g.large',
  'm6g.large',
  'c7g.xlarge',
  'r6g.large',
  'm7i.xlarge',
  'm6i.xlarge',
  'm7g.xlarge',
];

/** Share of the on-demand price: 22–38 %, another for each type, zone and day. */
export const spotShare = (type: string, zone: string, epochMs: number): number => {
  const day = Math.floor(epochMs / 86_400_000);
  let h = 0;
  for (const char of `${type}${zone}`) h = (h * 31 + char.charCodeAt(0)) >>> 0;
  return 0.3 + 0.05 * Math.sin(h % 100) + 0.03 * Math.sin((day + (h % 17)) / 5);
};

export const GP3_USD_PER_GIB_MONTH = 0.088;
export const SNAPSHOT_USD_PER_GIB_MONTH = 0.05;
export const HOURS_PER_MONTH = 730;

/** Zone ids differ from names, as on AWS. */
export const zoneIdOf = (zone: string): string => {
  const letter = zone.at(-1) ?? 'a';
  const shifted = String.fromCharCode(97 + ((letter.charCodeAt(0) - 97 + 1) % 3));
  return `${zone.slice(0, -1).replaceAll('-', '').slice(0, 4)}-az${shifted.charCodeAt(0) - 96}`;
};
