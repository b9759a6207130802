// Cases of the local region's own suite: named by what holds, run one after the other, skipped with a reason.

/** Thrown by a case that cannot run on this machine. */
export class Skipped extends Error {}

export interface Case {
  name: string;
  run(): Promise<void>;
}

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export const runCases = async (cases: readonly Case[], tally: Tally, filter: string): Promise<void> => {
  for (const { name, run } of cases) {
    if (!name.includes(filter)) continue;
    const began = Date.now();
    const seconds = (): string => `${((Date.now() - began) / 1000).toFixed(1)} s`;
    try {
      await run();
      tally.passed += 1;
      console.log(`ok       ${name} (${seconds()})`);
    } catch (error) {
      if (error instanceof Skipped) {
        tally.skipped += 1;
        console.log(`skipped  ${name}: ${error.message}`);
      } else {
        tally.failed += 1;
        console.log(
          `FAILED   ${name} (${seconds()})\n${error instanceof Error ? error.stack : String(error)}`,
        );
      }
    }
  }
};
