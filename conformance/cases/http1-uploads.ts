import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { reply } from '../../fixtures/reply-server.ts';
import type { ScriptedPeer } from '../../fixtures/scripted-peer.ts';
import type { ScriptedServer } from '../../fixtures/scripted-server.ts';
import type { Client, ClientOptions } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

const MIB = 1024 * 1024;
const TOO_LARGE = reply(413, [], 'too large');

/** A body without end, and whether it has been told to stop. */
function endless(size: number): {
  readonly content: AsyncGenerator<Uint8Array>;
  readonly state: { isClosed: boolean; given: number };
} {
  const state = { isClosed: false, given: 0 };
  const chunk = new Uint8Array(size);
  async function* give(): AsyncGenerator<Uint8Array> {
    try {
      for (;;) {
        state.given += chunk.length;
        yield chunk;
      }
    } finally {
      state.isClosed = true;
    }
  }
  return { content: give(), state };
}

/** Over TCP and, where it can be had, over TLS. */
async function onEach(
  t: CaseContext,
  script: (peer: ScriptedPeer) => Promise<void>,
  check: (server: ScriptedServer, client: Client) => Promise<void>,
): Promise<void> {
  for (const isTLS of t.has('tls') ? [false, true] : [false]) {
    const server = await t.scripted(isTLS ? { tls: t.serverTLS } : {}, script);
    const options: ClientOptions = {
      limits: { maxConnections: 1 },
      ...(isTLS ? { tls: { ca: t.ca.certificate } } : {}),
    };
    await check(server, t.client(options));
  }
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'PL-14',
    rows: ['PL-14'],
    title: 'a server that answers during an upload, and then leaves in whatever way',
    verdict: 'same',
    rfc: 'RFC 9112 §9.5',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const ways: readonly ((peer: ScriptedPeer) => Promise<void> | void)[] = [
        // Half-closes and waits.
        async (peer) => {
          await peer.end();
          peer.resume();
          await peer.closed;
        },
        // Half-closes, then drops what it has not read, which resets the connection.
        async (peer) => {
          await peer.end();
          peer.destroy();
        },
        // Drops it at once.
        (peer) => peer.destroy(),
        // Stays, but reads no more.
        (peer) => peer.closed,
      ];
      for (const leave of ways) {
        for (const size of [500, 65_536]) {
          await onEach(
            t,
            async (peer) => {
              await peer.readHead();
              await peer.readSome();
              peer.pause();
              await peer.send(TOO_LARGE);
              await leave(peer);
            },
            async (server, client) => {
              for (let round = 0; round < 3; round++) {
                const { content, state } = endless(size);
                const response = await client.post(server.url(), { content });
                t.assert.deepEqual([response.status, response.text], [413, 'too large']);
                await turn();
                t.assert.deepEqual([state.isClosed, client.stats.active], [true, 0]);
              }
            },
          );
        }
      }
    },
  },
  {
    id: 'PL-14.silent',
    rows: ['PL-14', 'H1-03'],
    title: 'a server that closes during an upload without an answer',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      for (const size of [500, 65_536]) {
        await onEach(
          t,
          async (peer) => {
            await peer.readHead();
            await peer.readSome();
            await peer.end();
            peer.resume();
            await peer.closed;
          },
          async (server, client) => {
            const { content, state } = endless(size);
            await t.assert.rejects(client.post(server.url(), { content }), {
              name: 'RemoteProtocolError',
              message: /server disconnected without sending a response/,
            });
            await turn();
            t.assert.deepEqual([state.isClosed, client.stats.connections], [true, 0]);
          },
        );
      }
    },
  },
  {
    id: 'PL-14.stream',
    rows: ['PL-14'],
    title: 'request and response may flow at the same time',
    verdict: 'same',
    rfc: 'RFC 9112 §9.5',
    layer: 'live',
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
        for (;;) {
          const line = (await peer.readUntil('\r\n')).toString();
          const size = Number.parseInt(line, 16);
          const chunk = (await peer.read(size + 2)).toString();
          await peer.send(line + chunk);
          if (size === 0) return;
        }
      });
      let say!: (text: string | null) => void;
      const content = (async function* () {
        for (;;) {
          const text = await new Promise<string | null>((resolve) => {
            say = resolve;
          });
          if (text === null) return;
          yield text;
        }
      })();
      const client = t.client();
      const response = await client.stream('POST', server.url(), { content });
      const echo = response.iterText();
      for (const word of ['one', 'two', 'three']) {
        say(word);
        t.assert.equal((await echo.next()).value, word);
      }
      say(null);
      t.assert.equal((await echo.next()).done, true);
      t.assert.deepEqual([client.stats.active, client.stats.idle], [0, 1]);
    },
  },
  {
    id: 'PL-14.pressure',
    rows: ['PL-14'],
    title: 'an upload goes no faster than the server takes it',
    verdict: 'same',
    layer: 'live',
    needs: ['wire-bytes'],
    async run(t) {
      const total = 64 * MIB;
      let hash = '';
      let release!: () => void;
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const server = await t.scripted(async (peer) => {
        const head = await peer.readHead();
        peer.pause();
        await released;
        const body = await peer.readBody(head);
        hash = createHash('sha256').update(body.bytes).digest('hex');
        await peer.send(reply(200));
      });
      const chunk = t.random.bytes(MIB);
      const expected = createHash('sha256');
      let given = 0;
      const content = (async function* () {
        while (given < total) {
          given += chunk.length;
          expected.update(chunk);
          yield chunk;
        }
      })();
      const client = t.client({ timeout: null });
      const answer = client.post(server.url(), {
        content,
        headers: { 'Content-Length': String(total) },
      });
      let before = -1;
      for (let quiet = 0; quiet < 30; quiet = before === given ? quiet + 1 : 0) {
        before = given;
        await new Promise((resolve) => {
          setTimeout(resolve, 5);
        });
      }
      // What the system buffers, and two chunks; far from all.
      t.assert.ok(given < 24 * MIB, `${given} octets were asked for`);
      release();
      await answer;
      t.assert.deepEqual([given, hash], [total, expected.digest('hex')]);
    },
  },
  {
    id: 'PL-09.pressure',
    rows: ['PL-09'],
    title: 'a download goes no faster than the reader takes it',
    verdict: 'same',
    layer: 'live',
    needs: ['pool'],
    async run(t) {
      const total = 64 * MIB;
      for (const isTLS of t.has('tls') ? [false, true] : [false]) {
        const server = await t.httpServer(isTLS ? { tls: t.serverTLS } : {});
        const client = t.client(isTLS ? { tls: { ca: t.ca.certificate } } : {});
        const response = await client.stream('GET', server.url(`/bytes/${total}?seed=5`));
        let before = -1;
        for (let quiet = 0; quiet < 60; quiet = before === response.bytesReceived ? quiet + 1 : 0) {
          before = response.bytesReceived;
          await new Promise((resolve) => {
            setTimeout(resolve, 5);
          });
        }
        // The credit, and one read.
        t.assert.ok(before < 512 * 1024, `${before} octets were taken from the wire`);
        const hash = createHash('sha256');
        let length = 0;
        let highest = 0;
        for await (const piece of response) {
          length += piece.length;
          highest = Math.max(highest, response.bytesReceived - length);
          hash.update(piece);
        }
        t.assert.equal(length, total);
        t.assert.equal(`sha-256=:${hash.digest('base64')}:`, response.headers.get('repr-digest'));
        t.assert.ok(highest < 512 * 1024, `${highest} octets lay in memory`);
        t.assert.deepEqual([client.stats.active, client.stats.idle], [0, 1]);
      }
    },
  },
];
