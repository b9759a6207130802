// doctor's findings: each check looks at one thing and says what to do about it. A check that fails is reported as that,
// never as well.

import type { Definition } from '../../../shared/definition/definition.ts';
import { resolveImage } from '../../../shared/operate/image.ts';
import { CloudError } from '../../../shared/port/errors.ts';
import { STAGE_TAG_VALUE, stageTag } from '../../../shared/port/tags.ts';
import { awsFailure, hasCode } from '../../session/aws-error.ts';
import type { Inspector } from '../../session/inspector.ts';

export type Verdict = 'ok' | 'warning' | 'wrong' | 'unknown';

export interface Finding {
  check: string;
  verdict: Verdict;
  says: string;
  /** What to do: a command where there is one. */
  next?: string;
}

export interface Subject {
  inspector: Inspector;
  definitions: readonly Definition[];
  stage: string;
  version: string;
}

type Check = (subject: Subject) => Promise<Finding[]>;

const finding = (check: string, verdict: Verdict, says: string, next?: string): Finding => ({
  check,
  verdict,
  says,
  ...(next !== undefined && { next }),
});

/** EC2 User Guide, "Service-linked role for Spot Instance requests" and "… for EC2 Fleet". */
const LINKED_ROLES = [
  { name: 'AWSServiceRoleForEC2Spot', service: 'spot.amazonaws.com' },
  { name: 'AWSServiceRoleForEC2Fleet', service: 'ec2fleet.amazonaws.com' },
];

const roles: Check = async ({ inspector }) => {
  const found: Finding[] = [];
  for (const { name, service } of LINKED_ROLES) {
    const has = await inspector.hasRole(name);
    const command = `aws iam create-service-linked-role --aws-service-name ${service}`;
    found.push(
      finding(
        'service-linked role',
        has ? 'ok' : 'wrong',
        `${name} ${has ? 'exists' : 'is missing'}`,
        has ? undefined : command,
      ),
    );
  }
  return found;
};

/** Service Quotas codes: vCPUs of Spot and of On-Demand standard instances, concurrent executions of Lambda. */
const SPOT_VCPUS = { service: 'ec2', code: 'L-34B43A08', name: 'Spot vCPUs' };
const ON_DEMAND_VCPUS = { service: 'ec2', code: 'L-1216C47A', name: 'On-Demand vCPUs' };
const CONCURRENCY = { service: 'lambda', code: 'L-B99A9384', name: 'Lambda concurrent executions' };
/** `interruption` reserves 5, and Lambda keeps 10 unreserved for the rest of the account. */
const CONCURRENCY_NEEDED = 15;

const quotas: Check = async ({ inspector, definitions }) => {
  const types = [...new Set(definitions.flatMap(({ capacity }) => capacity.instanceTypes))];
  const vcpus = await vcpusOf(inspector, types);
  // During a hand-over two instances run.
  const needed = (some: readonly Definition[]): number =>
    some.reduce(
      (sum, { capacity }) =>
        sum + 2 * Math.max(0, ...capacity.instanceTypes.map((type) => vcpus.get(type) ?? 0)),
      0,
    );
  const fallback = definitions.filter(({ capacity }) => capacity.onDemand.kind === 'fallback');
  return [
    await quota(inspector, SPOT_VCPUS, needed(definitions)),
    ...(fallback.length > 0 ? [await quota(inspector, ON_DEMAND_VCPUS, needed(fallback))] : []),
    await quota(inspector, CONCURRENCY, CONCURRENCY_NEEDED),
  ];
};

/** Without them the quotas are shown, but not judged. */
async function vcpusOf(inspector: Inspector, types: readonly string[]): Promise<Map<string, number>> {
  if (types.length === 0) return new Map();
  try {
    return await inspector.vcpus(types);
  } catch (error) {
    if (awsFailure(error, 'looking at instance types') === undefined && !hasCode(error, 'InvalidAction'))
      throw error;
    return new Map();
  }
}

async function quota(
  inspector: Inspector,
  { service, code, name }: typeof SPOT_VCPUS,
  needed: number,
): Promise<Finding> {
  const value = await inspector.quota(service, code);
  if (value === undefined)
    return finding(
      'quota',
      'unknown',
      `${name}: AWS returned no value for this account`,
      `Service Quotas, ${code}`,
    );
  const enough = value >= needed;
  const says = `${name}: ${value}${needed > 0 ? `, ${needed} needed at most` : ''}`;
  const next = `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${code} --desired-value ${Math.max(needed, 1)}`;
  return finding('quota', enough ? 'ok' : 'wrong', says, enough ? undefined : next);
}

const tagged = (tags: Record<string, string>, stage: string) => tags[stageTag(stage)] === STAGE_TAG_VALUE;
const tagCommand = (ids: readonly string[], stage: string): string =>
  `aws ec2 create-tags --tags Key=${stageTag(stage)},Value=${STAGE_TAG_VALUE} --resources ${ids.join(' ')}`;

