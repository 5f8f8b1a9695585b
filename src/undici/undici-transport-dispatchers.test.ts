import { connect as connectSocket, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { Agent, MockAgent, ProxyAgent } from 'undici';
import { describe, expect, test } from 'vitest';
import { listen, portOf, stopListening } from '../../fixtures/listening.ts';
import { failure, setUpUndici } from '../../fixtures/undici-setup.ts';
import { AbortError, Client, ProxyError, TransportError } from '../index.ts';
import { UndiciTransport } from './undici-transport.ts';

const { defer, serve, clientOn } = setUpUndici();

describe('MockAgent', () => {
  test('answers, with bodies and fields compared', async () => {
    const agent = new MockAgent();
    agent.disableNetConnect();
    agent
      .get('https://example.com')
      .intercept({ path: '/a?b=1', method: 'POST', body: '{"x":1}', headers: { 'x-key': 'k' } })
      .reply(
        201,
        { made: true },
        { headers: { 'content-type': 'application/json' }, trailers: { 'x-t': '1' } },
      );
    const client = clientOn(agent);
    const response = await client.post('https://example.com/a?b=1', {
      json: { x: 1 },
      headers: { 'X-Key': 'k' },
    });
    expect([response.status, response.json(), response.trailers.get('x-t')]).toEqual([
      201,
      { made: true },
      '1',
    ]);
    const stray = await failure<TransportError>(client.get('https://example.com/other'));
    expect(stray).toBeInstanceOf(TransportError);
    expect((stray.cause as { code?: string }).code).toBe('UND_MOCK_ERR_MOCK_NOT_MATCHED');
  });

  test('a pool of it calls the older methods of handlers', async () => {
    const agent = new MockAgent();
    const pool = agent.get('https://example.com');
    pool.intercept({ path: '/' }).reply(200, 'hello');
    expect((await clientOn(pool).get('https://example.com/')).text).toBe('hello');
    await agent.close();
  });

  test('delayed replies can be aborted', async () => {
    const agent = new MockAgent();
    agent.get('https://example.com').intercept({ path: '/' }).reply(200, 'hello').delay(60_000);
    const error = await failure<TransportError>(
      clientOn(agent).get('https://example.com/', { signal: AbortSignal.timeout(20) }),
    );
    expect(error).toBeInstanceOf(AbortError);
  });

  test('errors of a reply are mapped', async () => {
    const agent = new MockAgent();
    const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    agent.get('https://example.com').intercept({ path: '/' }).replyWithError(reset);
    expect((await failure<TransportError>(clientOn(agent).get('https://example.com/'))).cause).toBe(reset);
  });
});

describe('ProxyAgent', () => {
  async function proxy(status: number): Promise<{ url: string; targets: string[] }> {
    const targets: string[] = [];
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
      socket.once('data', (head) => {
        const target = head.toString('latin1').split(' ')[1]!;
        targets.push(target);
        if (status !== 200) {
          socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
          return;
        }
        const far = connectSocket(Number(target.split(':')[1]), '127.0.0.1', () => {
          socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
          socket.pipe(far).pipe(socket);
        });
        sockets.add(far);
        far.on('error', () => socket.destroy());
        far.on('close', () => sockets.delete(far));
      });
    });
    await listen(server);
    defer(async () => {
      const stopped = stopListening(server);
      for (const socket of sockets) socket.destroy();
      await stopped;
    });
    return { url: `http://127.0.0.1:${portOf(server)}`, targets };
  }

  test('tunnels, with repeated fields kept', async () => {
    const server = await serve();
    const { url, targets } = await proxy(200);
    const client = clientOn(new ProxyAgent(url));
    const response = await client.get(server.url('/headers'), {
      headers: [
        ['X-A', '1'],
        ['X-A', '2'],
      ],
    });
    expect(response.json()).toEqual(
      expect.arrayContaining([
        ['X-A', '1'],
        ['X-A', '2'],
      ]),
    );
    expect(targets).toEqual([`127.0.0.1:${server.port}`]);
  });

  test('the proxy of a request is refused by name, not ignored', async () => {
    const client = new Client({ transport: new UndiciTransport(new Agent(), { closeDispatcher: true }) });
    for (const proxy of ['http://p.test', null]) {
      await expect(client.get('http://a.test/', { proxy })).rejects.toMatchObject({
        name: 'UnsupportedOption',
        option: 'proxy',
        backend: 'undici',
      });
    }
    await client.close();
  });

  test('so is a request that may reach public addresses alone', async () => {
    const agent = new MockAgent();
    agent
      .get('http://a.test')
      .intercept({ path: '/' })
      .reply(302, '', { headers: { Location: 'http://b.test/' } });
    const client = clientOn(agent);
    await expect(client.get('http://a.test/', { redirect: { allowPrivate: false } })).rejects.toMatchObject({
      name: 'UnsupportedOption',
      option: 'redirect.allowPrivate',
    });
  });

  test('a refused tunnel is a failure of the proxy', async () => {
    const server = await serve();
    const { url } = await proxy(407);
    const error = await failure<TransportError>(clientOn(new ProxyAgent(url)).get(server.url('/get')));
    expect(error).toBeInstanceOf(ProxyError);
    expect(error.message).toContain('407');
    expect(error.phase).toBe('proxy');
  });
});
