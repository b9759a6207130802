// Adds the SSM documents and the launch templates' user data to the template while the framework packages, and writes the
// stage into the keys of conditions on its tag.
// A plugin and not `${file(…)}`, because the framework resolves `${…}` in whatever a file returns, and shell text is
// full of it. The content is made by host-assets.ts, so this needs a Node that strips types (scripts/run.mjs sees to it).
'use strict';

class HostPlugin {
  constructor(serverless) {
    this.hooks = {
      'before:package:finalize': async () => {
        const { ssmDocuments, userData } = await import('./host-assets.ts');
        const { service } = serverless;
        const stage = serverless.getProvider('aws').getStage();
        const { Resources } = service.resources;
        for (const [logicalId, resource] of Object.entries(Resources))
          Resources[logicalId] = stageKeys(resource, stage);
        Object.assign(Resources, ssmDocuments(stage));
        for (const [logicalId, content] of Object.entries(userData())) {
          const { Properties } = Resources[logicalId];
          // A copy: the templates share their data through a YAML anchor.
          Properties.LaunchTemplateData = { ...Properties.LaunchTemplateData, UserData: content };
        }
      },
    };
  }
}

/** The framework resolves variables in values only; a condition on the stage's tag has the stage in its key. */
function stageKeys(value, stage) {
  if (Array.isArray(value)) return value.map((one) => stageKeys(one, stage));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key.replace('spotkeep:stage:<stage>', `spotkeep:stage:${stage}`),
      stageKeys(one, stage),
    ]),
  );
}

module.exports = HostPlugin;
