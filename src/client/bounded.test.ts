import { getEventListeners } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { silentContext } from '../../fixtures/transport-context.ts';
import { AbortError } from '../errors/abort-error.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { TotalTimeout } from '../errors/total-timeout.ts';
import { Request } from '../message/request.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { NO_TIMEOUT } from '../models/timeout.ts';
import type { Transport, TransportContext } from '../transport/transport.ts';
import { bounded, boundedBody, carryBounded, checkBounds } from './bounded.ts';

const request = new Request('GET', 'https://a.test/');

function contextWith(signal: AbortSignal | null, total: number | null = null): TransportContext {
  return silentContext({
    timeout: { ...NO_TIMEOUT, total },
    totalDeadline: total === null ? null : performance.now() + total,
    signal,
    delivery: 'stream',
  });
}

function transportOf(handle: Transport['handle']): Transport {
  return { handle, close: async () => {} };
}

function hang(): Promise<never> {
  return new Promise(() => {});
}

/** A body that gives some pieces and then hangs, and what becomes of it. */
function stuckBody(...pieces: readonly string[]): {
  body: ReadableStream<Uint8Array>;
  cancel: ReturnType<typeof vi.fn>;
} {
  const cancel = vi.fn();
  const left = pieces.map((piece) => new TextEncoder().encode(piece));
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const piece = left.shift();
      if (piece === undefined) return hang();
      controller.enqueue(piece);
      return undefined;
    },
    cancel,
  });
  return { body, cancel };
}

function streamed(body: ReadableStream<Uint8Array>): StreamResponse {
  return new StreamResponse(200, { body: body as never, request });
}

describe('checkBounds', () => {
  test('says nothing as long as there is time', () => {
    expect(checkBounds(request, contextWith(null))).toBeUndefined();
    expect(checkBounds(request, contextWith(new AbortController().signal, 60_000))).toBeUndefined();
  });

  test('tells the reason of the signal', () => {
    expect(() => checkBounds(request, contextWith(AbortSignal.abort('no')))).toThrow(
      expect.objectContaining({ name: 'AbortError', cause: 'no', request }),
    );
    const timedOut = AbortSignal.abort(new DOMException('x', 'TimeoutError'));
    expect(() => checkBounds(request, contextWith(timedOut))).toThrow('the signal timed out');
  });

  test('tells that time is over', () => {
    expect(() => checkBounds(request, contextWith(null, 0))).toThrow(TotalTimeout);
    expect(() => checkBounds(request, contextWith(null, 0))).toThrow('not finished within 0 ms');
  });
});

describe('carryBounded', () => {
  test('without limits the response comes as it is', async () => {
    const response = new StreamResponse(204);
    expect(
      await carryBounded(
        transportOf(async () => response),
        request,
        contextWith(null),
      ),
    ).toBe(response);
  });

  test('what is not a response is refused, with limits and without', async () => {
    for (const context of [contextWith(null), contextWith(null, 60_000)]) {
      const nothing = transportOf(async () => undefined as never);
      await expect(carryBounded(nothing, request, context)).rejects.toThrow(InvalidArgument);
      const throwing = transportOf(() => {
        throw new RangeError('x');
      });
      await expect(carryBounded(throwing, request, context)).rejects.toThrow(RangeError);
    }
  });

  test('a transport that hangs is left, and its late response cancelled', async () => {
    const { body, cancel } = stuckBody();
    let answer!: (response: StreamResponse) => void;
    const late = new Promise<StreamResponse>((resolve) => {
      answer = resolve;
    });
    const controller = new AbortController();
    const work = carryBounded(
      transportOf(() => late),
      request,
      contextWith(controller.signal),
    );
    controller.abort('enough');
    await expect(work).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' });
    answer(streamed(body));
    await new Promise(setImmediate);
    expect(cancel).toHaveBeenCalledOnce();
  });

  test('a failure that comes late disturbs nobody', async () => {
    let fail!: (error: Error) => void;
    const late = new Promise<never>((_resolve, reject) => {
      fail = reject;
    });
    await expect(
      carryBounded(
        transportOf(() => late),
        request,
        contextWith(null, 1),
      ),
    ).rejects.toThrow(TotalTimeout);
    fail(new Error('nobody listens'));
    await new Promise(setImmediate);
  });

  test('nothing is left at the signal', async () => {
    const { signal } = new AbortController();
    const context = contextWith(signal, 60_000);
    const response = await carryBounded(
      transportOf(async () => streamed(stuckBody('a').body)),
      request,
      context,
    );
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    const iterator = response.iterBytes();
    await iterator.next();
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    const pending = iterator.next();
    await new Promise(setImmediate);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await response.cancel();
    await expect(pending).rejects.toMatchObject({ name: 'StreamClosed' });
    expect(getEventListeners(signal, 'abort').length).toBeLessThanOrEqual(1);
  });
});

