import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { Timeout } from '../models/timeout.ts';
import { parseArguments, type ParsedArguments } from './argument-parser.ts';
import { REQUEST_SPECS } from './request-specs.ts';

/** Name and value. */
type Pair = readonly [name: string, value: string];

/** The one body of a request, as it was asked for; nothing has been opened yet. */
export type BodyChoice =
  | { readonly kind: 'content'; readonly text: string }
  | { readonly kind: 'json'; readonly text: string }
  | { readonly kind: 'form'; readonly fields: readonly Pair[] }
  | { readonly kind: 'multipart'; readonly fields: readonly Pair[]; readonly files: readonly Pair[] };

/** The way to authenticate, as it was asked for; nothing has been read yet. */
type AuthChoice =
  | { readonly kind: 'basic' | 'digest'; readonly user: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string }
  | { readonly kind: 'netrc'; readonly file: string | null };

/** What the command line of a request says. */
export interface RequestCommandLine {
  readonly method: string;
  /** As it was typed. */
  readonly url: string;
  readonly params: readonly Pair[];
  readonly headers: readonly Pair[];
  /** Names of fields that must not be sent. */
  readonly removedHeaders: readonly string[];
  readonly cookies: readonly Pair[];
  readonly body: BodyChoice | null;
  readonly auth: AuthChoice | null;
  readonly followsRedirects: boolean;
  readonly timeout: Partial<Timeout>;
  readonly verifies: boolean;
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  readonly unixSocket: string | null;
  /** `environment`: what its variables say; null for a direct connection. */
  readonly proxy: { readonly url: string } | 'environment' | null;
  readonly backend: string | null;
  /** HTTP/2 is offered to servers. */
  readonly offersHTTP2: boolean;
  /** `suggested`: under the name that server or URL suggest. */
  readonly download: { readonly path: string } | 'suggested' | null;
  readonly output: 'all' | 'body' | 'json';
  readonly raises: boolean;
  readonly isVerbose: boolean;
  readonly showsSecrets: boolean;
  readonly colour: boolean | undefined;
}

/** What is asked for: a request, or a text about the command. */
export type Invocation =
  | { readonly kind: 'help' | 'version' }
  | { readonly kind: 'request'; readonly line: RequestCommandLine };

/**
 * Reads the command line of a request.
 *
 * @throws InvalidArgument if it makes no sense
 */
export function readCommandLine(argv: readonly string[]): Invocation {
  const parsed = parseArguments(argv, REQUEST_SPECS);
  if (parsed.options.has('help')) return { kind: 'help' };
  if (parsed.options.has('version')) return { kind: 'version' };
  const read = new OptionReader(parsed);
  const body = readBody(read);
  const headers = read.pairs('headers', splitField);
  const { method, url } = readTarget(parsed.positionals, read.text('method'), body !== null);
  if (read.has('key') && !read.has('cert')) throw new InvalidArgument("'--key' needs '--cert' beside it.");
  if (read.has('color') && read.has('no-color')) {
    throw new InvalidArgument("Give '--color' or '--no-color', not both.");
  }
  return {
    kind: 'request',
    line: {
      method,
      url,
      params: read.pairs('params'),
      headers: headers.filter(({ length }) => length === 2) as Pair[],
      removedHeaders: headers.filter(({ length }) => length === 1).map(([name]) => name),
      cookies: read.pairs('cookies'),
      body,
      auth: readAuth(read),
      followsRedirects: read.has('follow-redirects'),
      timeout: readTimeout(read),
      verifies: !read.has('no-verify'),
      ca: read.text('ca'),
      cert: read.text('cert'),
      key: read.text('key'),
      unixSocket: read.text('unix-socket'),
      proxy: readProxy(read),
      backend: read.text('backend'),
      offersHTTP2: read.has('http2'),
      download: readDownload(read),
      output: readOutput(read),
      raises: read.has('raise'),
      isVerbose: read.has('verbose'),
      showsSecrets: read.has('show-secrets'),
      colour: read.has('color') ? true : read.has('no-color') ? false : undefined,
    },
  };
}

/** Gives the values of options in the shapes that they have here. */
class OptionReader {
  readonly #options: ParsedArguments['options'];

  constructor({ options }: ParsedArguments) {
    this.#options = options;
  }

  has(name: string): boolean {
    return this.#options.has(name);
  }

  text(name: string): string | null {
    return this.#options.get(name)?.[0]?.[0] ?? null;
  }

