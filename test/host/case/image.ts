// The images' differences: the table knows each of them, and everything works where /usr cannot be written (Flatcar, whose
// Docker comes as a system extension below it).

import { existsSync, readFileSync } from 'node:fs';
import { hostProgram } from '../../../shared/host/assemble.ts';
import { type Bench, expect } from '../bench.ts';
import type { Case } from '../cases.ts';

const ECS = '/usr/lib/systemd/system/ecs.service';

/** What os-release says there, and what the boothook must make of it. */
const IMAGES: { name: string; release: string; ecs?: true; installs: string; agent: string }[] = [
  {
    name: 'amazon-linux-2023-ecs',
    release: 'NAME="Amazon Linux"\nVERSION="2023"\nID="amzn"\nID_LIKE="fedora"\nVERSION_ID="2023"',
    ecs: true,
    installs: 'dnf install -y docker',
    agent: 'amazon-ssm-agent.service',
  },
  {
    name: 'amazon-linux-2023',
    release: 'NAME="Amazon Linux"\nVERSION="2023"\nID="amzn"\nVERSION_ID="2023"',
    installs: 'dnf install -y docker',
    agent: 'amazon-ssm-agent.service',
  },
  {
    name: 'ubuntu-24.04',
    release: 'PRETTY_NAME="Ubuntu 24.04.2 LTS"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian',
    installs: 'apt-get install -y --no-install-recommends docker.io',
    agent: 'snap.amazon-ssm-agent.amazon-ssm-agent.service',
  },
  {
    name: 'flatcar',
    release:
      'NAME="Flatcar Container Linux by Kinvolk"\nID=flatcar\nID_LIKE=coreos\nVERSION=4152.2.1\nVERSION_ID=4152.2.1',
    installs: 'true',
    agent: 'amazon-ssm-agent.service',
  },
  {
    name: 'debian',
    release: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian',
    installs: 'apt-get install -y --no-install-recommends docker.io',
    agent: 'amazon-ssm-agent.service',
  },
  { name: 'other', release: 'ID=arch', installs: 'true', agent: '' },
];

async function table(bench: Bench): Promise<void> {
  const instance = await bench.launch();
  for (const { name, release, ecs, installs, agent } of IMAGES) {
    await instance.inside(
      `rm -f /etc/os-release ${ECS} /etc/systemd/system/*ssm-agent*/50-spotkeep.conf; printf '%s\\n' '${release}' >/etc/os-release; ${ecs ? `touch ${ECS};` : ''} bash /var/lib/spotkeep/host/boothook`,
    );
    const at = (file: string): string => `${instance.root}${file}`;
    const known = readFileSync(at('/run/spotkeep/guarded'), 'utf8').trim();
    expect(`${name} is known`, known === name, known);
    const prepare = readFileSync(at('/var/lib/spotkeep/host/prepare'), 'utf8');
    expect(
      `what ${name} installs`,
      prepare.split('\n')[2]?.endsWith(installs) || prepare.includes(installs),
      prepare,
    );
    const spared = existsSync(at(`/etc/systemd/system/${agent}.d/50-spotkeep.conf`));
    expect(`${name}: its agent is spared`, spared === (agent !== ''), agent);
  }
}

async function readOnlyUsr(bench: Bench): Promise<void> {
  const instance = await bench.launch({ boothook: false, dockerAtBoot: true });
  await instance.inside(
    `mkdir -p /opt/spotkeep; cat >/opt/spotkeep/boothook <<'BOOTHOOK_END'\n${hostProgram('boothook')}BOOTHOOK_END
rm /etc/os-release; echo ID=flatcar >/etc/os-release; mount --bind /usr /usr; mount -o remount,bind,ro /usr; ! touch /usr/x
bash /opt/spotkeep/boothook`,
  );
  expect('it is known', (await instance.inside('cat /run/spotkeep/guarded')) === 'flatcar');
  const dataset = bench.dataset();
  await bench.serving(instance, dataset);
  await bench.write(instance);
  await bench.untilAcknowledged(instance, 5);
  await bench.row(instance, 'probe', dataset, 'report-serving');
  await bench.row(instance, 'stop', dataset, 'stopped-done');
}

export const IMAGE: Case[] = [
  { name: 'each image is known by the one table, with what it installs and its agent', test: table },
  { name: 'a read-only /usr is enough for all of it', test: readOnlyUsr },
];
