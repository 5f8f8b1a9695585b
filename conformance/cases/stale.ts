import { reply } from '../../fixtures/reply-server.ts';
import type { ScriptedServer } from '../../fixtures/scripted-server.ts';
import type { Client, ClientOptions, RequestOptions, RetryEvent, TraceEvent } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const PLAIN = `${OK}Content-Length: 2\r\n\r\nok`;

type Death = 'answers' | 'closes' | 'interim' | 'octet' | 'resets';

/** A server whose first `count` connections answer one request, and on the second one die in this way. */
async function dying(
  t: CaseContext,
  death: Death,
  count = 1,
): Promise<{ readonly server: ScriptedServer; readonly bodies: string[] }> {
  const bodies: string[] = [];
  const server = await t.scripted(async (peer) => {
    const first = await peer.readRequest();
    bodies.push(first.body.text);
    await peer.send(PLAIN);
    for (;;) {
      const { body } = await peer.readRequest();
      bodies.push(body.text);
      if (peer.index >= count || death === 'answers') {
        await peer.send(reply(200, [], `again ${peer.index}`));
        continue;
      }
      if (death === 'octet') await peer.send('H');
      if (death === 'interim') await peer.send('HTTP/1.1 102 Processing\r\n\r\n');
      if (death === 'resets') peer.reset();
      else await peer.end();
      return;
    }
  });
  return { server, bodies };
}

async function nameOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    return (error as Error).name;
  }
}

async function* pieces(): AsyncGenerator<string> {
  yield 'the ';
  yield 'body';
}