  pairs(name: string): Pair[];
  pairs<T>(name: string, split: (values: readonly string[]) => T): T[];
  pairs(name: string, split: (values: readonly string[]) => unknown = (values) => values): unknown[] {
    return (this.#options.get(name) ?? []).map(split);
  }

  seconds(name: string): number | null | undefined {
    const text = this.text(name);
    if (text === null) return undefined;
    if (!/^\d*\.?\d+$/.test(text)) {
      throw new InvalidArgument(`'--${name}' must be a number of seconds, 0 for no limit, not '${text}'.`);
    }
    return Number(text) === 0 ? null : Number(text) * 1000;
  }
}

/** `[METHOD] URL`, the method also as an option. */
function readTarget(
  positionals: readonly string[],
  option: string | null,
  hasBody: boolean,
): { readonly method: string; readonly url: string } {
  const url = positionals.at(-1);
  if (url === undefined) throw new InvalidArgument('A URL is missing.');
  if (positionals.length > 2)
    throw new InvalidArgument(`There is an argument too many: '${positionals[2]!}'.`);
  const written = positionals.length === 2 ? positionals[0]! : null;
  if (written !== null && !/^[A-Za-z][A-Za-z0-9-]*$/.test(written)) {
    const hint = /^\s*[[{"]/.test(written) ? " For a JSON body use '--json-body' (-j)." : '';
    throw new InvalidArgument(`'${written}' stands where the method belongs: ternhttp [METHOD] URL.${hint}`);
  }
  if (written !== null && option !== null) {
    throw new InvalidArgument(`The method is given twice: '${written}' and '--method ${option}'.`);
  }
  return { method: written ?? option ?? (hasBody ? 'POST' : 'GET'), url };
}

function readAuth(read: OptionReader): AuthChoice | null {
  const given = ['auth', 'digest', 'bearer', 'netrc', 'netrc-file'].filter((name) => read.has(name));
  if (given.length > 1) throw new InvalidArgument(`Give '--${given[0]!}' or '--${given[1]!}', not both.`);
  const [basic] = read.pairs('auth');
  if (basic !== undefined) return { kind: 'basic', user: basic[0], password: basic[1] };
  const [digest] = read.pairs('digest');
  if (digest !== undefined) return { kind: 'digest', user: digest[0], password: digest[1] };
  const token = read.text('bearer');
  if (token !== null) return { kind: 'bearer', token };
  const file = read.text('netrc-file');
  return file !== null || read.has('netrc') ? { kind: 'netrc', file } : null;
}

function readBody(read: OptionReader): BodyChoice | null {
  const content = read.text('content');
  const json = read.text('json-body');
  const fields = read.pairs('form');
  const files = read.pairs('files');
  const given = [
    ...(content === null ? [] : ['--content']),
    ...(json === null ? [] : ['--json-body']),
    ...(fields.length + files.length === 0 ? [] : [files.length === 0 ? '--form' : '--files']),
  ];
  if (given.length > 1) {
    throw new InvalidArgument(`A request has one body, but '${given.join("' and '")}' give several.`);
  }
  if (content !== null) return { kind: 'content', text: content };
  if (json !== null) return { kind: 'json', text: json };
  if (files.length > 0) return { kind: 'multipart', fields, files };
  return fields.length > 0 ? { kind: 'form', fields } : null;
}

/** `NAME VALUE`, `NAME: VALUE`, or `NAME:`, which has no value. */
function splitField(values: readonly string[]): Pair | readonly [name: string] {
  if (values.length === 2) return values as unknown as Pair;
  const [text = ''] = values;
  const colon = text.indexOf(':');
  const value = text.slice(colon + 1).trim();
  return value === '' ? [text.slice(0, colon)] : [text.slice(0, colon), value];
}

function readTimeout(read: OptionReader): Partial<Timeout> {
  const every = read.seconds('timeout');
  const connect = read.seconds('timeout-connect');
  const firstByte = read.seconds('timeout-first-byte');
  const total = read.seconds('timeout-total');
  return {
    ...(every === undefined ? {} : { pool: every, connect: every, write: every, read: every }),
    ...(connect === undefined ? {} : { connect }),
    ...(firstByte === undefined ? {} : { firstByte }),
    ...(total === undefined ? {} : { total }),
  };
}

function readProxy(read: OptionReader): RequestCommandLine['proxy'] {
  const url = read.text('proxy');
  if (url === null) return read.has('no-proxy') ? null : 'environment';
  if (read.has('no-proxy')) throw new InvalidArgument("Give '--proxy' or '--no-proxy', not both.");
  return { url: url.includes('://') ? url : `http://${url}` };
}

function readDownload(read: OptionReader): RequestCommandLine['download'] {
  const path = read.text('download');
  if (path === null) return read.has('remote-name') ? 'suggested' : null;
  if (read.has('remote-name')) throw new InvalidArgument("Give '--download' or '--remote-name', not both.");
  if (path === '-') throw new InvalidArgument("To write the body to standard output use '--body'.");
  if (path === '') throw new InvalidArgument("'--download' needs the name of a file.");
  return { path };
}

function readOutput(read: OptionReader): RequestCommandLine['output'] {
  if (!read.has('body')) return read.has('json') ? 'json' : 'all';
  if (read.has('json')) throw new InvalidArgument("Give '--body' or '--json', not both.");
  if (read.has('download') || read.has('remote-name')) {
    throw new InvalidArgument("With '--download' or '--remote-name' the body is saved; leave '--body' out.");
  }
  return 'body';
}
