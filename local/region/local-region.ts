// The simulated region under a template: its own tables, buses, documents, launch templates and networks, no chance of
// trouble but what is asked for, and AWS's slow steps sped up. Everything that draws chance goes through here in the
// journal's order, so that a replay ends where the first run did.

import { SimHosts } from '../../simulator/host/hosts.ts';
import type { Kernel } from '../../simulator/kernel/kernel.ts';
import { type Chance, createChance } from '../../simulator/kernel/random.ts';
import type { RegionCall } from '../../simulator/region/ec2-reads.ts';
import { changesNothing, Region } from '../../simulator/region/region.ts';
import type { DeliveredCommand, RegionEvent } from '../../simulator/region/state/context.ts';
import { FAULT_NAMES, type Rates } from '../../simulator/region/state/faults.ts';
import { fail, type Input, needText, recordOf, records, text } from '../../simulator/region/state/input.ts';
import type { SimTemplate } from '../../simulator/region/state/model.ts';
import type { Operation, OperationOutput } from '../../simulator/wire/operation.ts';
import { Asks } from '../events/asks.ts';
import { type BusDeps, LocalBus } from '../events/bus.ts';
import { eventsCalls } from '../events/events-calls.ts';
import type { Stack } from '../stack/types.ts';
import { ec2More } from './ec2-more.ts';
import { type Networks, stageTags } from './networks.ts';
import { tableCalls } from './table-calls.ts';

/** No random faults: only those that were asked for happen here. */
const QUIET = Object.fromEntries(FAULT_NAMES.map((name) => [name, 0])) as Rates;

export interface LocalRegionOptions {
  kernel: Kernel;
  stack: Stack;
  zones: readonly string[];
  networks: Networks;
  seed: number;
  /** Share of AWS's own times that launches, boots, attachments, snapshots take. */
  pace: () => number;
  /** See BusDeps. */
  ask: BusDeps['ask'];
  deadLetter: BusDeps['deadLetter'];
  isPast: BusDeps['isPast'];
  onTold: BusDeps['onTold'];
  onProblem: (text: string) => void;
}

/** Durations drawn in seconds are AWS's latencies and the hosts' warm-up; everything else keeps its time. */
const paced = (chance: Chance, pace: () => number): Chance => ({
  ...chance,
  seconds: (low, high) => chance.seconds(low * pace(), high * pace()),
});

export class LocalRegion extends Region {
  readonly stack: Stack;
  readonly networks: Networks;
  readonly bus: LocalBus;
  readonly asks = new Asks();
  readonly #pace: () => number;
  readonly #more: Record<string, Record<string, RegionCall>>;

