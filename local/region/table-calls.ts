// DynamoDB calls that people's tools make and the product does not: lists and scans.

import type { Dynamo } from '../../simulator/dynamodb/dynamo.ts';
import type { RegionCall } from '../../simulator/region/ec2-reads.ts';
import { fail, needText, numberOf } from '../../simulator/region/state/input.ts';
import type { Stack } from '../stack/types.ts';

export const tableCalls = (dynamo: Dynamo, stack: Stack): Record<string, RegionCall> => ({
  ListTables: () => ({ TableNames: stack.tables.map(({ name }) => name) }),
  Scan: (input) => {
    if (input.FilterExpression !== undefined)
      throw fail('dynamodb', 'ValidationException', 'the parameter FilterExpression is not simulated');
    const { items } = dynamo.snapshot(needText('dynamodb', input, 'TableName'));
    const shown = items.slice(0, numberOf(input, 'Limit') ?? 1_000);
    return {
      Count: shown.length,
      ScannedCount: shown.length,
      ...(input.Select === 'COUNT' ? {} : { Items: shown }),
    };
  },
});
