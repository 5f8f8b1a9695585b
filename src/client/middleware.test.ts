import { describe, expect, test } from 'vitest';
import { silentContext } from '../../fixtures/transport-context.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { Request } from '../message/request.ts';
import { Response } from '../message/response.ts';
import { StreamResponse } from '../message/stream-response.ts';
import type { TransportContext } from '../transport/transport.ts';
import { type Middleware, throughLayer } from './middleware.ts';

const request = new Request('GET', 'https://a.test/');
const failure = new Error('of the layer');

const UNBOUND = silentContext({ delivery: 'stream' });

function through(
  layer: Middleware,
  below: (request: Request) => Promise<StreamResponse> = async () =>
    new StreamResponse(200, { body: 'x', request }),
  context: TransportContext = UNBOUND,
): Promise<StreamResponse> {
  return throughLayer(layer, request, below, context);
}

describe('throughLayer', () => {
  test('hands request and response through', async () => {
    const response = new StreamResponse(204);
    const seen: Request[] = [];
    const result = await through(
      (incoming, next) => next(incoming.with({ method: 'PUT' })),
      async (outgoing) => {
        seen.push(outgoing);
        return response;
      },
    );
    expect(result).toBe(response);
    expect(seen.map(({ method }) => method)).toEqual(['PUT']);
  });

  test('a response that was received is the same one with limits too, one of its own is held to them', async () => {
    const context = { ...UNBOUND, signal: new AbortController().signal };
    const own = new StreamResponse(200, { body: 'x', request });
    expect(
      await through(
        (incoming, next) => next(incoming),
        async () => own,
        context,
      ),
    ).toBe(own);
    const made = await through(async () => own, undefined, context);
    expect(made).not.toBe(own);
    expect((await made.read()).text).toBe('x');
  });

  test('what it received is closed when it fails, unless it has been read', async () => {
    const made: StreamResponse[] = [];
    const below = async (): Promise<StreamResponse> => {
      const response = new StreamResponse(200, { body: 'x', request });
      made.push(response);
      return response;
    };
    const layer: Middleware = async (incoming, next) => {
      await (await next(incoming)).read();
      await next(incoming);
      throw failure;
    };
    await expect(through(layer, below)).rejects.toBe(failure);
    expect(made.map(({ isClosed }) => isClosed)).toEqual([true, true]);
    expect((await made[0]!.read()).text).toBe('x');
    await expect(made[1]!.read()).rejects.toMatchObject({ name: 'StreamClosed' });
  });

  test('what comes after it has failed is closed', async () => {
    let answer!: (response: StreamResponse) => void;
    const late = new Promise<StreamResponse>((resolve) => {
      answer = resolve;
    });
    const layer: Middleware = (incoming, next) => {
      void next(incoming);
      throw failure;
    };
    await expect(through(layer, () => late)).rejects.toBe(failure);
    const response = new StreamResponse(200, { body: 'x', request });
    answer(response);
    await new Promise(setImmediate);
    expect(response.isClosed).toBe(true);
  });

  test('what comes after it has returned is its own affair', async () => {
    let received: Promise<StreamResponse> | null = null;
    const layer: Middleware = async (incoming, next) => {
      received = next(incoming);
      return new StreamResponse(203);
    };
    expect((await through(layer)).status).toBe(203);
    expect((await (await received!).read()).text).toBe('x');
  });

  test.each([undefined, 'text', {}, new Response(200)])('%o is no response', async (value) => {
    await expect(through(async () => value as never)).rejects.toThrow(InvalidArgument);
    await expect(through((() => value) as never)).rejects.toThrow(/must return a StreamResponse/);
  });

  test.each([undefined, 'https://a.test/', new globalThis.Request('https://a.test/')])(
    '%o is no request',
    async (value) => {
      await expect(through((_incoming, next) => next(value as never))).rejects.toThrow(
        /next\(\) takes a Request/,
      );
    },
  );

  test('nothing is sent once time is over', async () => {
    const seen: Request[] = [];
    const below = async (outgoing: Request): Promise<StreamResponse> => {
      seen.push(outgoing);
      return new StreamResponse(200);
    };
    const context = { ...UNBOUND, totalDeadline: performance.now() };
    await expect(through((incoming, next) => next(incoming), below, context)).rejects.toMatchObject({
      name: 'TotalTimeout',
    });
    expect(seen).toEqual([]);
  });
});
