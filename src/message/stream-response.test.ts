import { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, test, vi } from 'vitest';
import {
  TAKERS,
  TAKER_NAMES,
  TEXT,
  collect,
  isWire,
  request,
  response,
} from '../../fixtures/content-takers.ts';
import { StreamClosed } from '../errors/stream-closed.ts';
import { StreamConsumed } from '../errors/stream-consumed.ts';
import { Headers } from '../models/headers.ts';
import { Redaction } from '../models/redaction.ts';
import type { BodySource } from './body-source.ts';
import { newContext } from './response-head.ts';
import { Response } from './response.ts';
import { StreamResponse } from './stream-response.ts';

describe('who may take the content', () => {
  test.each(TAKER_NAMES)('%s takes it, and closes the response', async (name) => {
    const from = response();
    expect(from.isClosed).toBe(false);
    expect(await TAKERS[name]!(from)).toBe(TEXT);
    expect(from.isClosed).toBe(true);
    await from.cancel();
    await from[Symbol.asyncDispose]();
  });

  const pairs = TAKER_NAMES.filter((name) => name !== 'read').flatMap((first) =>
    TAKER_NAMES.map((second) => [first, second] as const),
  );
  test.each(pairs)('after %s not %s', async (first, second) => {
    const from = response();
    await TAKERS[first]!(from);
    const isSameStream = second === 'body' && (first === 'body' || first === 'toFetch');
    // The stream is the one that was there, and has ended.
    if (isSameStream) expect(await TAKERS[second]!(from).catch((error: unknown) => error)).toBeDefined();
    else await expect(TAKERS[second]!(from)).rejects.toBeInstanceOf(StreamConsumed);
  });

  test.each(TAKER_NAMES)(
    'after read() %s again, from memory, unless it is about octets of the wire',
    async (name) => {
      const from = response();
      const read = await from.read();
      if (isWire(name)) {
        await expect(TAKERS[name]!(from)).rejects.toBeInstanceOf(StreamConsumed);
        return;
      }
      expect(await TAKERS[name]!(from)).toBe(TEXT);
      if (name !== 'body' && name !== 'toFetch') expect(await TAKERS[name]!(from)).toBe(TEXT);
      expect(await from.read()).toBe(read);
    },
  );

  test.each(TAKER_NAMES)('after cancel() not %s', async (name) => {
    const from = response();
    await from.cancel();
    expect(from.isClosed).toBe(true);
    await expect(TAKERS[name]!(from)).rejects.toBeInstanceOf(StreamClosed);
  });

  test.each(TAKER_NAMES)('while it is being read not %s', async (name) => {
    const from = response();
    const reading = from.read();
    if (name === 'read') expect(from.read()).toBe(reading);
    else await expect(TAKERS[name]!(from)).rejects.toBeInstanceOf(StreamConsumed);
    await reading;
  });

  test('iterators, streams and read() take it when they are made, not when they are used', async () => {
    const makers: readonly ((from: StreamResponse) => unknown)[] = [
      (from) => from.iterRaw(),
      (from) => from.iterBytes(2),
      (from) => from.iterText(),
      (from) => from.iterLines(),
      (from) => from.iterJSONLines(),
      (from) => from.body,
      (from) => from.toNodeReadable(),
    ];
    for (const make of makers) {
      const from = response();
      make(from);
      expect(() => from.iterBytes()).toThrow(StreamConsumed);
      await from.cancel();
    }
  });

  test('an argument that does not fit leaves the content untouched', async () => {
    const from = response();
    for (const size of [0, -1, 1.5, Number.NaN]) {
      expect(() => from.iterRaw(size)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }));
      expect(() => from.iterBytes(size)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }));
      expect(() => from.iterText(size)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }));
    }
    expect(() => from.iterLines({ separators: 'cr' as 'lf' })).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
    );
    expect(() => from.upgrade()).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }));
    expect((await from.read()).text).toBe(TEXT);
  });
});

