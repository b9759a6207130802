// Questions to the user; without a terminal, an error that names the flag which answers beforehand.

import { badInput, CommandError, EXIT } from './exit.ts';
import type { Session } from './session.ts';

export async function confirmed(session: Session, question: string, flagGiven: boolean): Promise<void> {
  if (flagGiven) return;
  canAsk(session, '--yes');
  if (await session.outside.person.confirm(question)) return;
  throw new CommandError({ exit: EXIT.other, code: 'declined', says: 'nothing was changed' });
}

/** `wanted` typed once more, on the command line or at the terminal. */
export async function typedOnceMore(
  session: Session,
  {
    wanted,
    given,
    flag,
    question,
  }: { wanted: string; given: string | undefined; flag: string; question: string },
): Promise<void> {
  if (given === undefined) canAsk(session, `${flag} ${wanted}`);
  const typed = given ?? (await session.outside.person.text(question));
  if (typed !== wanted)
    throw badInput(
      `expected ${wanted} typed once more, found ${JSON.stringify(typed)}`,
      'nothing was changed',
    );
}

function canAsk({ outside, globals }: Session, flag: string): void {
  if (outside.interactive && !globals.json) return;
  throw badInput('this command needs confirmation and there is no terminal', `pass ${flag}`);
}
