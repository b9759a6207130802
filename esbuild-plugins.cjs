// Changes that halve the bundles, none of which a handler can notice (docs/bundles.md has the sizes, and
// test/infra/bundle.test.ts holds what must stay the same).
'use strict';

const { readFileSync } = require('node:fs');

/**
 * The SDK's schema tables write `{ [_xN]: _i }` with `const _xN = "xmlName"`. A computed key is a side effect to
 * esbuild, which must then keep every operation's table. With the literals put in the tables become plain data and only
 * those of the commands in use remain.
 */
function plainKeys(source) {
  const literals = new Map();
  for (const [, name, value] of source.matchAll(/^const (_\w+) = ("(?:[^"\\]|\\.)*");$/gm))
    literals.set(name, value);
  return source.replace(/\[(_\w+)\]:/g, (whole, name) =>
    literals.has(name) ? `${literals.get(name)}:` : whole,
  );
}

/**
 * Each client registers a class for every error of its service, SSM 141 of them. An error without one still arrives as the
 * service's own exception with AWS's code as its name, which is what the error table reads. Kept are those that the
 * product tells apart by class.
 */
const ERRORS_TOLD_BY_CLASS = new Set(['ConditionalCheckFailedException']);

function withoutErrorClasses(source) {
  return source.replace(/^n0_registry\.registerError\(\w+\$, (\w+)\);$/gm, (whole, name) =>
    ERRORS_TOLD_BY_CLASS.has(name) ? whole : '',
  );
}

const shakeSchemas = {
  name: 'shake-schemas',
  setup(build) {
    build.onLoad({ filter: /[\\/]@aws-sdk[\\/].*[\\/]schemas[\\/]schemas_\d+\.js$/ }, ({ path }) => ({
      contents: withoutErrorClasses(plainKeys(readFileSync(path, 'utf8'))),
      loader: 'js',
    }));
  },
};

/** What the SDK brings along and no call of ours reaches, with what stands in its place. */
const STAND_INS = {
  // Lambda hands its credentials over in the environment. The default chain would bring SSO, profiles, web identity and
  // the metadata service along.
  '@aws-sdk/credential-provider-node':
    "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
  // DynamoDB has one endpoint per region; its client asks for others only where that is switched on.
  '@aws-sdk/middleware-endpoint-discovery': `
    export const resolveEndpointDiscoveryConfig = (config) => config;
    export const NODE_ENDPOINT_DISCOVERY_CONFIG_OPTIONS = {
      environmentVariableSelector: () => undefined,
      configFileSelector: () => undefined,
      default: undefined,
    };`,
  // EventBridge signs for several regions (SigV4A) only for a global endpoint, which has an id that is never sent here.
  '@aws-sdk/signature-v4-multi-region': `
    import { SignatureV4 } from '@smithy/signature-v4';
    export class SignatureV4MultiRegion extends SignatureV4 {
      static sigv4aDependency() { return 'none'; }
    }`,
  // No operation in use streams events.
  '@smithy/core/event-streams': `
    export class EventStreamSerde {
      constructor() { throw new Error('bundled without event streams'); }
    }
    export const eventStreamSerdeProvider = () => undefined;`,
};

const standIns = {
  name: 'stand-ins',
  setup(build) {
    const names = Object.keys(STAND_INS).map((name) => name.replaceAll('.', '\\.'));
    build.onResolve({ filter: new RegExp(`^(${names.join('|')})$`) }, ({ path }) => ({
      path,
      namespace: 'stand-in',
    }));
    build.onLoad({ filter: /./, namespace: 'stand-in' }, ({ path }) => ({
      contents: STAND_INS[path],
      loader: 'js',
      resolveDir: __dirname,
    }));
  },
};

/** Each client reads its own package.json, for its version only: it names itself in the user agent. */
const versionOnly = {
  name: 'version-only',
  setup(build) {
    build.onLoad({ filter: /[\\/]@aws-sdk[\\/][^\\/]+[\\/]package\.json$/ }, ({ path }) => ({
      contents: JSON.stringify({ version: JSON.parse(readFileSync(path, 'utf8')).version }),
      loader: 'json',
    }));
  },
};

module.exports = [shakeSchemas, standIns, versionOnly];
