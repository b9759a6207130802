// Puts the host's scripts together at package time: each one self-contained, from its own file, the parts it names in
// its second line (`# parts: …`), the decision table and the parameters' patterns. There is no second copy: what is
// shipped in the SSM documents and the user data, and what the tests run, is what these functions return.
//
// Reads files: for packaging and tests only, never inside a Lambda.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { HostDocument } from '../port/commands.ts';
import { DOCUMENTS, type Row, STAGES, stagesOf } from './decision.ts';
import { PARAMETERS } from './parameters.ts';

export type HostProgram = 'drain' | 'watch' | 'check-marker' | 'boothook';

const PROGRAMS_ON_HOST = ['check-marker', 'drain', 'watch'] as const;

/** EC2's limit for user data, bytes before base64. */
export const USER_DATA_LIMIT = 16_384;

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

// SSM documents and user data have size limits, and comments are for readers of the repository.
const withoutComments = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '' && (!/^\s*#/.test(line) || line.includes('# shellcheck disable=')))
    .join('\n');

const source = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

function partsOf(script: string): string[] {
  const line = script.split('\n', 1)[0] ?? '';
  if (!line.startsWith('# parts:')) throw new Error('a host script begins with the line "# parts: …"');
  return line.slice('# parts:'.length).split(' ').filter(Boolean);
}

function rowText(row: Row): string {
  const conditions = Object.entries(row.when).map(([name, wanted]) =>
    ['is', name, ...[wanted].flat()].map((word, i) => (i === 0 ? word : quote(word))).join(' '),
  );
  const fields = [
    row.id,
    row.answer,
    String(row.ok),
    row.remedy ?? '',
    String(row.hold ?? false),
    row.effects.join(' '),
    row.say,
  ];
  const act = `row ${fields.map(quote).join(' ')}`;
  if (conditions.length === 0) return `      ${act}`;
  return `      if ${conditions.join(' && ')}; then\n        ${act}\n        return 0\n      fi`;
}

function decideText(document: HostDocument): string {
  const cases = [...new Set(stagesOf(document))].map(
    (stage) => `    ${stage})\n${(STAGES.get(stage) ?? []).map(rowText).join('\n')}\n      ;;`,
  );
  return `decide() {\n  case "$1" in\n${cases.join('\n')}\n  esac\n}`;
}

const PARAMETER_NAMES = [...new Set(Object.values(PARAMETERS).flatMap((list) => Object.keys(list)))];

// Parts are shared by documents with fewer parameters: those are `none`, whatever the environment says.
const foreignText = (own: readonly string[], body: string): string =>
  PARAMETER_NAMES.filter((name) => !own.includes(name) && body.includes(`SSM_${name}`))
    .map((name) => `SSM_${name}=none`)
    .join('\n');

function parametersText(document: HostDocument): string {
  const list = Object.entries(PARAMETERS[document]);
  const defaults = list.map(([name]) => `SSM_${name}=\${SSM_${name}-}`);
  const checks = list.map(
    ([name, { pattern }]) =>
      `  pattern=${quote(pattern)}\n  if [[ ! $SSM_${name} =~ $pattern || $SSM_${name} == *$'\\n'* ]]; then\n    detail ${quote(name)}\n    observe parameters invalid\n  fi`,
  );
  return [
    ...defaults,
    `observe_parameters() {\n  local pattern\n  observe parameters valid\n${checks.join('\n')}\n}`,
  ].join('\n');
}

// 2317: functions are called by name (observe_…, effect_…). 2034: parts set what not every document reads.
// 2016: Go templates and inner shells are meant as they stand.
const head = (constants: string): string =>
  `#!/bin/bash\n# shellcheck disable=SC2317,SC2034,SC2016\nset -u -o pipefail\nexport LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/bin\numask 022\n${constants}`;

const bodyOf = (script: string): string =>
  [...partsOf(script).map((part) => source(`part/${part}.sh`)), script].map(withoutComments).join('\n');

/** The script of one SSM document, as it is shipped. Parameters come in as environment variables `SSM_<name>`. */
export function hostScript(document: HostDocument): string {
  const { stages, between } = DOCUMENTS[document];
  const constants = [
    `DOCUMENT=${document}`,
    `FIRST=${quote(stages[0] ?? '')}`,
    `BETWEEN=${quote(between ?? '')}`,
  ].join('\n');
  const body = bodyOf(source(`${document}.sh`));
  return [
    head(constants),
    foreignText(Object.keys(PARAMETERS[document]), body),
    body,
    parametersText(document),
    decideText(document),
    ...stages.map((stage) => `stage ${quote(stage)}`),
    '',
  ].join('\n');
}

// The boothook carries the others as they are; what travels is packed as a whole.
function unpackText(): string {
  const cases = PROGRAMS_ON_HOST.map(
    (name) => `    ${name})\n      cat <<'SPOTKEEP_END'\n${hostProgram(name)}SPOTKEEP_END\n      ;;`,
  );
  return `unpack() {\n  case "$1" in\n${cases.join('\n')}\n  esac\n}`;
}

/** A program that lives on the host: what the boothook installs, or the boothook itself. */
export function hostProgram(program: HostProgram): string {
  const body = bodyOf(source(`${program}.sh`));
  return [head(''), foreignText([], body), ...(program === 'boothook' ? [unpackText()] : []), body, ''].join(
    '\n',
  );
}

/** User data of the launch template: cloud-init runs it first at every boot. */
export function boothookUserData(): string {
  const packed = gzipSync(hostProgram('boothook'), { level: 9 }).toString('base64');
  const text = `#cloud-boothook
#!/bin/bash
set -u -o pipefail
mkdir -p /var/lib/spotkeep/host
base64 -d <<'SPOTKEEP_END' | gunzip >/var/lib/spotkeep/host/boothook
${packed.replaceAll(/.{100}/g, '$&\n')}
SPOTKEEP_END
exec /bin/bash /var/lib/spotkeep/host/boothook
`;
  if (Buffer.byteLength(text) > USER_DATA_LIMIT)
    throw new Error(`user data has ${Buffer.byteLength(text)} bytes, EC2 takes ${USER_DATA_LIMIT}`);
  return text;
}

const GUARD_UNIT = `[Unit]
Description=Spotkeep: Docker never starts beside the volume
DefaultDependencies=no
RequiresMountsFor=/var/lib
After=local-fs.target
Before=docker.service docker.socket containerd.service sysinit.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/bash /opt/spotkeep/boothook
[Install]
WantedBy=sysinit.target
`;

/** User data for Flatcar, which has no boothooks: Ignition writes the files and units before the first start. */
export function ignitionUserData(): string {
  const packed = gzipSync(hostProgram('boothook'), { level: 9 }).toString('base64');
  const masked = ['docker.socket', 'docker.service', 'containerd.service'].map((name) => ({
    name,
    mask: true,
  }));
  return JSON.stringify({
    ignition: { version: '3.3.0' },
    storage: {
      files: [
        {
          path: '/opt/spotkeep/boothook',
          mode: 0o700,
          contents: { compression: 'gzip', source: `data:;base64,${packed}` },
        },
      ],
    },
    systemd: { units: [{ name: 'spotkeep-guard.service', enabled: true, contents: GUARD_UNIT }, ...masked] },
  });
}