describe('text', () => {
  test('the charset that is set holds for the streamed and for the read form', async () => {
    const latin = Buffer.from('é', 'latin1');
    const streamed = response({ body: latin });
    streamed.encoding = 'latin1';
    expect(streamed.encoding).toBe('windows-1252');
    expect((await collect(streamed.iterText())).join('')).toBe('é');

    const from = response({ body: latin });
    from.encoding = 'latin1';
    const read = await from.read();
    expect([read.encoding, read.text]).toEqual(['windows-1252', 'é']);
  });

  test('it can be set until text is taken, and after read() until that text is read', async () => {
    const late = { code: 'ERR_INVALID_ARGUMENT', message: expect.stringContaining('after the text') };
    const from = response();
    const lines = from.iterLines();
    expect(() => (from.encoding = 'utf-16le')).toThrow(expect.objectContaining(late));
    await lines.return();

    const other = response({ body: 'a\0' });
    const read = await other.read();
    other.encoding = 'utf-16le';
    expect(read.text).toBe('a');
    expect(() => (other.encoding = 'utf-8')).toThrow(expect.objectContaining(late));
    expect(() => (other.encoding = 'klingon')).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }),
    );
  });

  test('a default that looks at the content is asked once it is read, not while it streams', async () => {
    const guess = vi.fn<(bytes: Uint8Array) => string>(() => 'latin1');
    const make = (): StreamResponse => {
      const from = response({ body: Buffer.from('é', 'latin1') });
      from.context.defaultEncoding = guess;
      return from;
    };
    const streamed = make();
    expect(streamed.encoding).toBeUndefined();
    expect((await collect(streamed.iterText())).join('')).toBe('\uFFFD');
    expect(guess).not.toHaveBeenCalled();

    const from = make();
    const read = await from.read();
    expect((await collect(from.iterText())).join('')).toBe('é');
    expect([read.text, read.encoding, from.encoding]).toEqual(['é', 'windows-1252', 'windows-1252']);
    expect(guess).toHaveBeenCalledTimes(1);
  });
});

describe('limits and codings', () => {
  const coded = { 'Content-Encoding': 'gzip' };

  test.each(TAKER_NAMES.filter((name) => !isWire(name)))('decode.maxBytes holds for %s', async (name) => {
    for (const init of [{ body: TEXT }, { body: gzipSync(TEXT), headers: coded }]) {
      const from = response(init);
      from.context.decode = { ...from.context.decode, maxBytes: 5 };
      const outcome = await TAKERS[name]!(from).catch((error: unknown) => error);
      expect(outcome).toMatchObject({ code: 'ERR_CONTENT_LIMIT', request });
      expect(from.isClosed).toBe(true);
    }
  });

  test('a stream without end is not collected beyond the limit', async () => {
    function* endless(): Generator<Uint8Array> {
      for (;;) yield new Uint8Array(1000);
    }
    const from = response({ body: endless() });
    from.context.decode = { ...from.context.decode, maxBytes: 10_000 };
    await expect(from.read()).rejects.toMatchObject({ code: 'ERR_CONTENT_LIMIT' });
    expect(from.bytesReceived).toBe(11_000);
  });

  test('an empty body is empty whatever coding it is said to have', async () => {
    for (const name of TAKER_NAMES)
      expect(await TAKERS[name]!(response({ body: null, headers: coded }))).toBe('');
  });

  test('what has been decoded is not decoded again when it is handed on', async () => {
    const read = await response({ body: gzipSync(TEXT), headers: coded }).read();
    const again = StreamResponse.fromResponse(read, request);
    expect((await again.read()).text).toBe(TEXT);
    expect(again.headers.get('content-encoding')).toBe('gzip');
    const made = StreamResponse.fromResponse(
      new Response(200, { content: gzipSync(TEXT), headers: coded }),
      request,
    );
    expect((await made.read()).text).toBe(TEXT);
  });
});

