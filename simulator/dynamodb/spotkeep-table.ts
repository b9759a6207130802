// The product's one table, as infra/ declares it for AWS: the region, the tests and the demo make it from here.

import type { TableSpec } from './table.ts';

export function spotkeepTable(name: string): TableSpec {
  return {
    name,
    key: { hash: 'pk', range: 'sk', rangeType: 'S' },
    indexes: [{ name: 'due', key: { hash: 'dueKey', range: 'wakeAt', rangeType: 'N' } }],
  };
}
