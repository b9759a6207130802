// Decides what IAM would: the part of the policy language that the template uses, after "Policy evaluation logic" and
// "IAM JSON policy elements: Condition operators". Identity policies of one role in one account; no boundaries, no
// session policies. An operator or a policy variable that it does not know throws: a wrong guess would make tests lie.

import * as z from 'zod/mini';

const oneOrMore = z.union([z.string(), z.array(z.string())]);

export const statementShape = z.strictObject({
  Sid: z.optional(z.string()),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore,
  Resource: oneOrMore,
  Condition: z.optional(z.record(z.string(), z.record(z.string(), oneOrMore))),
});

export type Statement = z.infer<typeof statementShape>;

/** Condition keys as AWS would fill them in for this request, e.g. `aws:RequestTag/spotkeep:project`. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

export interface AccessRequest {
  /** `ec2:AttachVolume` */
  action: string;
  /** One ARN, or `*` for calls that take no resource. */
  resource: string;
  context?: RequestContext;
}

export type Decision = 'allowed' | 'denied' | 'not-allowed';

/** `denied`: a Deny matched; `not-allowed`: nothing matched. */
export function evaluate(statements: readonly Statement[], request: AccessRequest): Decision {
  const matching = statements.filter((statement) => matches(statement, request));
  if (matching.some(({ Effect }) => Effect === 'Deny')) return 'denied';
  return matching.length > 0 ? 'allowed' : 'not-allowed';
}

/**
 * A call that touches several resources needs each of them allowed; `context` holds the keys of the request itself,
 * each resource adds its own (its tags).
 */
export function evaluateCall(
  statements: readonly Statement[],
  call: {
    action: string;
    resources: readonly { arn: string; context?: RequestContext }[];
    context?: RequestContext;
  },
): Decision {
  const decisions = call.resources.map(({ arn, context }) =>
    evaluate(statements, { action: call.action, resource: arn, context: { ...call.context, ...context } }),
  );
  if (decisions.includes('denied')) return 'denied';
  return decisions.length > 0 && decisions.every((decision) => decision === 'allowed')
    ? 'allowed'
    : 'not-allowed';
}

function matches(statement: Statement, request: AccessRequest): boolean {
  const { action, resource, context = {} } = request;
  return (
    list(statement.Action).some((pattern) => like(pattern.toLowerCase(), action.toLowerCase())) &&
    list(statement.Resource).some((pattern) => like(pattern, resource)) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => holds(operator, list(wanted), valuesOf(context, key))),
    )
  );
}

type Test = (wanted: string, actual: string) => boolean;

const equal: Test = (wanted, actual) => wanted === actual;

/** Negated operators hold when *no* wanted value matches, and when the key is missing. */
const OPERATORS: Readonly<Record<string, { test: Test; negated: boolean }>> = {
  StringEquals: { test: equal, negated: false },
  StringNotEquals: { test: equal, negated: true },
  StringLike: { test: like, negated: false },
  StringNotLike: { test: like, negated: true },
  // AWS: ArnEquals and ArnLike behave identically.
  ArnEquals: { test: like, negated: false },
  ArnLike: { test: like, negated: false },
  ArnNotLike: { test: like, negated: true },
  Bool: { test: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(), negated: false },
};

function holds(name: string, wanted: readonly string[], actual: readonly string[] | undefined): boolean {
  if (name === 'Null') return wanted.some((value) => (value === 'true') === (actual === undefined));
  const [quantifier, plain] = name.includes(':') ? name.split(':', 2) : [undefined, name];
  const ifExists = plain?.endsWith('IfExists') === true;
  const operator = OPERATORS[(ifExists ? plain?.slice(0, -'IfExists'.length) : plain) ?? ''];
  if (!operator) throw new Error(`condition operator ${name} is not known here`);
  const one = (value: string) => operator.negated !== wanted.some((pattern) => operator.test(pattern, value));
  if (quantifier === 'ForAllValues') return (actual ?? []).every(one);
  if (quantifier === 'ForAnyValue') return (actual ?? []).some(one);
  if (quantifier !== undefined) throw new Error(`condition operator ${name} is not known here`);
  if (actual === undefined) return ifExists || operator.negated;
  const [only, ...more] = actual;
  if (only === undefined || more.length > 0)
    throw new Error(`${name} needs one value, the context has ${actual.length}`);
  return one(only);
}

/** Names of condition keys do not distinguish upper and lower case; tag keys inside them do, and no policy relies on it. */
function valuesOf(context: RequestContext, key: string): readonly string[] | undefined {
  const found = Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase());
  return found && list(found[1]);
}

/** `*` any run of characters, `?` one. */
function like(pattern: string, value: string): boolean {
  if (pattern.includes('$' + '{')) throw new Error(`policy variable in ${pattern} is not known here`);
  const source = pattern
    .replace(/[.+^$()|[\]{}\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(value);
}

function list(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