  constructor(options: LocalRegionOptions, hosts: SimHosts) {
    const { stack, networks, kernel, pace } = options;
    const chances = new Map<string, Chance>();
    const chance = (label: string): Chance => {
      const made = chances.get(label) ?? paced(createChance(options.seed, label), pace);
      chances.set(label, made);
      return made;
    };
    super(
      {
        kernel,
        regionName: stack.region,
        zones: options.zones,
        chance,
        rates: QUIET,
        account: stack.accountId,
        deliver: () => undefined,
        published: () => undefined,
      },
      hosts,
    );
    this.stack = stack;
    this.networks = networks;
    this.#pace = pace;
    for (const { id, zone } of networks.subnets.values()) this.subnets.set(id, zone);
    for (const { id, name, tags } of stack.launchTemplates)
      this.templates.set(id, { id, name, version: 1, tags: { ...tags }, createdAt: kernel.now() });
    for (const { name, key, indexes } of stack.tables)
      this.dynamo.createTable({ name, key, indexes: [...indexes] });
    this.bus = new LocalBus({
      stack,
      kernel,
      chance: chance('bus'),
      switches: this.switches,
      pace,
      ask: options.ask,
      deadLetter: options.deadLetter,
      isPast: options.isPast,
      onTold: options.onTold,
      onProblem: options.onProblem,
    });
    this.#more = {
      events: eventsCalls(this.bus, stack),
      ec2: ec2More(this, networks),
      dynamodb: tableCalls(this.dynamo, stack),
    };
  }

  get pace(): number {
    return this.#pace();
  }

  addSubnet(id: string, zone: string): void {
    this.networks.subnets.set(id, { id, zone, tags: stageTags(this.stack) });
    this.subnets.set(id, zone);
  }

  override emit(event: RegionEvent): void {
    this.bus.emit(event);
  }

  /** At this moment. Throws RegionError as AWS refuses. */
  perform(operation: Operation): OperationOutput {
    const more = this.#more[operation.service]?.[operation.name];
    return more ? more(operation.input, this.kernel.now()) : this.applyNow(operation);
  }

  /**
   * Against what the template deploys: EC2 and Systems Manager know no other documents and launch templates. Not part of
   * `perform`: a newer template does not change what was accepted in the past.
   */
  check({ service, name, input }: Operation): void {
    if (service === 'ssm' && name === 'SendCommand') this.#checkCommand(input);
    if (service === 'ec2' && name === 'CreateFleet')
      for (const config of records(input, 'LaunchTemplateConfigs'))
        this.launchTemplateOf(recordOf(config, 'LaunchTemplateSpecification'));
  }

  /** A call of the past may name one that this template does not deploy any more: `check` has refused it where it had to be. */
  override templateFor(specification: Input): SimTemplate | undefined {
    const { LaunchTemplateId: id, LaunchTemplateName: name } = specification;
    return [...this.templates.values()].find((one) => one.id === id || one.name === name);
  }

  launchTemplateOf(specification: Input) {
    const id = text(specification, 'LaunchTemplateId');
    const name = text(specification, 'LaunchTemplateName');
    const found = this.stack.launchTemplates.find((one) => one.id === id || one.name === name);
    if (!found && id !== undefined)
      throw fail('ec2', 'InvalidLaunchTemplateId.NotFound', `The launch template ID '${id}' does not exist`);
    if (!found)
      throw fail(
        'ec2',
        'InvalidLaunchTemplateName.NotFoundException',
        `The specified launch template, with template name ${name}, does not exist.`,
      );
    return found;
  }

  #checkCommand(input: Input): void {
    const name = needText('ssm', input, 'DocumentName');
    const document = this.stack.documents.find((one) => one.name === name);
    if (!document) {
      if (name.startsWith('AWS-')) return;
      throw fail('ssm', 'InvalidDocument', `Document with name ${name} does not exist.`);
    }
    const given = recordOf(input, 'Parameters');
    for (const [parameter, values] of Object.entries(given)) {
      const rule = document.parameters.get(parameter);
      if (!rule) throw fail('ssm', 'InvalidParameters', `Parameter "${parameter}" is not expected.`);
      for (const value of [values].flat())
        if (rule.pattern && !rule.pattern.test(String(value)))
          throw fail(
            'ssm',
            'InvalidParameters',
            `Parameter "${parameter}" does not match the allowed pattern.`,
          );
    }
    for (const [parameter, { hasDefault }] of document.parameters)
      if (!hasDefault && !(parameter in given))
        throw fail('ssm', 'InvalidParameters', `Parameter "${parameter}" is missing.`);
  }
}

/** Changes nothing and draws no chance. */
export const isRead = ({ name, input }: Pick<Operation, 'name' | 'input'>): boolean =>
  changesNothing(name) || name === 'Scan' || input.DryRun === true;

export class LocalHosts extends SimHosts {
  /** A document that the simulated hosts do not know ends at once, with the reason. */
  override run(command: DeliveredCommand): void {
    if (command.document.startsWith('AWS-'))
      command.done({ status: 'Failed', output: 'a simulated host runs the documents of the template only' });
    else super.run(command);
  }
}
