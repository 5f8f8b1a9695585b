import { Agent, interceptors } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { type HTTPServer, startHTTPServer } from '../../fixtures/http-server.ts';
import { type Script, type ScriptedServer, startScriptedServer } from '../../fixtures/scripted-server.ts';
import { Client, type Response, StreamConsumed, TransportError } from '../index.ts';
import type { DispatcherLike } from './dispatcher-like.ts';
import { UndiciTransport } from './undici-transport.ts';

const cleanups: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function serve(): Promise<HTTPServer> {
  const server = await startHTTPServer();
  cleanups.push(() => server.close());
  return server;
}

async function script(follow: Script): Promise<ScriptedServer> {
  const server = await startScriptedServer(follow);
  cleanups.push(() => server.close());
  return server;
}

function clientOn(dispatcher: DispatcherLike): Client {
  const client = new Client({ transport: new UndiciTransport(dispatcher, { closeDispatcher: true }) });
  cleanups.push(() => client.close());
  return client;
}

/** Answers 503 to the first request of all connections, then 200 with the body of the request. */
function unreliable(): Script {
  let count = 0;
  return async (peer) => {
    for (;;) {
      const { body } = await peer.readRequest();
      const text = `${body.framing} ${body.bytes.length}`;
      await peer.send(
        count++ === 0
          ? 'HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy'
          : `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
      );
    }
  };
}

describe('retry', () => {
  test.each([
    ['a small body', Buffer.from('abc'), 'length 3'],
    ['a large body', Buffer.alloc(200_000), 'length 200000'],
    ['a Blob', new Blob(['abcdef']), 'length 6'],
  ])('%s is sent again', async (_name, content, expected) => {
    const server = await script(unreliable());
    const client = clientOn(new Agent().compose(interceptors.retry({ minTimeout: 1 })));
    const response: Response = await client.put(server.url(), { content });
    expect([response.status, response.text]).toEqual([200, expected]);
    expect(server.requests).toHaveLength(2);
  });

  test('a download that breaks off is resumed, with the fields of the request', async () => {
    let count = 0;
    const server = await script(async (peer) => {
      const head = await peer.readHead();
      if (count++ === 0) {
        await peer.send('HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: 10\r\n\r\n01234');
        await new Promise((resolve) => setTimeout(resolve, 20));
        peer.destroy();
        return;
      }
      expect(head.fields).toContainEqual(['X-Own', 'mine']);
      expect(head.fields.map(([name]) => name)).not.toContain('0');
      await peer.send(
        'HTTP/1.1 206 Partial\r\nETag: "1"\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\n\r\n56789',
      );
    });
    const client = clientOn(new Agent().compose(interceptors.retry({ minTimeout: 1 })));
    const response = await client.get(server.url(), { headers: { 'X-Own': 'mine' } });
    expect([response.status, response.text]).toEqual([200, '0123456789']);
  });

  test('a one-shot stream is not sent again', async () => {
    const server = await script(unreliable());
    const client = clientOn(new Agent().compose(interceptors.retry({ minTimeout: 1 })));
    const content = (async function* () {
      yield 'abc';
    })();
    await expect(client.put(server.url(), { content })).rejects.toThrow(StreamConsumed);
    expect(server.requests).toHaveLength(1);
  });

  test('when it gives up, its error is the cause', async () => {
    const server = await script(async (peer) => {
      for (;;) {
        await peer.readRequest();
        await peer.send('HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n');
      }
    });
    const client = clientOn(new Agent().compose(interceptors.retry({ minTimeout: 1, maxRetries: 1 })));
    const error = await client.get(server.url()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TransportError);
    expect((error as TransportError).cause).toMatchObject({ code: 'UND_ERR_REQ_RETRY', statusCode: 503 });
  });
});

describe('redirect', () => {
  test('is followed below the client, with a body that can be sent again', async () => {
    const server = await script(async (peer) => {
      for (;;) {
        const { head, body } = await peer.readRequest();
        await peer.send(
          head.target === '/from'
            ? 'HTTP/1.1 307 Moved\r\nLocation: /to\r\nContent-Length: 0\r\n\r\n'
            : `HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n${String(body.bytes.length).padStart(6, '0')}`,
        );
      }
    });
    const client = clientOn(new Agent().compose(interceptors.redirect({ maxRedirections: 3 })));
    expect((await client.put(server.url('/from'), { content: Buffer.alloc(100_000) })).text).toBe('100000');
  });
});

describe('others', () => {
  test('decompress: the content is undone once', async () => {
    const server = await serve();
    const client = clientOn(new Agent().compose(interceptors.decompress()));
    const response = await client.get(server.url('/gzip'));
    expect(response.json()).toEqual({ codings: ['gzip'] });
    expect(response.headers.has('content-encoding')).toBe(false);
  });

  test('dump: the content is taken away, and a limit is an error', async () => {
    const server = await serve();
    const client = clientOn(new Agent().compose(interceptors.dump({ maxSize: 1000 })));
    expect((await client.get(server.url('/bytes/500'))).bytes).toHaveLength(0);
    const error = await client.get(server.url('/bytes/5000')).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'TransportError', code: 'ERR_ABORTED' });
  });

  test('cache: the second response comes from it', async () => {
    const server = await script(async (peer) => {
      for (;;) {
        await peer.readRequest();
        await peer.send('HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 2\r\n\r\nok');
      }
    });
    const client = clientOn(new Agent().compose(interceptors.cache()));
    expect((await client.get(server.url())).text).toBe('ok');
    const second = await client.get(server.url());
    expect([second.text, second.headers.get('age')]).toEqual(['ok', '0']);
    expect(server.requests).toHaveLength(1);
  });

  test('one that changes fields by the object is heeded', async () => {
    const server = await serve();
    const stamping = new Agent().compose(
      (dispatch) => (options, handler) =>
        dispatch(options, {
          onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
          onResponseStart: (controller, status, headers, text) =>
            handler.onResponseStart?.(controller, status, { ...headers, 'x-stamp': '1' }, text),
          onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
          onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
          onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
        }),
    );
    expect((await clientOn(stamping).get(server.url('/get'))).headers.get('x-stamp')).toBe('1');
  });
});
