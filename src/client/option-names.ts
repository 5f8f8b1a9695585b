import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { HTTPTransportOptions } from '../transport/http-transport.ts';
import type { ClientOptions } from './options.ts';

/** Options that belong to the transport, and that a client made by `extend` cannot change without one of its own. */
export const TRANSPORT_OPTIONS = [
  'backend',
  'expectContinueMs',
  'http1',
  'http2',
  'limits',
  'parser',
  'proxy',
  'socket',
  'tls',
  'trustEnv',
] as const;

/** The options among them that belong to the transport. */
export function transportOptions(options: ClientOptions): HTTPTransportOptions {
  return Object.fromEntries(
    TRANSPORT_OPTIONS.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  );
}

const CLIENT_OPTIONS: ReadonlySet<string> = new Set([
  ...TRANSPORT_OPTIONS,
  'auth',
  'authScope',
  'baseURL',
  'cookies',
  'decode',
  'defaultEncoding',
  'headers',
  'hooks',
  'logger',
  'metrics',
  'middleware',
  'mounts',
  'params',
  'raiseForStatus',
  'redact',
  'redirect',
  'resume',
  'retry',
  'signal',
  'timeout',
  'trace',
  'transport',
]);
const BUILD_OPTIONS: readonly string[] = [
  'canonicalJSON',
  'content',
  'cookies',
  'extensions',
  'form',
  'headers',
  'json',
  'multipart',
  'params',
];
const SEND_OPTIONS: readonly string[] = [
  'auth',
  'onDownloadProgress',
  'onInformational',
  'onUploadProgress',
  'proxy',
  'raiseForStatus',
  'redirect',
  'resume',
  'retry',
  'signal',
  'timeout',
];

/** Names of the options that may be given where a request is built, or sent, or both. */
export const REQUEST_OPTIONS: Readonly<Record<'build' | 'request' | 'send', ReadonlySet<string>>> = {
  build: new Set(BUILD_OPTIONS),
  send: new Set([...SEND_OPTIONS, 'stream']),
  request: new Set([...BUILD_OPTIONS, ...SEND_OPTIONS]),
};

/** What other libraries call an option, and its name here. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  agent: "'transport' or 'socket'",
  allow_redirects: "'redirect'",
  baseUrl: "'baseURL'",
  base_url: "'baseURL'",
  body: "'content', 'json', 'form' or 'multipart'",
  cert: "'tls.cert'",
  data: "'form', 'json' or 'content'",
  default_encoding: "'defaultEncoding'",
  event_hooks: "'hooks'",
  files: "'multipart'",
  followRedirects: "'redirect'",
  follow_redirects: "'redirect'",
  maxRedirects: "'redirect.max'",
  max_redirects: "'redirect.max'",
  prefixUrl: "'baseURL'",
  proxies: "'proxy' or 'mounts'",
  query: "'params'",
  retries: "'retry'",
  searchParams: "'params'",
  throwHttpErrors: "'raiseForStatus'",
  timeouts: "'timeout'",
  trust_env: "'trustEnv'",
  verify: "'tls.rejectUnauthorized' or 'tls.ca'",
};

/** @throws InvalidArgument that names the option, for one that does not exist or would do nothing */
export function checkClientOptions(options: ClientOptions): void {
  checkNames(options, CLIENT_OPTIONS, 'a client');
  if (options.transport == null) return;
  const idle = TRANSPORT_OPTIONS.find((name) => options[name] !== undefined);
  if (idle !== undefined) {
    throw new InvalidArgument(
      `'${idle}' configures the built-in transport and would do nothing beside 'transport'; give it to that transport.`,
    );
  }
}

/** Whether options ask for another transport than the one that is there. */
export function needsTransport(options: ClientOptions): boolean {
  return options.transport != null || TRANSPORT_OPTIONS.some((name) => options[name] !== undefined);
}

const PLACES = { build: 'buildRequest()', request: 'a request', send: 'send()' } as const;

/** @throws InvalidArgument that names the option, for one that does not exist where it is given */
export function checkRequestOptions(options: object, place: 'build' | 'request' | 'send'): void {
  checkNames(options, REQUEST_OPTIONS[place], PLACES[place]);
}

function checkNames(options: object, known: ReadonlySet<string>, owner: string): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new InvalidArgument(`The options of ${owner} must be an object, not ${describeValue(options)}.`);
  }
  for (const name in options) {
    if (known.has(name)) continue;
    const other = Object.hasOwn(OTHER_NAMES, name) ? `; here it is ${OTHER_NAMES[name]!}` : '';
    const list = other === '' ? `; there are ${[...known].toSorted().join(', ')}` : '';
    throw new InvalidArgument(`'${name}' is not an option of ${owner}${other}${list}.`);
  }
}
