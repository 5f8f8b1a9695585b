import { deepEqual, equal } from 'node:assert/strict';
import { EventStreamParser } from '../../src/body/event-stream-parser.ts';
import { LineSplitter } from '../../src/body/lines.ts';
import type { ServerSentEvent } from '../../src/body/server-sent-event.ts';
import { Client, isTernError, MockTransport, type Request, StreamResponse } from '../../src/index.ts';
import { type VectorCase, vectors } from './runner.ts';

type Chunk = { readonly text: string } | { readonly base64: string };

interface ParseCase {
  readonly name: string;
  readonly chunks: readonly Chunk[];
  readonly events: readonly { readonly type: string; readonly data: string; readonly id: string }[];
  readonly retry: number | null;
}

function octets(chunk: Chunk): Uint8Array {
  return 'text' in chunk ? Buffer.from(chunk.text) : Buffer.from(chunk.base64, 'base64');
}

/** The pieces as they are given, as one, octet by octet, and cut behind every octet but the first. */
function splits(chunks: readonly Chunk[]): Uint8Array[][] {
  const given = chunks.map(octets);
  const whole = Buffer.concat(given);
  const single = Array.from(whole, (octet) => Uint8Array.of(octet));
  const halves = Array.from({ length: Math.min(whole.length, 300) }, (_, at) => [
    whole.subarray(0, at),
    whole.subarray(at),
  ]);
  return [given, [whole], single, ...halves];
}

function* parseCases(cases: readonly ParseCase[]): Generator<VectorCase> {
  for (const { name, chunks, events, retry } of cases) {
    yield {
      id: name,
      run() {
        for (const pieces of splits(chunks)) {
          const parser = new EventStreamParser();
          const seen: ServerSentEvent[] = [];
          for (const piece of pieces) seen.push(...parser.push(piece));
          deepEqual(
            seen.map(({ event, data, id }) => ({ type: event, data, id })),
            events,
          );
          equal(parser.retry, retry);
          // Only an event that was dispatched moves it.
          equal(parser.lastEventId, events.at(-1)?.id ?? '');
        }
      },
    };
  }
}

interface LineCase {
  readonly name: string;
  readonly chunks: readonly string[];
  readonly lines: readonly string[];
}

interface HTTPCase {
  readonly name: string;
  readonly status?: number;
  readonly content_type?: string;
  readonly redirect_status?: number;
  readonly accept: boolean;
}

interface HeaderCase {
  readonly name: string;
  readonly header: string;
  readonly expect?: string;
  readonly after_id?: string;
  readonly expect_utf8?: string;
}

const EVENT = 'id: …\nretry: 1\ndata: x\n\n';

/** Whether a client takes such an answer for a stream of events, and how often it asks. */
async function open({ status = 200, content_type: type, redirect_status: redirect }: HTTPCase): Promise<{
  readonly isAccepted: boolean;
  readonly requests: number;
}> {
  let requests = 0;
  const transport = new MockTransport((request) => {
    requests++;
    if (redirect !== undefined && request.url.pathname === '/') {
      return new StreamResponse(redirect, { headers: { Location: '/events' } });
    }
    const headers = { 'Content-Type': type ?? 'text/event-stream' };
    return new StreamResponse(status, { headers, body: status === 204 ? null : EVENT });
  });
  const client = new Client({ transport, redirect: true });
  try {
    const events = await client.sse('http://events.test/');
    const { done } = await events.next();
    await events.close();
    return { isAccepted: done !== true, requests };
  } catch (error) {
    if (!isTernError(error)) throw error;
    return { isAccepted: false, requests };
  } finally {
    await client.close();
  }
}

/** The requests of a stream that ends and is opened once more. */
async function requestsOfTwo(): Promise<Request[]> {
  const requests: Request[] = [];
  const transport = new MockTransport((request) => {
    requests.push(request);
    return new StreamResponse(200, { headers: { 'Content-Type': 'text/event-stream' }, body: EVENT });
  });
  const client = new Client({ transport });
  const events = await client.sse('http://events.test/');
  await events.next();
  await events.next();
  await events.close();
  await client.close();
  return requests;
}

vectors('sse/wpt', 'sse/wpt-eventsource.json', ({ cases }: { readonly cases: readonly ParseCase[] }) =>
  parseCases(cases),
);

vectors('sse/httpx-sse', 'sse/httpx-sse.json', ({ cases }: { readonly cases: readonly ParseCase[] }) =>
  parseCases(cases),
);

vectors(
  'sse/httpx-sse-lines',
  'sse/httpx-sse.json',
  ({ line_decoder: cases }: { readonly line_decoder: readonly LineCase[] }) =>
    cases.map(({ name, chunks, lines }) => ({
      id: name,
      run() {
        const splitter = new LineSplitter();
        deepEqual([...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()], lines);
      },
    })),
);

vectors('sse/wpt-http', 'sse/wpt-eventsource.json', ({ http }: { readonly http: readonly HTTPCase[] }) =>
  http.map((entry) => ({
    id: entry.name,
    async run() {
      const { isAccepted, requests } = await open(entry);
      equal(isAccepted, entry.accept);
      equal(requests, entry.redirect_status === undefined ? 1 : 2);
    },
  })),
);

vectors(
  'sse/wpt-headers',
  'sse/wpt-eventsource.json',
  ({ request_headers: headers }: { readonly request_headers: readonly HeaderCase[] }) =>
    headers.map(({ name, header, expect: plain, after_id: id, expect_utf8: utf8 }) => ({
      id: name,
      async run() {
        const [first, second] = await requestsOfTwo();
        const request = id === undefined ? first : second;
        const value = request?.headers.get(header) ?? null;
        equal(value && Buffer.from(value, 'latin1').toString(), plain ?? utf8);
      },
    })),
);
