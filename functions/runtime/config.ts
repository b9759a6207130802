// The one place where the environment is read: all of it at once, refused with the variable's name.

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
  const text = (name: string): string => {
    const value = env[name];
    if (!value) throw new Error(`environment: ${name} is missing`);
    return value;
  };
  return {
    region: text('AWS_REGION'),
    stage: text('SPOTKEEP_STAGE'),
    table: text('SPOTKEEP_TABLE'),
    bus: text('SPOTKEEP_BUS'),
    documentPrefix: text('SPOTKEEP_DOCUMENT_PREFIX'),
    launchTemplate: text('SPOTKEEP_LAUNCH_TEMPLATE'),
    account: text('SPOTKEEP_ACCOUNT'),
    parameterPath: text('SPOTKEEP_PARAMETER_PATH'),
  };
};
