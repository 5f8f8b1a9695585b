import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Agent, Pool } from 'undici';
import { describe, expect, test } from 'vitest';
import { failure, setUpUndici } from '../../fixtures/undici-setup.ts';
import { AbortError, DecodingError, StreamClosed } from '../index.ts';
import type { TransportError } from '../index.ts';

const { serve, script, clientOn } = setUpUndici();

describe('streams', () => {
  test('64 MiB pass through a slow reader with bounded memory', async () => {
    const server = await serve();
    const response = await clientOn(new Agent()).stream('GET', server.url(`/bytes/${64 * 2 ** 20}`));
    let length = 0;
    let ahead = 0;
    for await (const chunk of response.iterRaw()) {
      length += chunk.length;
      ahead = Math.max(ahead, response.bytesReceived - length);
      if (length % (4 * 2 ** 20) < chunk.length) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(length).toBe(64 * 2 ** 20);
    expect(ahead).toBeLessThan(2 ** 20);
  });

  test('nothing is read from a peer whose response nobody reads', async () => {
    let sent = 0;
    const server = await script(async (peer) => {
      await peer.readHead();
      await peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${256 * 2 ** 20}\r\n\r\n`);
      while (!peer.isClosed) {
        await peer.send(Buffer.alloc(2 ** 20)).catch(() => {});
        sent += 2 ** 20;
      }
    });
    const response = await clientOn(new Agent()).stream('GET', server.url());
    const chunks = response.iterRaw();
    await chunks.next();
    let before = -1;
    while (before !== sent) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(response.bytesReceived).toBeLessThan(2 ** 20);
    expect(sent).toBeLessThan(64 * 2 ** 20);
    await chunks.return();
    await server.untilOpen(0);
  });

  test('cancelling closes the connection and ends the reader', async () => {
    const server = await serve();
    const response = await clientOn(new Agent()).stream('GET', server.url('/stall-body'));
    const reading = failure<TransportError>(response.read());
    await response.cancel();
    expect(await reading).toBeInstanceOf(StreamClosed);
    await server.untilOpen(0);
  });

  test('a response that is forgotten lets go of its connection', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const server = await serve();
    const client = clientOn(new Pool(server.origin, { connections: 1 }), { timeout: null });
    await (async (): Promise<void> => {
      expect((await client.stream('GET', server.url('/stall-body'))).status).toBe(200);
    })();
    const next = client.get(server.url('/get'));
    const collecting = setInterval(collect, 5);
    expect((await next.finally(() => clearInterval(collecting))).status).toBe(200);
  });

  test('an abort in mid-body closes the connection', async () => {
    const server = await serve();
    const controller = new AbortController();
    const response = await clientOn(new Agent()).stream('GET', server.url('/stall-body'), {
      signal: controller.signal,
    });
    const reading = failure<TransportError>(response.read());
    const reason = new Error('enough');
    controller.abort(reason);
    const error = await reading;
    expect(error).toBeInstanceOf(AbortError);
    expect([error.phase, error.cause]).toEqual(['read', reason]);
    await server.untilOpen(0);
  });

  test('a request that is given up in the queue is never sent', async () => {
    const server = await serve();
    const client = clientOn(new Pool(server.origin, { connections: 1 }));
    const holder = await client.stream('GET', server.url('/stall-body'));
    const controller = new AbortController();
    const waiting = failure<TransportError>(client.get(server.url('/get'), { signal: controller.signal }));
    controller.abort();
    expect(await waiting).toBeInstanceOf(AbortError);
    await holder.cancel();
    expect((await client.get(server.url('/headers'))).status).toBe(200);
    expect(server.requests.map(({ target }) => target)).toEqual(['/stall-body', '/headers']);
  });

  test('a body that is larger than decode.maxBytes is not read whole', async () => {
    const server = await serve();
    const client = clientOn(new Agent(), { decode: { maxBytes: 1000 } });
    const error = await failure<TransportError>(client.get(server.url('/bytes/100000')));
    expect(error).toBeInstanceOf(DecodingError);
    expect(error.code).toBe('ERR_CONTENT_LIMIT');
    await server.untilOpen(0);
  });

  test('an upgraded connection is given as a duplex', async () => {
    const server = await serve();
    const response = await clientOn(new Agent()).stream('GET', server.url('/chat'), {
      headers: { Connection: 'Upgrade', Upgrade: 'echo' },
    });
    expect([response.status, response.headers.get('upgrade')]).toEqual([101, 'echo']);
    const socket = response.upgrade();
    socket.write('hello');
    expect(String((await once(socket, 'data'))[0])).toBe('hello');
    socket.destroy();
    await server.untilOpen(0);
  });

  test('a refused upgrade is an ordinary response', async () => {
    const server = await serve();
    const response = await clientOn(new Agent()).get(server.url('/chat'), {
      headers: { Connection: 'Upgrade', Upgrade: 'other' },
    });
    expect(response.status).toBe(400);
  });

  test('CONNECT gives a tunnel; a refusal has its content', async () => {
    const server = await serve();
    const client = clientOn(new Agent());
    const response = await client.stream('CONNECT', server.origin, {
      extensions: { target: 'far.test:443' },
    });
    expect(response.status).toBe(200);
    const socket = response.upgrade();
    socket.write('through');
    expect(String((await once(socket, 'data'))[0])).toBe('through');
    socket.destroy();
    const peer = await script(async (refusing) => {
      await refusing.readHead();
      await refusing.send('HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\nno way and more');
    });
    const refused = await client.request('CONNECT', peer.origin);
    expect([refused.status, refused.text]).toEqual([403, 'no way']);
    expect(peer.requests[0]?.target).toBe(`127.0.0.1:${peer.port}`);
    await peer.untilOpen(0);
  });
});
