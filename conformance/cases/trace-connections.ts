import { join } from 'node:path';
import type { TraceEvent } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { PLAIN } from '../support/replies.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'XT-04.reused',
    rows: ['XT-04'],
    title: 'which connection a request got is told, and whether it had been used',
    verdict: 'differs:httpx does not number connections',
    layer: 'live',
    needs: ['trace', 'pool'],
    async run(t) {
      const server = await t.replies(PLAIN);
      const acquired: TraceEvent[] = [];
      const client = t.client({
        trace(event) {
          if (event.name === 'pool.acquire.complete') acquired.push(event);
        },
      });
      const { connection } = await client.get(server.url());
      await client.get(server.url());
      t.assert.deepEqual(
        acquired.map(({ info }) => info),
        [
          { connection: connection?.id, reused: false },
          { connection: connection?.id, reused: true },
        ],
      );
    },
  },
  {
    id: 'XT-04.tls',
    rows: ['XT-04'],
    title: 'a handshake tells what it asks for and what was agreed upon',
    verdict: 'same',
    layer: 'live',
    needs: ['trace', 'tls'],
    async run(t) {
      const server = await t.replies(PLAIN, { tls: t.serverTLS });
      const infos = new Map<string, TraceEvent['info']>();
      const client = t.client({
        tls: { ca: t.ca.certificate },
        trace: ({ name, info }) => void infos.set(name, info),
      });
      const { connection } = await client.get(server.url().replace('127.0.0.1', 'localhost'));
      t.assert.equal(infos.get('connection.start_tls.started')?.['servername'], 'localhost');
      t.assert.deepEqual(infos.get('connection.start_tls.complete'), { ...connection?.tls });
    },
  },
  {
    id: 'XT-04.path',
    rows: ['XT-04', 'NW-01'],
    title: 'connecting to a Unix domain socket is a step of its own',
    verdict: 'same',
    layer: 'live',
    needs: ['trace', 'uds'],
    async run(t) {
      const path = join(t.tempDir(), 'no.sock');
      const events: TraceEvent[] = [];
      const client = t.client({ socket: { path }, trace: (event) => void events.push(event) });
      await t.assert.rejects(client.get('http://local.test/'), { name: 'ConnectError' });
      const connecting = events.filter(({ name }) => name.startsWith('connection.connect_'));
      t.assert.deepEqual(
        connecting.map(({ name, info }) => [name, info['path']]),
        [
          ['connection.connect_unix_socket.started', path],
          ['connection.connect_unix_socket.failed', path],
        ],
      );
    },
  },
  {
    id: 'XT-02.number',
    rows: ['XT-02'],
    title: 'a request keeps its number when auth gives it another trace',
    verdict: 'differs:httpx does not number requests',
    layer: 'live',
    needs: ['trace'],
    async run(t) {
      const server = await t.replies(PLAIN);
      const [own, extra]: [Set<number>, Set<number>] = [new Set(), new Set()];
      const client = t.client({ trace: ({ requestId }) => void own.add(requestId) });
      await client.get(server.url(), {
        auth: (request) =>
          request.with({ extensions: { trace: ({ requestId }: TraceEvent) => void extra.add(requestId) } }),
      });
      t.assert.equal(own.size, 1);
      t.assert.deepEqual(extra, own);
    },
  },
  {
    id: 'XT-05.throws',
    rows: ['XT-05'],
    title: 'what a trace callback throws does not touch the request, and is not lost',
    verdict: 'differs:in httpx it ends the request',
    layer: 'live',
    needs: ['trace'],
    async run(t) {
      const server = await t.replies(PLAIN);
      const others = process.listeners('uncaughtException');
      const uncaught: unknown[] = [];
      process.removeAllListeners('uncaughtException');
      process.on('uncaughtException', (error) => void uncaught.push(error));
      try {
        const failure = new RangeError('from the callback');
        const client = t.client({
          trace({ name }) {
            if (name === 'pool.acquire.complete') throw failure;
          },
        });
        t.assert.equal((await client.get(server.url())).text, 'ok');
        t.assert.deepEqual(uncaught, [failure]);
      } finally {
        process.removeAllListeners('uncaughtException');
        for (const listener of others) process.on('uncaughtException', listener);
      }
    },
  },
];