/** The first request on a connection, then another one on which it dies. */
async function second(
  t: CaseContext,
  death: Death,
  method: string,
  options: RequestOptions = {},
  clientOptions: ClientOptions = {},
): Promise<{
  readonly outcome: string;
  readonly server: ScriptedServer;
  readonly bodies: string[];
  readonly client: Client;
}> {
  const { server, bodies } = await dying(t, death);
  const client = t.client({ limits: { maxConnections: 1 }, ...clientOptions });
  t.assert.equal((await client.get(server.url())).text, 'ok');
  const outcome = await nameOf(client.request(method, server.url(), options));
  t.assert.equal(client.stats.active, 0);
  return { outcome, server, bodies, client };
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'PL-05',
    rows: ['PL-05'],
    title: 'an idle connection that the server closes, or talks on, is given up at once',
    verdict: 'same',
    rfc: 'RFC 9112 §9.3',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      for (const farewell of ['', reply(408, [['Connection', 'close']]), 'x']) {
        const server = await t.scripted(async (peer) => {
          await peer.readRequest();
          await peer.send(PLAIN);
          await peer.wait(5);
          if (farewell !== '') await peer.send(farewell);
          await peer.end();
        });
        const client = t.client({ limits: { maxConnections: 1 } });
        for (let i = 0; i < 3; i++) {
          t.assert.equal((await client.post(server.url())).text, 'ok');
          await server.untilOpen(0);
          t.assert.deepEqual([client.stats.connections, client.stats.idle], [0, 0]);
        }
        t.assert.deepEqual([server.connections, client.stats.reused], [3, 0]);
      }
    },
  },
  {
    id: 'PL-05.retry',
    rows: ['PL-05'],
    title: 'one that dies under a request: the request is sent again, once, on a new connection',
    verdict: 'fixed:D26',
    rfc: 'RFC 9110 §9.2.2, RFC 9112 §9.3.1',
    layer: 'live',
    needs: ['pool', 'wire-bytes'],
    async run(t) {
      for (const death of ['closes', 'resets'] as const) {
        for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'QUERY', 'TRACE']) {
          const { outcome, server } = await second(t, death, method);
          t.assert.deepEqual([outcome, server.connections], ['done', 2], `${method} ${death}`);
        }
      }
    },
  },
  {
    id: 'PL-05.unsafe',
    rows: ['PL-05'],
    title: 'a request that might be carried out twice is not sent again',
    verdict: 'same',
    rfc: 'RFC 9110 §9.2.2',
    layer: 'live',
    needs: ['pool', 'wire-bytes'],
    async run(t) {
      for (const method of ['POST', 'PATCH', 'LOCK']) {
        const { outcome, server } = await second(t, 'closes', method);
        t.assert.deepEqual([outcome, server.connections], ['RemoteProtocolError', 1], method);
        const reset = await second(t, 'resets', method);
        t.assert.match(reset.outcome, /^(?:ReadError|WriteError)$/);
        t.assert.equal(reset.server.connections, 1);
      }
    },
  },
  {
    id: 'PL-05.heard',
    rows: ['PL-05'],
    title: 'nor one to which the server has begun to answer',
    verdict: 'same',
    rfc: 'RFC 9112 §9.3.1',
    layer: 'live',
    needs: ['pool', 'wire-bytes'],
    async run(t) {
      for (const death of ['octet', 'interim'] as const) {
        const { outcome, server } = await second(t, death, 'GET');
        t.assert.deepEqual([outcome, server.connections], ['RemoteProtocolError', 1], death);
      }
    },
  },
  {
    id: 'PL-05.reset',
    rows: ['PL-05'],
    title: 'nor one whose answer is cut off by a reset',
    verdict: 'same',
    rfc: 'RFC 9112 §9.3.1',
    layer: 'live',
    needs: ['pool', 'wire-bytes'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send(PLAIN);
        await peer.readRequest();
        await peer.send('HTTP/1.1 200');
        await peer.wait(50);
        peer.reset();
      });
      const client = t.client();
      await client.get(server.url());
      t.assert.equal(await nameOf(client.get(server.url())), 'ReadError');
      t.assert.equal(server.connections, 1);
    },
  },
  {
    id: 'PL-05.talk',
    rows: ['PL-05'],
    title: 'octets that nobody asked for end an idle connection, although the server keeps it',
    verdict: 'same',
    rfc: 'RFC 9112 §9.2',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send(PLAIN);
        await peer.wait(5);
        await peer.send(PLAIN);
        await peer.closed;
      });
      const client = t.client();
      t.assert.equal((await client.get(server.url())).text, 'ok');
      await server.untilOpen(0);
      t.assert.deepEqual([client.stats.connections, client.stats.idle], [0, 0]);
    },
  },
  {
    id: 'PL-05.fresh',
    rows: ['PL-05', 'H1-03'],
    title: 'nor one on a connection that was never used: there the server means it',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const server = await t.replies({ bytes: '', after: 'end' });
      t.assert.equal(await nameOf(t.client().get(server.url())), 'RemoteProtocolError');
      t.assert.deepEqual([server.connections, server.requests.length], [1, 1]);
    },
  },
  {
    id: 'PL-05.once',
    rows: ['PL-05'],
    title: 'a second death is final',
    verdict: 'fixed:D26',
    layer: 'live',
    needs: ['pool', 'wire-bytes'],
    async run(t) {
      // Two idle connections, both about to die.
      const { server } = await dying(t, 'closes', 10);
      const client = t.client();
      await Promise.all([client.get(server.url()), client.get(server.url())]);
      t.assert.equal(client.stats.idle, 2);
      // The other idle one is not tried: it may be as dead.
      t.assert.equal((await client.get(server.url())).text, 'ok');
      t.assert.deepEqual([server.connections, server.requests.length], [3, 4]);
      const dead = await t.scripted(async (peer) => {
        await peer.readRequest();
        if (peer.index === 0) {
          await peer.send(PLAIN);
          await peer.readRequest();
        }
        await peer.end();
      });
      const other = t.client();
      await other.get(dead.url());
      t.assert.equal(await nameOf(other.get(dead.url())), 'RemoteProtocolError');
      t.assert.equal(dead.connections, 2);
    },
  },
  {
    id: 'PL-05.body',
    rows: ['PL-05'],
    title: 'a body is sent again if it can be had again',
    verdict: 'fixed:D26',
    layer: 'live',
    needs: ['pool', 'wire-bytes'],
    async run(t) {
      for (const content of ['the body', () => pieces(), new Blob(['the body'])]) {
        const { outcome, bodies } = await second(t, 'closes', 'PUT', { content });
        t.assert.deepEqual([outcome, bodies], ['done', ['', 'the body', 'the body']]);
      }
      const { outcome, bodies } = await second(t, 'closes', 'PUT', { content: pieces() });
      t.assert.deepEqual([outcome, bodies], ['RemoteProtocolError', ['', 'the body']]);
    },
  },
  {
    id: 'PL-05.seen',
    rows: ['PL-05', 'EH-07'],
    title: 'the repetition is seen by hooks and trace, and a hook can prevent it',
    verdict: 'fixed:D26',
    layer: 'live',
    needs: ['pool', 'trace', 'wire-bytes'],
    async run(t) {
      const retries: RetryEvent[] = [];
      const events: TraceEvent[] = [];
      const trace = (event: TraceEvent): void => void events.push(event);
      const hooks = { retry: [async (event: RetryEvent) => void retries.push(event)] };
      const { outcome } = await second(t, 'closes', 'GET', { extensions: { trace } }, { hooks });
      t.assert.equal(outcome, 'done');
      t.assert.deepEqual(
        retries.map(({ request, reason, attempt }) => [request.method, reason, attempt]),
        [['GET', 'server disconnected without sending a response', 2]],
      );
      const names = events.map(({ name }) => name);
      t.assert.equal(names.filter((name) => name === 'connection.retry').length, 1);
      const { info } = events.find(({ name }) => name === 'connection.retry')!;
      t.assert.equal(info['reason'], 'server disconnected without sending a response');
      t.assert.equal(typeof info['connection'], 'number');
      t.assert.equal(names.filter((name) => name === 'connection.connect_tcp.complete').length, 1);
      t.assert.deepEqual(new Set(events.map(({ requestId }) => requestId)).size, 1);

      const prevented = await second(
        t,
        'closes',
        'GET',
        {},
        {
          hooks: {
            retry: [
              () => {
                throw new RangeError('not again');
              },
            ],
          },
        },
      );
      t.assert.deepEqual([prevented.outcome, prevented.server.connections], ['RangeError', 1]);
    },
  },
];
