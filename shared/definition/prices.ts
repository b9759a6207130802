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

export const GP3_USD_PER_GIB_MONTH = 0.088;
export const SNAPSHOT_USD_PER_GIB_MONTH = 0.05;
export const HOURS_PER_MONTH = 730;
