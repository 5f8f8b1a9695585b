import { createRandom, type Random } from '../../fixtures/random.ts';
import { type BodilessRequestOptions, type Client, type RequestOptions, TernError } from '../../src/index.ts';
import type { Difference } from './difference.ts';
import { Peer } from './peer.ts';
import { describeError, Side } from './side.ts';

const LANES = 12;
const METHODS = [
  'GET',
  'GET',
  'HEAD',
  'POST',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'PROPFIND',
  'post',
  'M-SEARCH',
];
const PATHS = [
  '/',
  '/a b',
  '/caf\u00e9',
  '/%2e%2E/x',
  '/a//b',
  '/a/../b',
  '/%zz',
  '/x;y=1',
  '/\u{1f600}',
  '/a?b=c&d',
  '/?',
  '/a?b c#f',
  '/"<>^`{|}',
];
const NAMES = [
  'X-A',
  'x-a',
  'ACCEPT',
  'Accept-Encoding',
  'User-Agent',
  'Cookie',
  'Authorization',
  'X_b',
  '~!#$%&',
  'Content-Type',
  'TE',
  'Connection',
];
const VALUES = [
  '',
  'a',
  ' b ',
  'caf\u00e9',
  'x'.repeat(400),
  'a, b;c="d"',
  'a\tb',
  'close',
  'keep-alive',
  'trailers',
];
const REFUSED: readonly (readonly [string, string])[] = [
  ['X-A', 'a\r\nb'],
  ['X A', 'a'],
  ['X-A', 'a\0'],
  ['Content-Length', '7'],
  ['Content-Length', 'x'],
  ['Transfer-Encoding', 'chunked'],
  ['Transfer-Encoding', 'gzip'],
  ['Upgrade', 'echo'],
  ['Expect', '100-continue'],
  ['Host', 'other.example'],
];
const SIZES = [0, 1, 5, 100, 1000, 16_383, 16_384, 16_385, 65_536, 70_000, 262_144, 262_145, 600_000];
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz';

/** What came of the requests. */
export interface RequestOutcomes {
  sent: number;
  refused: number;
  octets: number;
}

/** Lets both engines send the same requests, and reports those of which the octets are not the same. */
export async function compareRequests(
  cases: number,
  seed: number,
  report: (number: number, difference: Difference) => void,
): Promise<RequestOutcomes> {
  const outcomes: RequestOutcomes = { sent: 0, refused: 0, octets: 0 };
  const peers = [await Peer.start(), await Peer.start()] as const;
  // The same long text is cut differently each time; to make it anew would take longer than to send it.
  const text = createRandom(seed).text(SIZES.at(-1)!, ALPHABET);

  async function work(lane: number): Promise<void> {
    const options = { expectContinueMs: 10 };
    const js = new Side('js', peers[0], options);
    const native = new Side('native', peers[1], options);
    for (let number = lane; number < cases; number += LANES) {
      const make = (): Random => createRandom(seed).derive(`request ${number}`);
      const [left, right] = await Promise.all([
        send(js.client, peers[0], number, make(), text),
        send(native.client, peers[1], number, make(), text),
      ]);
      if (left.includes('\nsent 1')) outcomes.sent++;
      else outcomes.refused++;
      outcomes.octets += left.length;
      if (left !== right) report(number, { input: left.slice(0, 800), js: left, native: right });
    }
    await Promise.all([js.close(), native.close()]);
  }

  await Promise.all(Array.from({ length: Math.min(LANES, cases) }, (_, lane) => work(lane)));
  await Promise.all(peers.map((peer) => peer.close()));
  return outcomes;
}

async function send(
  client: Client,
  peer: Peer,
  number: number,
  random: Random,
  text: string,
): Promise<string> {
  const lines: string[] = [];
  const method = random.pick(METHODS);
  const path = random.pick(PATHS);
  const options = createOptions(number, random, text);
  try {
    const response = await client.request(method, `http://127.0.0.1:${peer.port}${path}`, options);
    lines.push(`response ${response.status} ${response.text}`);
  } catch (error) {
    if (!(error instanceof TernError)) throw error;
    describeError(error, peer.port, lines);
  }
  const received = peer.take(`case ${number}`);
  lines.push(`sent ${received.length}`);
  for (const { octets } of received) lines.push(octets.replaceAll(`:${peer.port}`, ':PORT'));
  return lines.join('\n');
}

function createOptions(number: number, random: Random, text: string): RequestOptions {
  const headers: [string, string | Uint8Array][] = [];
  for (let count = random.int(0, 5); count > 0; count--) {
    const value = random.pick(VALUES);
    headers.push([random.pick(NAMES), random.chance(0.9) ? value : Buffer.from(value, 'latin1')]);
  }
  headers.splice(random.int(0, headers.length), 0, ['X-Case', String(number)]);
  if (random.chance(0.08)) headers.push([...random.pick(REFUSED)]);
  const shared: BodilessRequestOptions = {
    headers,
    ...(random.chance(0.2) && { params: { a: random.pick(VALUES), b: ['1', '2'] } }),
    ...(random.chance(0.1) && { cookies: { c: 'd' } }),
    ...(random.chance(0.1) && { auth: ['user', 'p\u00e4ss'] as [string, string] }),
    ...(random.chance(0.05) && {
      extensions: { target: random.pick(['*', '/raw target', '/%', 'a:1', 'http://h/x']) },
    }),
  };
  const size = random.pick(SIZES);
  const body = text.slice(0, size);
  switch (random.int(0, 9)) {
    case 0:
    case 1:
      return shared;
    case 2:
      return { ...shared, content: body };
    case 3:
      return { ...shared, content: Buffer.from(body) };
    case 4:
      return { ...shared, json: { a: [1, null, random.pick(VALUES)], b: body.slice(0, 3000) } };
    case 5:
      return { ...shared, form: { a: random.pick(VALUES), b: ['1', '2 3'] } };
    case 6:
      headers.push(['Content-Type', 'multipart/form-data; boundary=edge']);
      return {
        ...shared,
        multipart: { a: random.pick(VALUES), f: new Blob([body], { type: 'text/plain' }) },
      };
    case 7:
      if (random.chance(0.5))
        headers.push(['Content-Length', String(size + (random.chance(0.8) ? 0 : random.int(-2, 2)))]);
      return { ...shared, content: later(pieces(body, random)) };
    case 8:
      return { ...shared, content: pieces(body, random) };
    default:
      return { ...shared, content: new Blob([body]) };
  }
}

function pieces(body: string, random: Random): Uint8Array[] {
  const octets = Buffer.from(body, 'latin1');
  const most = random.pick([10, 1000, 16_384, 16_385, 300_000]);
  return octets.length / most > 50 ? [octets] : random.splits(octets, most);
}

async function* later(list: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of list) {
    await Promise.resolve();
    yield piece;
  }
}
