// Which running region `spotkeep local interrupt …` is meant for. What was typed goes before the environment, and the
// environment before the usual port: a region on the usual port must not be hit when another one was named.

import { LocalError } from './process/local-error.ts';

/** An option of the command line, and where its value is from. */
export interface TypedOption {
  value: string | undefined;
  from: 'cli' | 'env' | 'default';
}

const addressOf = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new LocalError(`--endpoint-url: expected an address such as http://127.0.0.1:4567, found ${text}`);
};

const onPort = (text: string | undefined): URL => {
  const port = text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= 1 && port <= 65_535) return new URL(`http://127.0.0.1:${port}`);
  throw new LocalError(`--port: expected a number from 1 to 65535, found ${text ?? 'nothing'}`);
};

const OF_THIS_MACHINE: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

const isSame = (one: URL, other: URL): boolean =>
  one.port === other.port && (one.hostname === other.hostname || OF_THIS_MACHINE.has(one.hostname));

/** The region's own address, without a path. */
export const troubleAddress = ({
  port,
  endpointUrl,
}: {
  port: TypedOption;
  endpointUrl: TypedOption;
}): string => {
  const named = endpointUrl.value === undefined || endpointUrl.value === '' ? undefined : endpointUrl.value;
  if (named === undefined) return onPort(port.value).origin;
  if (port.from !== 'cli') return addressOf(named).origin;
  const there = onPort(port.value);
  if (endpointUrl.from === 'cli' && !isSame(addressOf(named), there))
    throw new LocalError(
      `--port ${port.value} and --endpoint-url ${named} name two regions: give one of them`,
    );
  return there.origin;
};