describe('an upgraded connection', () => {
  function switched(): { readonly from: StreamResponse; readonly duplex: Duplex } {
    const duplex = new Duplex({ read() {}, write: (_chunk, _encoding, callback) => callback() });
    const source: BodySource = {
      bytesReceived: 0,
      trailers: null,
      next: async () => null,
      all: () => new Uint8Array(0),
      cancel: () => void duplex.destroy(),
      upgrade: () => duplex,
    };
    const context = newContext(101, 'Switching Protocols', '1.1', new Headers());
    return { from: new StreamResponse(101, null, { context, source }), duplex };
  }

  test.each(TAKER_NAMES.filter((name) => name !== 'toFetch'))(
    'is not to be had after %s, nor that after it',
    async (name) => {
      const first = switched().from;
      await TAKERS[name]!(first);
      expect(() => first.upgrade()).toThrow(StreamConsumed);
      const second = switched().from;
      second.upgrade();
      await expect(TAKERS[name]!(second)).rejects.toBeInstanceOf(StreamConsumed);
      expect(() => second.upgrade()).toThrow(StreamConsumed);
    },
  );

  test('is closed without an error when the response is cancelled', async () => {
    const { from, duplex } = switched();
    const failed = vi.fn<() => void>();
    from.upgrade().on('error', failed);
    expect(from.isClosed).toBe(false);
    await from.cancel();
    await turn();
    expect([duplex.destroyed, from.isClosed, failed.mock.calls.length]).toEqual([true, true, 0]);
    const given = switched().from;
    await given.cancel();
    expect(() => given.upgrade()).toThrow(StreamClosed);
  });

  test('needs a source that has one', () => {
    const from = new StreamResponse(101);
    expect(() => from.upgrade()).toThrow(expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT' }));
  });
});

test('the web stream is the same one each time, and pulls only what is asked for', async () => {
  const pulled: string[] = [];
  function* made(): Generator<string> {
    for (const piece of ['a', 'b', 'c']) {
      pulled.push(piece);
      yield piece;
    }
  }
  const from = response({ body: made() });
  expect(from.body).toBe(from.body);
  await turn();
  expect(pulled).toEqual([]);
  const reader = from.body.getReader();
  expect(Buffer.from((await reader.read()).value!).toString()).toBe('a');
  expect(pulled).toEqual(['a']);
  await reader.cancel();
  expect(from.isClosed).toBe(true);
});

test('calls that do not wait for each other get the pieces in their order', async () => {
  const pieces = response({ body: ['a', 'b'] }).iterText();
  const results = await Promise.all([pieces.next(), pieces.next(), pieces.next(), pieces.next()]);
  expect(results.map(({ value }) => value)).toEqual(['a', 'b', undefined, undefined]);
});

test('trailers are there when the end has been read', async () => {
  const from = response({ trailers: { 'X-Sum': '7' } });
  expect(from.trailers.size).toBe(0);
  const read = await from.read();
  expect([from.trailers.get('x-sum'), read.trailers.get('x-sum')]).toEqual(['7', '7']);
});

test('trailers are masked as the client of the request says', async () => {
  const own = request.with({}).maskWith(new Redaction({ headers: ['x-mine'] }));
  const from = response({ request: own, trailers: { 'X-Mine': 'geheim' } });
  await from.read();
  expect(inspect(from.trailers)).toBe("Headers [ [ 'X-Mine', '[secure]' ] ]");
});

test('it shows neither content nor secrets', () => {
  const from = response({ headers: { 'Set-Cookie': 'sid=geheim', 'X-A': '1' } });
  expect(inspect(from)).toBe('<StreamResponse [200 OK]>');
  expect(String(from)).toBe('<StreamResponse [200 OK]>');
  const text = JSON.stringify(from);
  expect(text).toContain('"X-A"');
  expect(text + inspect(from, { showHidden: true, depth: 9 })).not.toMatch(/geheim|é/);
});

test.each([
  [199.5, {}, 'status'],
  [99, {}, 'status'],
  [200, { content: 'x' }, "'init.content' does not exist"],
  [200, 'text', 'must be an object'],
  [200, { statusText: 'a\nb' }, 'statusText'],
  [200, { httpVersion: '3' }, 'httpVersion'],
  [200, { body: { a: 1 } }, 'content'],
])('%s with %o is refused', (status, init, message) => {
  expect(() => new StreamResponse(status, init as never)).toThrow(
    expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT', message: expect.stringContaining(message) }),
  );
});
