import {
  bearerAuth,
  type ClientOptions,
  CookieJar,
  formatHTTPDate,
  HTTPTransport,
  type MultipartValue,
  type RequestOptions,
} from '../../../src/index.ts';
import { anyAuth } from './any-auth.ts';
import { contentOf, type CurlCase, fill, type Placeholders } from './case.ts';
import type { Group, Options, Transfer } from './command.ts';
import { cookieHost, targetAsGiven, withHost } from './as-given.ts';
import { digestFirst } from './digest-first.ts';
import { baseName, parseFormPart } from './form-part.ts';
import { netrcAuthOf } from './netrc-auth.ts';
import { loadCookies, parseCookieFile } from './netscape-cookies.ts';
import { proxyOf } from './proxies.ts';
import { urlEncoded } from './url-encode.ts';

/** Everything that `Client.request` is called with. */
export interface Call {
  readonly method: string;
  readonly url: string;
  readonly options: RequestOptions;
}

/** What a translation needs besides the command line. */
export interface Surroundings {
  readonly values: Placeholders;
  /** Length of a second in milliseconds. */
  readonly second: number;
  /** The certificate of the authority that the servers have theirs from, if there are such servers. */
  readonly authority: string | null;
}

/** Milliseconds after which a case that hangs is given up; nothing in them takes as long. */
const STALL = 1000;

/** Options that choose the body of a request. */
const DATA = new Set(['data', 'data-binary', 'data-urlencode', 'json']);

/** The files of a case and its standard input, as Latin-1 text. */
export class Files {
  readonly #contents = new Map<string, string>();

  constructor(one: CurlCase, values: Placeholders) {
    for (const file of one.files ?? []) this.#contents.set(fill(file.name, values), contentOf(file, values));
    if (one.stdin !== undefined) this.#contents.set('-', contentOf(one.stdin, values));
  }

  has(name: string): boolean {
    return this.#contents.has(name);
  }

  readonly read = (name: string): string => {
    const content = this.#contents.get(name);
    if (content === undefined) throw new Error(`there is no file '${name}'`);
    return content;
  };
}

/** The options of the one client that makes all transfers of a command line. */
export function clientOptionsOf(
  groups: readonly Group[],
  files: Files,
  { values, second, authority }: Surroundings,
): ClientOptions & { readonly cookies: CookieJar } {
  const first = groups[0]!.options;
  const host = cookieHost(first);
  const url = withHost(fill(groups[0]!.transfers[0]!.url, values), host);
  const resolved = new Map(
    first.all('resolve').map((entry) => {
      const [host = '', , address = ''] = fill(entry, values).split(':');
      return [host, address] as const;
    }),
  );
  if (host !== null) resolved.set(host.toLowerCase(), '127.0.0.1');
  const maxSize = first.get('max-filesize');
  const continueTimeout = first.get('expect100-timeout');
  const localAddress = first.get('interface');
  return {
    // The fields that curl sends by itself are compared like all others.
    headers: {
      'User-Agent': `curl/${values['VERSION']!}`,
      Accept: '*/*',
      Connection: null,
      ...(groups.some(({ options }) => options.has('compressed')) ? {} : { 'Accept-Encoding': null }),
    },
    cookies: cookiesOf(first, url, files, values),
    timeout: STALL,
    ...proxying(first, values),
    ...(authority === null
      ? {}
      : { tls: first.has('insecure') ? { rejectUnauthorized: false } : { ca: authority } }),
    ...(maxSize === null ? {} : { decode: { maxBytes: Number(maxSize) } }),
    ...(continueTimeout === null ? {} : { expectContinueMs: Number(continueTimeout) * second }),
    socket: {
      ...(first.has('ipv4') ? { family: 4 } : {}),
      ...(localAddress === null ? {} : { localAddress }),
      ...(resolved.size === 0
        ? {}
        : {
            lookup: (hostname, _options, callback) => {
              const address = resolved.get(hostname);
              if (address === undefined)
                callback(new Error(`${hostname} is not among the resolved names`), []);
              else callback(null, [{ address, family: 4 }]);
            },
          }),
    },
  };
}

function proxying(
  options: Options,
  values: Placeholders,
): Pick<ClientOptions, 'mounts' | 'proxy' | 'trustEnv'> {
  const proxy = proxyOf(options, values);
  if (proxy !== null) return { proxy };
  if (options.has('proxy-user')) return { mounts: mountedProxies(options) };
  const direct = options.get('noproxy') ?? '';
  const hosts = direct.split(',').filter((host) => host !== '');
  return { trustEnv: true, mounts: Object.fromEntries(hosts.map((host) => [`all://${host}`, null])) };
}

/** Credentials of the command line count for the proxies of the environment, too. */
function mountedProxies(options: Options): Record<string, HTTPTransport> {
  const found = Object.entries({
    'http://': process.env['http_proxy'],
    'https://': process.env['https_proxy'],
  });
  return Object.fromEntries(
    found.flatMap(([pattern, url]) => {
      const proxy = url === undefined ? null : proxyOf(options, {}, url);
      return proxy === null ? [] : [[pattern, new HTTPTransport({ proxy })]];
    }),
  );
}

