// Adds the SSM documents and the launch templates' user data to the template while the framework packages.
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

module.exports = HostPlugin;
