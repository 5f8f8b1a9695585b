import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { Request } from '../message/request.ts';
import { Response } from '../message/response.ts';
import { StreamResponse } from '../message/stream-response.ts';
import { MockTransport } from './mock-transport.ts';

const request = new Request('GET', 'https://a.test/x');

describe('MockTransport', () => {
  test('reads the body before it calls the handler', async () => {
    const content = (async function* (): AsyncGenerator<string> {
      yield 'some ';
      yield 'content';
    })();
    const upload = new Request('POST', 'https://a.test/', { content });
    let seen = '';
    const transport = new MockTransport((given) => {
      seen = Buffer.from(given.content).toString();
      return new Response(204);
    });
    expect((await transport.handle(upload)).status).toBe(204);
    expect(seen).toBe('some content');
  });

  test('a response becomes a stream of its octets, for the request that was sent', async () => {
    const answer = new Response(200, { text: 'content', trailers: { 'X-Sum': '1' } });
    const transport = new MockTransport(async () => answer);
    for (let round = 0; round < 2; round++) {
      const response = await transport.handle(request);
      expect(response.request).toBe(request);
      const read = await response.read();
      expect([read.text, read.trailers.get('x-sum')]).toEqual(['content', '1']);
    }
    expect(() => answer.request).toThrow(InvalidArgument);
  });

  test('a streamed answer is given as it is', async () => {
    const answer = new StreamResponse(200, { body: 'content' });
    const response = await new MockTransport(() => answer).handle(request);
    expect(response).toBe(answer);
    expect(response.request).toBe(request);
  });

  test('what the handler throws comes out, from both kinds of handlers', async () => {
    const failure = new RangeError('of the handler');
    const now = new MockTransport(() => {
      throw failure;
    });
    const later = new MockTransport(() => Promise.reject(failure));
    for (const transport of [now, later]) await expect(transport.handle(request)).rejects.toBe(failure);
  });

  test.each([undefined, null, 'text', 200, new globalThis.Response('x')])(
    '%o is no answer',
    async (answer) => {
      await expect(new MockTransport(() => answer as never).handle(request)).rejects.toThrow(
        'The handler of a MockTransport must return a Response or a StreamResponse.',
      );
    },
  );

  test.each([undefined, {}, 'x'])('%o is no handler', (handler) => {
    expect(() => new MockTransport(handler as never)).toThrow(InvalidArgument);
  });

  test('closing it changes nothing', async () => {
    const transport = new MockTransport(() => new Response(204));
    await transport.close();
    await transport.close();
    expect((await transport.handle(request)).status).toBe(204);
  });
});