/** The call that makes one transfer. */
export function callOf(
  { options, transfers }: Group,
  transfer: Transfer,
  files: Files,
  around: Surroundings,
): Call {
  if (!transfers.includes(transfer)) throw new Error('the transfer is of another group');
  const { values, second } = around;
  const given = fill(transfer.url, values);
  const url = withHost(given, cookieHost(options));
  const body = bodyOf(options, transfer, url, files, values);
  const seconds = options.get('max-time');
  const retries = options.get('retry');
  const target = options.get('request-target') ?? targetAsGiven(given);
  const auth = authOf(options, url, files, values);
  return {
    method: methodOf(options, transfer),
    url: body.url,
    options: {
      ...body.body,
      headers: headersOf(options, body.headers, files, values),
      ...(auth === undefined ? {} : { auth }),
      ...(options.has('proxy') ? { proxy: proxyOf(options, values) } : {}),
      ...(target === null ? {} : { extensions: { target } }),
      ...(seconds === null ? {} : { timeout: { total: Number(seconds) * second } }),
      raiseForStatus: options.has('fail'),
      // curl repeats every method, and waits for a second at first.
      ...(retries === null
        ? {}
        : {
            retry: {
              attempts: Number(retries) + 1,
              methods: [methodOf(options, transfer)],
              backoff: { baseMs: 0 },
            },
          }),
      redirect:
        options.has('location') || options.has('follow')
          ? {
              max: Number(options.get('max-redirs') ?? 50),
              keepMethod: options.has('post301') || options.has('post302'),
              allowDowngrade: options.get('proto-redir') !== '-http',
            }
          : false,
    },
  };
}

function methodOf(options: Options, { upload }: Transfer): string {
  const custom = options.get('request');
  if (custom !== null) return custom;
  if (options.has('head')) return 'HEAD';
  if (options.has('get')) return 'GET';
  if (upload !== null) return 'PUT';
  return options.has('form') || options.names.some((name) => DATA.has(name)) ? 'POST' : 'GET';
}

interface Body {
  readonly url: string;
  readonly body: RequestOptions;
  readonly headers: Readonly<Record<string, string>>;
}

function bodyOf(
  options: Options,
  { upload }: Transfer,
  url: string,
  files: Files,
  values: Placeholders,
): Body {
  const offset = options.get('continue-at');
  if (upload !== null) {
    const name = fill(upload, values);
    const bytes = octets(files.read(name));
    const target = url.endsWith('/') && !url.includes('?') ? url + encodeURIComponent(baseName(name)) : url;
    // Of standard input the length is not known.
    if (name === '-') return { url: target, body: { content: streamed(bytes) }, headers: {} };
    if (offset === null) return { url: target, body: { content: bytes }, headers: {} };
    const range = `bytes ${offset}-${bytes.length - 1}/${bytes.length}`;
    return {
      url: target,
      body: { content: bytes.subarray(Number(offset)) },
      headers: { 'Content-Range': range },
    };
  }
  const headers = offset === null ? {} : { Range: `bytes=${offset}-` };
  const forms = options.all('form');
  if (forms.length > 0) {
    const multipart = forms.map((spec) => partOf(fill(spec, values), files));
    return { url, body: { multipart }, headers };
  }
  const data = dataOf(options, files, values);
  const withQuery = queryOf(options, url, files, values);
  if (data === null) return { url: withQuery, body: {}, headers };
  if (options.has('get') || options.has('head'))
    return { url: `${withQuery}${withQuery.includes('?') ? '&' : '?'}${data}`, body: {}, headers };
  const types = options.has('json')
    ? { 'Content-Type': 'application/json', Accept: 'application/json' }
    : { 'Content-Type': 'application/x-www-form-urlencoded' };
  return { url: withQuery, body: { content: octets(data) }, headers: { ...headers, ...types } };
}

/** The data of all options that give some, joined; null if there is none. */
function dataOf(options: Options, files: Files, values: Placeholders): string | null {
  let joined: string | null = null;
  for (const [name, raw] of options.pick(DATA)) {
    const value = fill(raw, values);
    let piece: string;
    if (name === 'data-urlencode') piece = urlEncoded(value, files.read);
    else if (!value.startsWith('@')) piece = value;
    else if (name === 'data') piece = files.read(value.slice(1)).replaceAll(/[\r\n\0]/g, '');
    else piece = files.read(value.slice(1));
    joined = joined === null ? piece : joined + (name === 'json' ? '' : '&') + piece;
  }
  return joined;
}