const subnets: Check = async ({ inspector, definitions, stage }) => {
  const wanted = new Map(
    definitions.flatMap(({ capacity }) => capacity.zones).map(({ subnetId, zone }) => [subnetId, zone]),
  );
  if (wanted.size === 0) return [];
  const there = new Map((await inspector.subnets([...wanted.keys()])).map((one) => [one.subnetId, one]));
  return [...wanted].map(([subnetId, zone]): Finding => {
    const found = there.get(subnetId);
    const check = `subnet of ${zone}`;
    if (!found)
      return finding(
        check,
        'wrong',
        `${subnetId} does not exist in this account and region`,
        'name another in the definition',
      );
    if (found.zone !== zone)
      return finding(
        check,
        'wrong',
        `${subnetId} is in ${found.zone}`,
        'correct capacity.zones of the definition',
      );
    if (!tagged(found.tags, stage))
      return finding(
        check,
        'wrong',
        `${subnetId} lacks the tag ${stageTag(stage)}=${STAGE_TAG_VALUE}`,
        tagCommand([subnetId], stage),
      );
    if (found.freeAddresses < 2)
      return finding(
        check,
        'wrong',
        `${subnetId} has ${found.freeAddresses} free addresses`,
        'take a larger subnet',
      );
    if (!found.publicAddresses)
      return finding(
        check,
        'warning',
        `${subnetId} gives no public addresses`,
        'it needs NAT or endpoints: instances have to reach Systems Manager and the image registry',
      );
    return finding(check, 'ok', `${subnetId}, ${found.freeAddresses} free addresses`);
  });
};

const groups: Check = async ({ inspector, definitions, stage }) => {
  const ids = [...new Set(definitions.flatMap(({ network }) => network.securityGroupIds))];
  if (ids.length === 0) return [];
  const there = new Map((await inspector.securityGroups(ids)).map((one) => [one.groupId, one]));
  return ids.map((id): Finding => {
    const found = there.get(id);
    if (!found)
      return finding(
        'security group',
        'wrong',
        `${id} does not exist in this account and region`,
        'name another in the definition',
      );
    return tagged(found.tags, stage)
      ? finding('security group', 'ok', id)
      : finding(
          'security group',
          'wrong',
          `${id} lacks the tag ${stageTag(stage)}=${STAGE_TAG_VALUE}`,
          tagCommand([id], stage),
        );
  });
};

const images: Check = async ({ inspector, definitions, stage }) => {
  const commands = {
    async parameter(name: string) {
      const value = await inspector.parameter(name);
      if (value === undefined) throw new CloudError('not-found', 'GetParameter', 'ParameterNotFound', name);
      return value;
    },
  };
  const found = new Map<string, Finding>();
  for (const one of definitions) {
    const answer = await resolveImage(commands, one, `/spotkeep/${stage}`);
    found.set(
      `${one.image} ${one.capacity.architecture}`,
      answer.kind === 'image'
        ? finding('image', 'ok', `${one.image} is ${answer.imageId}`)
        : finding(
            'image',
            'wrong',
            `${one.image}: there is no ${answer.expected.replace(/^an? /, '')}`,
            'put one there with aws ssm put-parameter, or name another image',
          ),
    );
  }
  return [...found.values()];
};

/** EC2 wants at least three types for a score. */
const TYPES_FOR_SCORES = 3;
const GOOD_SCORE = 3;

const scores: Check = async ({ inspector, definitions }) => {
  const found: Finding[] = [];
  for (const { name, capacity } of definitions) {
    const check = `capacity for ${name}`;
    if (capacity.instanceTypes.length < TYPES_FOR_SCORES) {
      found.push(
        finding(
          check,
          'warning',
          `${capacity.instanceTypes.length} instance types: EC2 scores Spot capacity only for three or more types`,
          'ten or more give Spot a choice',
        ),
      );
      continue;
    }
    const byZone = await inspector.placementScores(capacity.instanceTypes);
    const told = capacity.zones.map(({ zone }) => `${zone} ${byZone.get(zone) ?? '?'}`).join(', ');
    const good = capacity.zones.some(({ zone }) => (byZone.get(zone) ?? 0) >= GOOD_SCORE);
    found.push(
      finding(
        check,
        good ? 'ok' : 'warning',
        `Spot placement scores of 10: ${told}`,
        good ? undefined : 'more instance types, or more zones',
      ),
    );
  }
  return found;
};

const stack: Check = async ({ inspector, stage, version }) => {
  const { version: deployed, lastModified } = await inspector.deployed(`spotkeep-${stage}-status`);
  const since = lastModified === undefined ? '' : `, deployed ${lastModified.slice(0, 10)}`;
  if (deployed === undefined)
    return [
      finding(
        'stack',
        'unknown',
        `stage ${stage} tells no version${since}`,
        'deploy it again: npm run deploy',
      ),
    ];
  return deployed === version
    ? [finding('stack', 'ok', `stage ${stage}, version ${deployed}${since}`)]
    : [
        finding(
          'stack',
          'warning',
          `stage ${stage} is version ${deployed}${since}, this command ${version}`,
          `npm run deploy -- --stage ${stage}, or use the command of that version`,
        ),
      ];
};

const CHECKS: readonly (readonly [name: string, check: Check])[] = [
  ['stack', stack],
  ['service-linked role', roles],
  ['quota', quotas],
  ['subnets', subnets],
  ['security groups', groups],
  ['image', images],
  ['capacity', scores],
];

/** All findings, in a fixed order. Rejects only with what is no error of AWS's. */
export async function examine(subject: Subject): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const [name, check] of CHECKS) {
    try {
      found.push(...(await check(subject)));
    } catch (error) {
      const failure = awsFailure(error, `looking at ${name}`)?.failure;
      const why =
        failure?.says ?? (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
      found.push(finding(name, 'unknown', `check failed: ${why}`, failure?.next));
    }
  }
  return found;
}
