// One configuration for every SDK client of the command: profile, region, endpoint. The local region takes any
// credentials, so that it can be tried before anybody has an AWS account.

import type { Connection } from '../session/outside.ts';

/** Above the longest function that is invoked and waited for (30 s), and three tries by the SDK. */
const REQUEST_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 5_000;
const LOCAL_REGION = 'eu-west-1';
const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

export function isLocal(endpointUrl: string | undefined): boolean {
  if (endpointUrl === undefined || !URL.canParse(endpointUrl)) return false;
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(endpointUrl).hostname);
}

export function clientConfig(
  { profile, region, endpointUrl }: Connection,
  env: Readonly<Record<string, string | undefined>>,
) {
  const local = isLocal(endpointUrl);
  const own = profile !== undefined || env.AWS_PROFILE !== undefined || env.AWS_ACCESS_KEY_ID !== undefined;
  return {
    ...(profile !== undefined && { profile }),
    ...(region !== undefined ? { region } : local && !own && { region: LOCAL_REGION }),
    ...(endpointUrl !== undefined && { endpoint: endpointUrl }),
    ...(local && !own && { credentials: LOCAL_CREDENTIALS }),
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  };
}
