import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Duplex, PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { startScriptedServer } from '../../fixtures/scripted-server.ts';
import { Client } from '../client/client.ts';
import { StreamClosed } from '../errors/stream-closed.ts';
import { StreamConsumed } from '../errors/stream-consumed.ts';
import { type BodySource, iteratedSource } from './body-source.ts';
import { encodeContent } from '../body/content.ts';
import { Request } from './request.ts';
import { newContext } from './response-head.ts';
import { Headers } from '../models/headers.ts';
import { Response } from './response.ts';
import { StreamResponse } from './stream-response.ts';

const folder = mkdtempSync(join(tmpdir(), 'tern-stream-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TEXT = '{"a":1}\n"é"';
const request = new Request('GET', 'http://user:geheim@h/path?token=geheim');

function response(body: ConstructorParameters<typeof StreamResponse>[1] = {}): StreamResponse {
  return new StreamResponse(200, { request, body: [TEXT.slice(0, 4), TEXT.slice(4)], ...body });
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

const joined = (pieces: readonly Uint8Array[]): string => Buffer.concat(pieces).toString();

/** The ways to take the content, each with what comes of it as text. */
const TAKERS: Readonly<Record<string, (from: StreamResponse) => Promise<string>>> = {
  read: async (from) => (await from.read()).text,
  iterRaw: async (from) => joined(await collect(from.iterRaw())),
  'iterRaw(size)': async (from) => joined(await collect(from.iterRaw(3))),
  iterBytes: async (from) => joined(await collect(from.iterBytes())),
  'iterBytes(size)': async (from) => joined(await collect(from.iterBytes(3))),
  iterText: async (from) => (await collect(from.iterText())).join(''),
  'iterText(size)': async (from) => (await collect(from.iterText(3))).join(''),
  iterLines: async (from) => (await collect(from.iterLines())).join('\n'),
  iterJSONLines: async (from) =>
    (await collect(from.iterJSONLines())).map((value) => JSON.stringify(value)).join('\n'),
  'for await': async (from) => joined(await collect(from)),
  body: async (from) => joined(await collect(from.body as AsyncIterable<Uint8Array>)),
  toNodeReadable: async (from) => joined(await collect(from.toNodeReadable() as AsyncIterable<Uint8Array>)),
  'pipeTo(file)': async (from) => {
    await from.pipeTo(join(folder, 'content'));
    return readFileSync(join(folder, 'content'), 'utf8');
  },
  'pipeTo(stream)': async (from) => {
    const target = new PassThrough();
    const [text] = await Promise.all([
      collect(target as AsyncIterable<Uint8Array>).then(joined),
      from.pipeTo(target),
    ]);
    return text;
  },
  toFetch: async (from) => from.toFetch().text(),
};

const TAKER_NAMES = Object.keys(TAKERS);
const isWire = (name: string): boolean => name.startsWith('iterRaw');

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

/** A consumer that can be started, and can leave. */
interface Consumer {
  /** Asks for one piece after the other. */
  start(): Promise<unknown>;
  leave(): unknown;
}

const CONSUMERS: Readonly<Record<string, (from: StreamResponse) => Consumer>> = {
  iterRaw: (from) => iterating(from.iterRaw()),
  'iterRaw(size)': (from) => iterating(from.iterRaw(2)),
  iterBytes: (from) => iterating(from.iterBytes()),
  'iterBytes(size)': (from) => iterating(from.iterBytes(2)),
  iterText: (from) => iterating(from.iterText()),
  'iterText(size)': (from) => iterating(from.iterText(2)),
  iterLines: (from) => iterating(from.iterLines()),
  iterJSONLines: (from) => iterating(from.iterJSONLines()),
  'for await': (from) => iterating(from[Symbol.asyncIterator]()),
  body: (from) => {
    const reader = from.body.getReader();
    const start = async (): Promise<void> => {
      while (!(await reader.read()).done);
    };
    return { start, leave: () => reader.cancel() };
  },
  toNodeReadable: (from) => {
    const stream = from.toNodeReadable();
    return { start: async () => stream.resume(), leave: () => stream.destroy() };
  },
  'pipeTo()': (from) => {
    const target = new PassThrough();
    return {
      start: () => from.pipeTo(target).catch(() => {}),
      leave: () => target.destroy(),
    };
  },
  'cancel()': (from) => ({ start: () => collect(from).catch(() => {}), leave: () => from.cancel() }),
  'await using': (from) => ({
    start: () => collect(from).catch(() => {}),
    leave: () => from[Symbol.asyncDispose](),
  }),
};

function iterating(iterator: AsyncGenerator): Consumer {
  const start = async (): Promise<void> => {
    while ((await iterator.next()).done !== true);
  };
  return { start, leave: () => iterator.return(undefined) };
}

function spied(source: BodySource): {
  readonly from: StreamResponse;
  readonly cancel: ReturnType<typeof vi.fn>;
} {
  const cancel = vi.fn(source.cancel.bind(source));
  const context = newContext(200, 'OK', '1.1', new Headers());
  context.request = request;
  return {
    from: new StreamResponse(200, null, { context, source: Object.assign(source, { cancel }) }),
    cancel,
  };
}

describe('leaving', () => {
  const unstarted = Object.keys(CONSUMERS).filter((name) => name !== 'pipeTo()');
  test.each(unstarted)('%s that was never started lets go of the connection', async (name) => {
    const { from, cancel } = spied(iteratedSource(encodeContent([TEXT])));
    CONSUMERS[name]!(from).leave();
    await turn();
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(from.isClosed).toBe(true);
  });

  test.each(Object.keys(CONSUMERS))('%s while a piece is awaited lets go at once', async (name) => {
    async function* slow(): AsyncGenerator<string> {
      yield '{"a":1}\n';
      await new Promise(() => {});
    }
    const { from, cancel } = spied(iteratedSource(encodeContent(slow())));
    const consumer = CONSUMERS[name]!(from);
    const done = consumer.start();
    await turn();
    consumer.leave();
    await done;
    await turn();
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(from.isClosed).toBe(true);
  });

  test('a coding on the way makes no difference', async () => {
    const source = iteratedSource(encodeContent([gzipSync(TEXT)]));
    const cancel = vi.spyOn(source, 'cancel');
    const context = newContext(200, 'OK', '1.1', new Headers({ 'Content-Encoding': 'gzip' }));
    const from = new StreamResponse(200, null, { context, source });
    await from.iterLines().return();
    expect(cancel).toHaveBeenCalledTimes(1);
  });

  test('a response that is closed while it is read is no response', async () => {
    async function* slow(): AsyncGenerator<string> {
      yield 'a';
      await new Promise(() => {});
    }
    const from = response({ body: slow() });
    const reading = from.read();
    setImmediate(() => void from.cancel());
    await expect(reading).rejects.toBeInstanceOf(StreamClosed);
    await expect(from.read()).rejects.toBeInstanceOf(StreamClosed);
  });
});

describe('content that breaks off', () => {
  const failure = new Error('broken off');
  async function* failing(): AsyncGenerator<string> {
    yield '{"a":1}\n{"b"';
    throw failure;
  }

  test.each(TAKER_NAMES)('%s fails, and the response is closed', async (name) => {
    const from = response({ body: failing() });
    const outcome = await TAKERS[name]!(from).catch((error: unknown) => error);
    expect(outcome).toBe(failure);
    expect(from.isClosed).toBe(true);
  });

  test('read() fails the same way every time', async () => {
    const from = response({ body: failing() });
    await expect(from.read()).rejects.toBe(failure);
    await expect(from.read()).rejects.toBe(failure);
    expect(() => from.iterBytes()).toThrow(StreamConsumed);
  });
});

describe('the line of the caller', () => {
  async function withBrokenBody(use: (from: StreamResponse) => Promise<unknown>): Promise<unknown> {
    const server = await startScriptedServer(async (peer) => {
      await peer.readHead();
      await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"a":1}\n');
      await peer.wait(5);
      peer.reset();
    });
    const client = new Client();
    try {
      return await use(await client.stream('GET', server.url())).catch((error: unknown) => error);
    } finally {
      await client.close();
      await server.close();
    }
  }

  test.each(TAKER_NAMES.filter((name) => !/^(?:body|toNodeReadable|toFetch)$/.test(name)))(
    'is in the stack when %s fails in mid-body',
    async (name) => {
      async function theCaller(from: StreamResponse): Promise<unknown> {
        // Not returned directly: the function has to be there still when it fails.
        const text = await TAKERS[name]!(from);
        return text;
      }
      const error = await withBrokenBody(theCaller);
      expect(error).toMatchObject({ code: expect.stringMatching(/^ERR_(?:READ|REMOTE_PROTOCOL)$/) });
      expect((error as Error).stack).toContain('theCaller');
    },
  );

  test('is there once, however many layers the content goes through', async () => {
    async function theCaller(from: StreamResponse): Promise<void> {
      for await (const value of from.iterJSONLines()) expect(value).toEqual({ a: 1 });
    }
    const { stack } = (await withBrokenBody(theCaller)) as Error;
    expect(stack!.match(/theCaller/g)).toHaveLength(1);
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

test('whoever waits for the end is told however it comes', async () => {
  const ends: readonly ((from: StreamResponse) => Promise<unknown>)[] = [
    (from) => from.read(),
    (from) => collect(from),
    (from) => from.cancel(),
    (from) => from.iterBytes().return(),
  ];
  for (const end of ends) {
    const from = response();
    const closed = vi.fn<() => void>();
    from.onceClosed(closed);
    await end(from);
    from.onceClosed(closed);
    expect(closed).toHaveBeenCalledTimes(2);
  }
});

test('trailers are there when the end has been read', async () => {
  const from = response({ trailers: { 'X-Sum': '7' } });
  expect(from.trailers.size).toBe(0);
  const read = await from.read();
  expect([from.trailers.get('x-sum'), read.trailers.get('x-sum')]).toEqual(['7', '7']);
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

describe('however it is cut, coded and taken', () => {
  const taker = fc.constantFrom(...TAKER_NAMES.filter((name) => !isWire(name) && name !== 'iterJSONLines'));
  const content = fc.string({ unit: fc.constantFrom('a', 'é', '☃', '😀', ' '), maxLength: 40 });
  const coding = fc.constantFrom('identity', 'gzip', 'gzip, gzip');

  function cut(text: string, codings: string, cuts: readonly number[]): Uint8Array[] {
    let bytes = Buffer.from(text);
    for (const name of codings.split(', ')) if (name === 'gzip') bytes = gzipSync(bytes);
    const ends = [...cuts.map((part) => Math.floor(part * bytes.length)), bytes.length].toSorted(
      (a, b) => a - b,
    );
    return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
  }

  const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });

  test('the content is the same', async () => {
    await fc.assert(
      fc.asyncProperty(taker, content, coding, cuts, async (name, text, codings, at) => {
        const from = response({ body: cut(text, codings, at), headers: { 'Content-Encoding': codings } });
        expect(await TAKERS[name]!(from)).toBe(text);
        expect(from.isClosed).toBe(true);
      }),
    );
  });

  test('what breaks off is never taken for whole', async () => {
    const failure = new Error('broken off');
    await fc.assert(
      fc.asyncProperty(taker, content, coding, cuts, fc.nat(6), async (name, text, codings, at, good) => {
        async function* broken(): AsyncGenerator<Uint8Array> {
          yield* cut(text, codings, at).slice(0, good);
          throw failure;
        }
        const from = response({ body: broken(), headers: { 'Content-Encoding': codings } });
        await expect(TAKERS[name]!(from)).rejects.toBe(failure);
        expect(from.isClosed).toBe(true);
      }),
    );
  });
});

test('what takes its content keeps a response alive, so that it is not given up as dropped', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const makers: readonly ((from: StreamResponse) => unknown)[] = [
    (from) => from.iterRaw(2),
    (from) => from.iterLines(),
    (from) => from.iterJSONLines(),
    (from) => from.body,
    (from) => from.toNodeReadable(),
    (from) => from.toFetch(),
    (from) => from.read(),
  ];
  // What a connection is in life: it will go on with whoever waits for it.
  const waiting: (() => void)[] = [];
  async function* slow(): AsyncGenerator<string> {
    await new Promise<void>((resolve) => waiting.push(resolve));
    yield '';
  }
  const collected: string[] = [];
  const registry = new FinalizationRegistry<string>((name) => collected.push(name));
  const held = makers.map((make) => {
    const from = response({ body: slow(), headers: { 'Content-Encoding': 'gzip' } });
    registry.register(from, String(make));
    return make(from);
  });
  registry.register(response({ body: slow() }), 'dropped');
  for (let i = 0; i < 50 && !collected.includes('dropped'); i++) {
    collectGarbage();
    await turn();
  }
  expect(collected).toEqual(['dropped']);
  expect(held).not.toContain(undefined);
  for (const goOn of waiting) goOn();
});