function queryOf(options: Options, url: string, files: Files, values: Placeholders): string {
  const pieces = options.all('url-query').map((raw) => {
    const value = fill(raw, values);
    return value.startsWith('+') ? value.slice(1) : urlEncoded(value, files.read);
  });
  return pieces.length === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${pieces.join('&')}`;
}

function partOf(spec: string, files: Files): readonly [string, MultipartValue] {
  const { name, content, type, filename } = parseFormPart(spec);
  const isPlain = 'text' in content && type === undefined && filename === null;
  if (isPlain) return [name, content.text];
  const bytes = octets('text' in content ? content.text : files.read(content.file));
  return [name, { content: bytes, filename, ...(type === undefined ? {} : { type }) }];
}

/** Fields that go with the request, as the command line adds, replaces and removes them; null removes one. */
function headersOf(
  options: Options,
  own: Readonly<Record<string, string>>,
  files: Files,
  values: Placeholders,
): Record<string, string[] | string | null> {
  const given = options.all('header').flatMap((line) => {
    const filled = fill(line, values);
    return filled.startsWith('@') ? files.read(filled.slice(1)).split(/\r?\n/) : [filled];
  });
  const custom = given.flatMap((line) => parseHeaderOption(line) ?? []);
  const range = options.get('range');
  const etag = options.get('etag-compare');
  const date = options.get('time-cond');
  const derived: Record<string, string> = {
    ...own,
    ...(range === null ? {} : { Range: `bytes=${range}` }),
    ...(date === null ? {} : { 'If-Modified-Since': formatHTTPDate(new Date(date)) }),
    ...(etag === null ? {} : { 'If-None-Match': etagIn(fill(etag, values), files) }),
    ...(options.has('user-agent') ? { 'User-Agent': options.get('user-agent')! } : {}),
    ...(options.has('referer') ? { Referer: options.get('referer')! } : {}),
  };
  const headers: Record<string, string[] | string | null> = {};
  for (const [name, value] of Object.entries(derived)) {
    if (!custom.some((other) => other.name.toLowerCase() === name.toLowerCase())) headers[name] = value;
  }
  for (const { name, value } of custom) {
    const earlier = headers[name];
    headers[name] = value === null || earlier == null ? value : [earlier, value].flat();
  }
  return headers;
}

/** The entity tag in a file; a file that is not there has an empty one. */
function etagIn(name: string, files: Files): string {
  return files.has(name) ? files.read(name).trim() : '""';
}

/** Reads `Name: value`; `Name:` removes a field, `Name;` sends it empty, and what has neither is no field (null). */
export function parseHeaderOption(
  line: string,
): { readonly name: string; readonly value: string | null } | null {
  const parts = /^([^:;]+)(?::(.*)|;\s*)$/s.exec(line);
  if (parts === null) return null;
  const [, name = '', value] = parts;
  if (value === undefined) return { name, value: '' };
  return { name, value: value.trim() === '' ? null : value.trim() };
}

function authOf(options: Options, url: string, files: Files, values: Placeholders): RequestOptions['auth'] {
  const token = options.get('oauth2-bearer');
  if (token !== null) return bearerAuth(token);
  const netrc = options.get('netrc-file');
  if (netrc !== null) return netrcAuthOf(files.read(fill(netrc, values)));
  const [username, password] = userOf(options, url) ?? [];
  if (username === undefined || password === undefined) return undefined;
  if (options.has('anyauth')) return anyAuth(username, password);
  return options.has('digest') ? digestFirst(username, password) : [username, password];
}

/** Name and password of the options, or of the URL where they cannot be left to the client. */
function userOf(options: Options, url: string): readonly [username: string, password: string] | null {
  const user = options.get('user');
  if (user !== null) {
    const colon = user.indexOf(':');
    return [user.slice(0, colon), user.slice(colon + 1)];
  }
  if (!options.has('digest')) return null;
  const { username, password } = new URL(url);
  return [decodeURIComponent(username), decodeURIComponent(password)];
}

/** The jar: cookies given as text or in files, which curl sends to the host of the URL and keeps. */
function cookiesOf(options: Options, url: string, files: Files, values: Placeholders): CookieJar {
  const jar = new CookieJar(null, {
    // A URL that is no http one belongs to no host.
    ...(/^https?:/i.test(url) ? { url } : {}),
    isPublicSuffix: (domain) => domain === 'co.uk',
  });
  for (const raw of options.all('cookie')) {
    const value = fill(raw, values);
    if (!value.includes('=')) {
      if (!files.has(value)) continue;
      const lines = parseCookieFile(files.read(value));
      // A cookie without an end belongs to a session; such ones can be left behind.
      const kept = options.has('junk-session-cookies') ? lines.filter(({ expires }) => expires > 0) : lines;
      loadCookies(jar, kept);
      continue;
    }
    for (const pair of value.split(';')) {
      const [, name = '', content = ''] = /^\s*([^=]*)=(.*?)\s*$/s.exec(pair)!;
      jar.set(name, content);
    }
  }
  return jar;
}

function octets(latin1: string): Buffer {
  return Buffer.from(latin1, 'latin1');
}

// oxlint-disable-next-line typescript/require-await -- a stream is asynchronous by nature
async function* streamed(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
