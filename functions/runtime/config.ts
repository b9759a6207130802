// The one place where the environment is read: parsed once, refused with the variable's name.

import * as z from 'zod/mini';

const text = z.string().check(z.minLength(1));

const environment = z.object({
  AWS_REGION: text,
  SPOTKEEP_STAGE: text,
  SPOTKEEP_TABLE: text,
  SPOTKEEP_BUS: text,
  SPOTKEEP_DOCUMENT_PREFIX: text,
  SPOTKEEP_LAUNCH_TEMPLATE: text,
  SPOTKEEP_ACCOUNT: text,
  SPOTKEEP_PARAMETER_PATH: text,
});

export interface Config {
  region: string;
  stage: string;
  table: string;
  bus: string;
  documentPrefix: string;
  launchTemplate: string;
  account: string;
  parameterPath: string;
}

/** Throws with the name of the first variable that is missing. */
export const readConfig = (env: Record<string, string | undefined>): Config => {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    throw new Error(`environment: ${parsed.error.issues[0]?.path.join('.')} is missing`);
  }
  const { data } = parsed;
  return {
    region: data.AWS_REGION,
    stage: data.SPOTKEEP_STAGE,
    table: data.SPOTKEEP_TABLE,
    bus: data.SPOTKEEP_BUS,
    documentPrefix: data.SPOTKEEP_DOCUMENT_PREFIX,
    launchTemplate: data.SPOTKEEP_LAUNCH_TEMPLATE,
    account: data.SPOTKEEP_ACCOUNT,
    parameterPath: data.SPOTKEEP_PARAMETER_PATH,
  };
};
