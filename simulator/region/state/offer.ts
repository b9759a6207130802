// What the simulated region offers: instance types, spot prices that move, zone ids.

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

/** Zone ids differ from names, as on AWS. */
export const zoneIdOf = (zone: string): string => {
  const letter = zone.at(-1) ?? 'a';
  const shifted = String.fromCharCode(97 + ((letter.charCodeAt(0) - 97 + 1) % 3));
  return `${zone.slice(0, -1).replaceAll('-', '').slice(0, 4)}-az${shifted.charCodeAt(0) - 96}`;
};
