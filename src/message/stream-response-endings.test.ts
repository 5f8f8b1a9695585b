import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
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
import { startScriptedServer } from '../../fixtures/scripted-server.ts';
import { encodeContent } from '../body/content.ts';
import { Client } from '../client/client.ts';
import { StreamClosed } from '../errors/stream-closed.ts';
import { StreamConsumed } from '../errors/stream-consumed.ts';
import { Headers } from '../models/headers.ts';
import { iteratedSource } from './body-source.ts';
import type { BodySource } from './body-source.ts';
import { newContext } from './response-head.ts';
import { StreamResponse } from './stream-response.ts';

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

test('a target that is destroyed already ends the response', async () => {
  const target = new PassThrough();
  target.destroy();
  const from = response();
  await expect(from.pipeTo(target)).rejects.toBeInstanceOf(Error);
  expect(from.isClosed).toBe(true);
});
