import assert from 'node:assert/strict';
import { parseChallenges } from '../../../src/auth/challenge.ts';
import { contentOf, type CurlCase, type ExpectedRequest, fill, type Placeholders } from './case.ts';
import type { ReplayedRequest } from './replay-server.ts';

/** A request in the form in which two of them are compared. */
export interface ComparableRequest {
  readonly method: string;
  readonly target: string;
  /** `name: value`, names in lower case, sorted. */
  readonly fields: readonly string[];
  /** The body of the wire as Latin-1 text. */
  readonly body: string;
}

/** Ends the requests of a server that watched its connections; each stands for a connection that was closed. */
const DISCONNECT = '[DISCONNECT]\n';

/**
 * Compares what the server got with what curl sends: number and order of requests, methods, targets, fields and
 * bodies. `Expect` is left to each client; a boundary is any text; cookies are compared pair by
 * pair, in any order: that of cookies with equally long paths is not the same (RFC 6265bis §5.8.3 has the oldest first).
 *
 * @throws AssertionError
 */
export function compareRequests(
  one: CurlCase,
  expected: readonly ExpectedRequest[],
  got: readonly ReplayedRequest[],
  values: Placeholders,
): void {
  // How a proxy is told to keep a connection, and what CONNECT says besides credentials, is its own affair too.
  const ignored = new Set(['expect', 'proxy-connection']);
  const ignoredFor = (method: string): ReadonlySet<string> =>
    method === 'CONNECT' ? new Set([...ignored, 'accept', 'user-agent']) : ignored;
  // Which codings a client knows is its own affair.
  if (one.options.some(([name]) => name === 'compressed')) ignored.add('accept-encoding');
  const wanted = expected.map(({ method, target, headers, body }) =>
    comparable(
      method,
      fill(target, values),
      headers.map(([name, value]) => [name, fill(value, values)] as const),
      (body === undefined ? '' : contentOf(body, values)).replace(DISCONNECT, ''),
      ignoredFor(method),
    ),
  );
  const seen = got.map(({ head, raw }) =>
    comparable(head.method, head.target, head.fields, raw.toString('latin1'), ignoredFor(head.method)),
  );
  assert.deepEqual(
    seen.map(({ method, target }) => `${method} ${target}`),
    wanted.map(({ method, target }) => `${method} ${target}`),
  );
  for (const [index, request] of seen.entries()) assert.deepEqual(request, wanted[index], `request ${index}`);
}

/** How many connections curl needed, if the case tells. */
export function connectionsWanted(one: CurlCase): number | null {
  const { servercmd } = one.reply;
  if (servercmd?.includes('connection-monitor') !== true) return null;
  return (one.verify.protocol?.text ?? '').split(DISCONNECT).length - 1;
}

/** @param ignored names in lower case of fields that do not count */
export function comparable(
  method: string,
  target: string,
  headers: readonly (readonly [name: string, value: string])[],
  body: string,
  ignored: ReadonlySet<string>,
): ComparableRequest {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  const boundary = /^multipart\/form-data\b.*\bboundary="?([^";]+)/i.exec(type)?.[1];
  const isChunked = headers.some(
    ([name, value]) => /^transfer-encoding$/i.test(name) && /chunked/i.test(value),
  );
  const fields = headers.flatMap(([rawName, rawValue]) => {
    const name = rawName.toLowerCase();
    if (ignored.has(name)) return [];
    // The length depends on that of the boundary.
    if (boundary !== undefined && name === 'content-length') return [];
    const value = boundary === undefined ? rawValue : rawValue.replace(boundary, 'BOUNDARY');
    if (name === 'cookie') return [`cookie: ${pairsOf(value)}`];
    return [`${name}: ${/^digest /i.test(value) ? digestOf(value) : value}`];
  });
  const plain = boundary === undefined ? body : withoutBoundary(body, boundary);
  // The size of a chunk may be written in either case; the sets have small bodies that are one chunk.
  return {
    method,
    target,
    fields: fields.toSorted(),
    body: isChunked ? plain.replace(/^[\dA-F]+/, lower) : plain,
  };
}

/** A boundary may consist of dashes alone, so only whole lines count. */
function withoutBoundary(body: string, boundary: string): string {
  const lines = body.split('\r\n').map((line) => {
    if (line === `--${boundary}`) return '--BOUNDARY';
    return line === `--${boundary}--` ? '--BOUNDARY--' : line;
  });
  return lines.join('\r\n');
}

function lower(text: string): string {
  return text.toLowerCase();
}

/**
 * Digest credentials without what is left to each client: the order, quotes where they may be left out, the name of the
 * default algorithm, the client nonce and with it the response.
 */
function digestOf(credentials: string): string {
  const parameters = new Map(parseChallenges([credentials])[0]!.parameters);
  if (parameters.get('algorithm') === 'MD5') parameters.delete('algorithm');
  if (parameters.delete('cnonce')) parameters.delete('response');
  const pairs = [...parameters].map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `Digest ${pairs.toSorted().join(', ')}`;
}

function pairsOf(cookie: string): string {
  return cookie
    .split(';')
    .map((pair) => pair.trim())
    .toSorted()
    .join('; ');
}
