// The text of a new definition: as short as a definition can be, with a comment for everything that may want changing.
// What is not written here has the default that docs/definition.md names.

import type { Architecture } from '../../shared/definition/definition.ts';

export interface Answers {
  name: string;
  region: string;
  architecture: Architecture;
  zones: { zone: string; subnetId: string }[];
  securityGroup: string;
  sizeGiB: number;
  timeZone: string;
  /** `mon-fri 09:00-18:00`, or `always`. */
  hours: { days: string; from: string; to: string } | 'always';
  /** Path of a setup script beside the definition; empty for none. */
  setup: string;
}

/** Types of 2 vCPUs and 8 GiB or more: many types mean many chances to get, and keep, a Spot instance. */
export const TYPES: Record<Architecture, readonly string[]> = {
  x86_64: [
    'm7i.large',
    'm7a.large',
    'm6i.large',
    'm6a.large',
    'm5.large',
    'm5a.large',
    'r7i.large',
    'r6i.large',
    'r6a.large',
    'r5.large',
  ],
  arm64: [
    'm8g.large',
    'm7g.large',
    'm6g.large',
    'm6gd.large',
    'm7gd.large',
    'r8g.large',
    'r7g.large',
    'r6g.large',
    'r6gd.large',
    'r7gd.large',
  ],
};

export const definitionText = (
  answers: Answers,
): string => `# A workload of Spotkeep. Every field: docs/definition.md. Check it: spotkeep validate -f THIS-FILE

# Part of tags and parameter paths; never changes.
name: ${answers.name}
region: ${answers.region}

# The one volume with all the data, mounted at /var/lib/docker.
volume:
  # GiB. Can grow later, never shrink.
  sizeGiB: ${answers.sizeGiB}
  type: gp3
  # Where it is created. Later it moves to where there is capacity.
  firstZone: ${answers.zones[0]?.zone ?? ''}
  # To take over an existing volume instead of all of the above: {adopt: vol-…, fileSystem: ext4}

capacity:
  # Of instances and container images alike; never changes.
  architecture: ${answers.architecture}
  # Many types mean many chances to get, and keep, a Spot instance.
  instanceTypes:
${TYPES[answers.architecture].map((type) => `    - ${type}`).join('\n')}
  # One subnet a zone.
  zones:
${answers.zones.map(({ zone, subnetId }) => `    ${zone}: ${subnetId}`).join('\n')}
  # Or {fallbackAfterMinutes: 20}: pay the on-demand price when Spot has nothing for that long.
  onDemand: never

network:
  securityGroups:
    - ${answers.securityGroup}
  # Or eipalloc-…, an Elastic IP that follows the service.
  address: none

${setupText(answers.setup)}
schedule:
  # The hours below are local times here, through summer and winter time.
  timeZone: ${answers.timeZone}
${hoursText(answers.hours)}
  # Dates without windows, such as [2026-12-25, 2026-12-26].
  holidays: []

# container: what the containers report. Or {http: {port: 80, path: /health}}, {tcp: {port: 22}}.
health: container

# Snapshots: one after each stop, and at least one every 24 h. Spotkeep keeps one for each of the newest days, weeks, months.
backups: {afterStop: true, every: 24h, keep: {daily: 7, weekly: 4, monthly: 3}}

# Containers that write outside the volume would lose those files with the instance: refuse, or only warn.
unkeptBinds: refuse

# An SNS topic of this account and region for what needs an operator.
# notify: arn:aws:sns:${answers.region}:123456789012:my-topic
`;

const setupText = (setup: string): string =>
  setup === ''
    ? `# A script that is run once, as root, after the first start: it creates the containers. Without one, status says how to
# open a session and run them by hand.
# setup: {file: setup.sh}
`
    : `# Run once, as root, after the first start: it creates the containers. Afterwards they come back by themselves.
setup: {file: ${JSON.stringify(setup)}}
`;

const hoursText = (hours: Answers['hours']): string =>
  hours === 'always'
    ? '  always: true'
    : `  # \`to\` at or before \`from\` is the next day; "24:00" is midnight at the end.
  windows:
    - {days: ${hours.days}, from: "${hours.from}", to: "${hours.to}"}`;
