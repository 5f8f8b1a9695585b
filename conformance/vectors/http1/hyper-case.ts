import assert from 'node:assert/strict';
import type { RecordedRequest } from '../../../fixtures/scripted-server.ts';
import { type RequestHead, framingOf, parseRequestHead } from '../../../fixtures/request-head.ts';
import type { ReceivedBody, Split } from '../../../fixtures/scripted-peer.ts';
import { startScriptedServer } from '../../../fixtures/scripted-server.ts';
import { Client, RemoteProtocolError, TernError } from '../../../src/index.ts';

/** One case of hyper's client tests. */
export interface HyperCase {
  readonly name: string;
  /** The octets that the server gets, `{addr}` for its address. */
  readonly expected: string;
  /** The octets that it answers. */
  readonly reply: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: readonly (readonly [name: string, value: string])[];
    readonly body: { readonly text: string } | { readonly stream_expr: string } | null;
    readonly version?: string;
  };
  readonly response?: {
    readonly status: string;
    readonly headers: readonly (readonly [name: string, value: string])[];
    readonly body: string | null;
  };
  /** The predicate on hyper's error. */
  readonly error?: string;
  /** Options of hyper's connection. */
  readonly options?: string;
}

export interface HyperSet {
  readonly cases: readonly HyperCase[];
}

/** What a client of ours adds to every request and hyper does not. */
const BARE = { Accept: null, 'Accept-Encoding': null, Connection: null, 'User-Agent': null };

/** Plays a case on loopback with the reply whole, byte by byte and in random pieces. */
export async function runHyperCase(one: HyperCase): Promise<void> {
  for (const split of ['whole', 'bytes', { seed: 7 }] as const) await play(one, split);
}

async function play(one: HyperCase, split: Split): Promise<void> {
  const got: { head: RequestHead; body: ReceivedBody }[] = [];
  const server = await startScriptedServer({ split }, async (peer) => {
    got.push(await peer.readRequest());
    await peer.send(one.reply);
    await peer.end();
  });
  try {
    const address = server.origin.slice('http://'.length);
    const outcome = await send(one, address);
    checkRequest(one, address, got);
    checkOutcome(one, outcome);
    assert.ok(server.connections <= 1, `${server.connections} connections`);
  } finally {
    await server.close();
  }
}

interface Outcome {
  readonly error?: Error;
  readonly response?: { readonly status: number; readonly body: string; get(name: string): string | null };
}

async function send({ request, expected, options = '' }: HyperCase, address: string): Promise<Outcome> {
  // What has no counterpart here must not be mistaken for something that works.
  if (request.version !== undefined) throw new Error('a request has no version to choose');
  for (const option of ['set_host: false', 'http09_responses: true']) {
    if (options.includes(option)) throw new Error(`there is no option like '${option}'`);
  }
  const client = new Client({ headers: BARE, timeout: 5000 });
  try {
    const url = request.url.replaceAll('{addr}', address);
    const { body } = request;
    const response = await client.stream(
      request.method,
      // The target of CONNECT is an authority; our client takes it from a URL.
      url === address ? `http://${url}` : url,
      {
        headers: request.headers,
        content: body === null ? null : 'text' in body ? body.text : streamed(expected),
      },
    );
    const { status, headers } = response;
    if (request.method === 'CONNECT') {
      response.upgrade().destroy();
      return { response: { status, body: '', get: (name) => headers.get(name) } };
    }
    const { bytes } = await response.read();
    const text = Buffer.from(bytes).toString('latin1');
    return { response: { status, body: text, get: (name) => headers.get(name) } };
  } catch (error) {
    if (error instanceof Error) return { error };
    throw error;
  } finally {
    await client.close();
  }
}

/** The stream of a case with a `stream_expr`, which the set has cut off: what the server should get, in one piece. */
// oxlint-disable-next-line typescript/require-await -- a stream is asynchronous by nature
async function* streamed(expected: string): AsyncGenerator<string> {
  const raw = expected.slice(expected.indexOf('\r\n\r\n') + 4);
  const chunk = /^[\da-f]+\r\n([^]*?)\r\n0\r\n/i.exec(raw)?.[1];
  yield chunk ?? (raw === '' ? 'not empty' : raw);
}

function checkRequest(
  one: HyperCase,
  address: string,
  got: readonly { head: RequestHead; body: ReceivedBody }[],
): void {
  if (one.expected.startsWith("won't get here")) {
    assert.equal(got.length, 0, 'nothing should have been sent');
    return;
  }
  assert.equal(got.length, 1, 'one request should have come');
  const { head, body } = got[0]!;
  const expected = one.expected.replaceAll('{addr}', address);
  const end = expected.indexOf('\r\n\r\n') + 4;
  const wanted = parseRequestHead(expected.slice(0, end));
  assert.equal(
    `${head.method} ${head.target} ${head.version}`,
    `${wanted.method} ${wanted.target} ${wanted.version}`,
  );
  assert.deepEqual(sorted(head.fields), sorted(wanted.fields));
  // The size of a chunk may be written in either case.
  const isChunked = framingOf(wanted).kind === 'chunked';
  const raw = body.raw.toString('latin1');
  assert.equal(
    isChunked ? raw.toLowerCase() : raw,
    isChunked ? expected.slice(end).toLowerCase() : expected.slice(end),
  );
}

function checkOutcome({ response: wanted, error: predicate }: HyperCase, { response, error }: Outcome): void {
  if (wanted === undefined) {
    assert.ok(error instanceof TernError, 'it should have failed');
    // What comes from the server fails as such; the other predicates are about requests that are not sent.
    const isRemote = /is_parse|is_incomplete/.test(predicate ?? '');
    assert.equal(error instanceof RemoteProtocolError, isRemote, String(error));
    return;
  }
  if (error !== undefined) throw error;
  assert.equal(response!.status, { OK: 200 }[wanted.status]);
  for (const [name, value] of wanted.headers) assert.equal(response!.get(name), value, name);
  assert.equal(response!.body, wanted.body ?? '');
}

function sorted(fields: RecordedRequest['fields']): string[] {
  return fields.map(([name, value]) => `${name.toLowerCase()}: ${value}`).toSorted();
}
