// Writes docs/commands.md from the command's own definitions; a test compares. Run it after a change of cli/program/.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { commandsPage } from '../cli/program/commands-page.ts';
import { ROOT } from '../infra/package/osls.ts';

const file = path.join(ROOT, 'docs', 'commands.md');
writeFileSync(file, await commandsPage());
process.stdout.write(`${path.relative(process.cwd(), file)} written\n`);