describe('bounded', () => {
  test('leaves it to whoever is inside to say what was waited for', async () => {
    const controller = new AbortController();
    const inner = new Error('of the inside');
    const answer = new Promise<StreamResponse>((_resolve, reject) => {
      controller.signal.addEventListener('abort', () => setImmediate(() => reject(inner)));
    });
    const onGivenUp = vi.fn();
    const work = bounded(answer, request, contextWith(controller.signal), onGivenUp);
    controller.abort();
    await expect(work).rejects.toBe(inner);
    expect(onGivenUp).not.toHaveBeenCalled();
  });

  test('gives up by itself if nobody does', async () => {
    for (const context of [contextWith(AbortSignal.timeout(1)), contextWith(null, 1)]) {
      const onGivenUp = vi.fn();
      const error = await bounded(hang(), request, context, onGivenUp).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(context.signal === null ? TotalTimeout : AbortError);
      expect(onGivenUp).toHaveBeenCalledExactlyOnceWith(error);
    }
  });
});

describe('boundedBody', () => {
  test('is the response itself where there is nothing to bound', async () => {
    const response = new StreamResponse(200, { body: 'x', request });
    expect(boundedBody(response, request, contextWith(null))).toBe(response);
    await response.read();
    expect(boundedBody(response, request, contextWith(null, 60_000))).toBe(response);
  });

  test('gives content, count and trailers', async () => {
    const make = (): StreamResponse =>
      boundedBody(
        new StreamResponse(200, { body: ['ab', 'c'], trailers: { 'X-Sum': '1' }, request }),
        request,
        contextWith(null, 60_000),
      );
    const read = await make().read();
    expect([read.text, read.bytesReceived, read.trailers.get('x-sum')]).toEqual(['abc', 3, '1']);
    const pieces: string[] = [];
    const response = make();
    for await (const piece of response.iterText()) pieces.push(piece);
    expect(pieces).toEqual(['ab', 'c']);
    expect([response.bytesReceived, response.trailers.get('x-sum')]).toEqual([3, '1']);
    expect(() => response.upgrade()).toThrow(InvalidArgument);
  });

  test('content that hangs fails, and its maker is told', async () => {
    for (const take of ['read', 'iterate'] as const) {
      const { body, cancel } = stuckBody('a');
      const controller = new AbortController();
      const response = boundedBody(streamed(body), request, contextWith(controller.signal));
      setTimeout(() => controller.abort('enough'), 5);
      const work =
        take === 'read'
          ? response.read()
          : (async (): Promise<void> => {
              for await (const piece of response) void piece;
            })();
      await expect(work).rejects.toMatchObject({ name: 'AbortError', cause: 'enough' });
      expect(response.isClosed).toBe(true);
      await new Promise(setImmediate);
      expect(cancel).toHaveBeenCalledOnce();
    }
  });

  test('content is not begun after the time is over', async () => {
    const { body, cancel } = stuckBody('a');
    const response = boundedBody(streamed(body), request, contextWith(null, 0));
    await expect(response.read()).rejects.toThrow(TotalTimeout);
    await new Promise(setImmediate);
    expect(cancel).toHaveBeenCalledOnce();
  });
});
