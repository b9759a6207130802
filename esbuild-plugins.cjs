// Three changes that halve the bundles, none of which a handler can notice (docs/bundles.md has the sizes, and
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

/**
 * Lambda hands its credentials over in the environment. The default chain would bring SSO, profiles, web identity and
 * the metadata service along.
 */
const credentialsFromEnvironment = {
  name: 'credentials-from-environment',
  setup(build) {
    build.onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({
      path: 'credentials-from-environment',
      namespace: 'spotkeep',
    }));
    build.onLoad({ filter: /^credentials-from-environment$/, namespace: 'spotkeep' }, () => ({
      contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
      loader: 'js',
      resolveDir: __dirname,
    }));
  },
};

module.exports = [shakeSchemas, credentialsFromEnvironment];
