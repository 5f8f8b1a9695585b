import { reply } from '../../fixtures/reply-server.ts';
import type { Script } from '../../fixtures/scripted-server.ts';
import type { Client, ClientOptions, Lookup, RequestOptions, Timeout, TimeoutInit } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const PLAIN = `${OK}Content-Length: 2\r\n\r\nok`;

/** A server that takes requests and does not answer. */
const deaf: Script = (peer) => peer.closed;

/** Class, code and phase of a failure; every one of them has a text of its own. */
async function failure(t: CaseContext, work: Promise<unknown>): Promise<readonly unknown[]> {
  try {
    await work;
  } catch (error) {
    const { name, code, phase, message } = error as { readonly [key: string]: unknown };
    t.assert.ok(error instanceof t.tern.TernError, String(error));
    t.assert.match(String(message), /^[A-Z]+ \S+: .{10,} \[phase \w+.*\]$/);
    return [name, code, phase];
  }
  return ['no failure'];
}

/** Whatever the request waited for, it holds nothing any more: another one succeeds on the only connection there may be. */
async function expectRoom(t: CaseContext, client: Client): Promise<void> {
  const server = await t.replies(PLAIN);
  const response = await client.get(server.url(), { timeout: null });
  t.assert.equal(response.text, 'ok');
  const { active, connecting, waiting } = client.stats;
  t.assert.deepEqual([active, connecting, waiting], [0, 0, 0]);
}

function one(t: CaseContext, options: ClientOptions = {}): Client {
  return t.client({ limits: { maxConnections: 1 }, ...options });
}

function lookup(milliseconds: number | null): Lookup {
  return (_hostname, _options, callback) => {
    if (milliseconds === null) return;
    setTimeout(callback, milliseconds, null, [{ address: '127.0.0.1', family: 4 }]);
  };
}

async function* forever(size = 65_536): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(size);
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'TM-01',
    rows: ['TM-01', 'TM-09'],
    title: 'the phases, five seconds each; first byte and total only when asked for',
    verdict: 'fixed:D23',
    layer: 'model',
    run(t) {
      const client = t.client();
      const expected = { pool: 5000, connect: 5000, write: 5000, firstByte: null, read: 5000, total: null };
      t.assert.deepEqual(client.timeout, expected);
      const none = { pool: null, connect: null, write: null, firstByte: null, read: null, total: null };
      t.assert.deepEqual(t.client({ timeout: none }).timeout, none);
    },
  },
  {
    id: 'TM-02',
    rows: ['TM-02'],
    title: 'a number for all of them, null for none, an object for some',
    verdict: 'differs:an object instead of a tuple; what it leaves out is inherited',
    layer: 'model',
    run(t) {
      const timeoutOf = (timeout: TimeoutInit): Timeout => t.client({ timeout }).timeout;
      const base = { pool: 5000, connect: 5000, write: 5000, firstByte: null, read: 5000, total: null };
      t.assert.deepEqual(timeoutOf(70), { ...base, pool: 70, connect: 70, write: 70, read: 70 });
      t.assert.deepEqual(new Set(Object.values(timeoutOf(null))), new Set([null]));
      t.assert.deepEqual(timeoutOf({ read: 1, total: 2, connect: null }), {
        ...base,
        read: 1,
        total: 2,
        connect: null,
      });
      t.assert.deepEqual(timeoutOf({ read: Infinity }), { ...base, read: null });
      const extended = t.client({ timeout: { read: 1 } }).extend({ timeout: { write: 2 } });
      t.assert.deepEqual(extended.timeout, { ...base, read: 1, write: 2 });
      for (const wrong of [-1, Number.NaN, '5', { reed: 1 }, { read: -1 }, { read: '1' }, [1, 2]]) {
        t.assert.throws(
          () => timeoutOf(wrong as TimeoutInit),
          { name: 'InvalidArgument' },
          JSON.stringify(wrong),
        );
      }
    },
  },
  {
    id: 'TM-03',
    rows: ['TM-03'],
    title: 'the limits are a plain object that cannot be changed',
    verdict: 'differs:a plain object shows itself',
    layer: 'model',
    run(t) {
      const { timeout } = t.client({ timeout: 7 });
      t.assert.deepEqual(JSON.parse(JSON.stringify(timeout)), {
        pool: 7,
        connect: 7,
        write: 7,
        firstByte: null,
        read: 7,
        total: null,
      });
      t.assert.ok(Object.isFrozen(timeout));
    },
  },
  {
    id: 'TM-04',
    rows: ['TM-04', 'TM-10'],
    title: 'connect covers resolving the name, TCP and TLS',
    verdict: 'fixed:D23',
    layer: 'live',
    needs: ['pool', 'socket-options', 'timeouts', 'tls'],
    async run(t) {
      const timeout = { connect: 60 };
      const names = one(t, { socket: { lookup: lookup(null) }, timeout });
      t.assert.deepEqual(await failure(t, names.get('http://silent.test/')), [
        'ConnectTimeout',
        'ERR_CONNECT_TIMEOUT',
        'dns',
      ]);
      const hole = await t.blackHole();
      const client = one(t, { timeout });
      t.assert.deepEqual(await failure(t, client.get(hole.url)), [
        'ConnectTimeout',
        'ERR_CONNECT_TIMEOUT',
        hole.kind === 'backlog' ? 'connect' : 'tls',
      ]);
      await expectRoom(t, client);
      const silent = await t.scripted(deaf);
      t.assert.deepEqual(await failure(t, client.get(silent.url().replace('http:', 'https:'))), [
        'ConnectTimeout',
        'ERR_CONNECT_TIMEOUT',
        'tls',
      ]);
      await silent.untilOpen(0);
      await expectRoom(t, client);
    },
  },
  {
    id: 'TM-04.sum',
    rows: ['TM-04'],
    title: 'connect is one limit for its steps together, not one for each',
    verdict: 'fixed:D23',
    layer: 'live',
    needs: ['socket-options', 'timeouts', 'tls'],
    async run(t) {
      // The name takes most of the time; what is left would do for TCP, but not for a handshake that hangs.
      const silent = await t.scripted(deaf);
      const client = one(t, { socket: { lookup: lookup(150) }, timeout: { connect: 200 } });
      const url = `https://localhost:${silent.port}/`;
      t.assert.deepEqual(await failure(t, client.get(url)), ['ConnectTimeout', 'ERR_CONNECT_TIMEOUT', 'tls']);
      // A limit of zero is over before it begins, and none is never over.
      const server = await t.replies(PLAIN);
      t.assert.deepEqual(
        (await failure(t, client.get(server.url(), { timeout: { connect: 0 } })))[0],
        'ConnectTimeout',
      );
      const slow = one(t, { socket: { lookup: lookup(50) }, timeout: { connect: null, total: null } });
      t.assert.equal((await slow.get(`http://slow.test:${server.port}/`)).text, 'ok');
    },
  },
  {
    id: 'TM-05',
    rows: ['TM-05', 'TM-11'],
    title: 'read is the longest pause: in front of the response, in its head, in its body',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      for (const [sent, phase] of [
        ['', 'firstByte'],
        ['HTTP/1.1 200 OK\r\nServer', 'read'],
        [`${OK}Content-Length: 10\r\n\r\nhalf`, 'read'],
        [`${OK}Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n`, 'read'],
      ] as const) {
        const server = await t.scripted(async (peer) => {
          await peer.readHead();
          if (sent !== '') await peer.send(sent);
          await peer.closed;
        });
        const client = one(t);
        const error = await failure(t, client.get(server.url(), { timeout: { read: 60 } }));
        t.assert.deepEqual(error, ['ReadTimeout', 'ERR_READ_TIMEOUT', phase]);
        await server.untilOpen(0);
        await expectRoom(t, client);
      }
    },
  },
  {
    id: 'TM-05.trickle',
    rows: ['TM-05', 'TM-09'],
    title: 'a slow trickle never meets read, wherever it trickles; total ends it',
    verdict: 'fixed:D23',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      const trickling = async (text: string, timeout: Partial<Timeout>): Promise<readonly unknown[]> => {
        const server = await t.scripted(async (peer) => {
          await peer.readHead();
          for (const octet of text) {
            await peer.send(octet);
            await peer.wait(5);
          }
        });
        const client = one(t);
        const result = await failure(t, client.get(server.url(), { timeout }));
        await expectRoom(t, client);
        return result;
      };
      const head = `${OK}X-Long: ${'x'.repeat(60)}\r\nContent-Length: 1\r\n\r\n`;
      const body = `${OK}Transfer-Encoding: chunked\r\n\r\n30;${'x'.repeat(60)}`;
      // Together they take much longer than read, each pause much less.
      const read = 150;
      t.assert.deepEqual(await trickling(`${head}x`, { read }), ['no failure']);
      for (const endless of [`${OK}X-Long: ${'x'.repeat(300)}`, `${body}${'x'.repeat(300)}`]) {
        t.assert.deepEqual(await trickling(endless, { read, total: 700 }), [
          'TotalTimeout',
          'ERR_TOTAL_TIMEOUT',
          'total',
        ]);
      }
    },
  },
  {
    id: 'TM-05.reader',
    rows: ['TM-05'],
    title: 'read does not count while the reader of a stream takes its time, and counts again after',
    verdict: 'same',
    layer: 'live',
    needs: ['timeouts'],
    async run(t) {
      for (const total of [null, 60_000]) {
        const server = await t.scripted(async (peer) => {
          await peer.readHead();
          await peer.send(`${OK}Content-Length: 4000000\r\n\r\n`);
          await peer.send(Buffer.alloc(3_000_000));
          await peer.closed;
        });
        const client = one(t);
        const response = await client.stream('GET', server.url(), { timeout: { read: 60, total } });
        await new Promise((resolve) => {
          setTimeout(resolve, 300);
        });
        let length = 0;
        const read = async (): Promise<void> => {
          for await (const piece of response) length += piece.length;
        };
        // All that the server has sent is there; only then its silence counts.
        t.assert.deepEqual(await failure(t, read()), ['ReadTimeout', 'ERR_READ_TIMEOUT', 'read']);
        t.assert.equal(length, 3_000_000);
        await server.untilOpen(0);
      }
    },
  },
  {
    id: 'TM-06',
    rows: ['TM-06', 'TM-11'],
    title: 'write is the longest pause in which the server takes nothing',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      for (const content of [forever(), new Uint8Array(32 * 1024 * 1024)]) {
        const server = await t.scripted(async (peer) => {
          await peer.readHead();
          peer.pause();
          await peer.wait(10_000);
        });
        const client = one(t);
        const error = await failure(
          t,
          client.post(server.url(), { content, timeout: { write: 80, read: null } }),
        );
        t.assert.deepEqual(error, ['WriteTimeout', 'ERR_WRITE_TIMEOUT', 'write']);
        server.peers[0]!.resume();
        await server.untilOpen(0);
        await expectRoom(t, client);
      }
    },
  },
  {
    id: 'TM-06.source',
    rows: ['TM-06'],
    title: 'write does not count while the source of the body takes its time',
    verdict: 'same',
    layer: 'live',
    needs: ['timeouts'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        for (;;) {
          const { body } = await peer.readRequest();
          await peer.send(reply(200, [], body.text));
        }
      });
      const content = (async function* () {
        for (const word of ['one ', 'two ', 'three']) {
          yield word;
          await new Promise((resolve) => {
            setTimeout(resolve, 150);
          });
        }
      })();
      const response = await one(t).post(server.url(), { content, timeout: { write: 50, read: 50 } });
      t.assert.equal(response.text, 'one two three');
    },
  },
  {
    id: 'TM-07',
    rows: ['TM-07', 'TM-11'],
    title: 'pool is the wait for a connection, all of it',
    verdict: 'fixed:D23',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      let release!: () => void;
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const server = await t.replies(async ({ target }) => {
        if (target === '/first') await released;
        return PLAIN;
      });
      const client = one(t);
      const first = client.get(server.url('/first'));
      const waiting = [40, 80].map((pool) => failure(t, client.get(server.url(), { timeout: { pool } })));
      const patient = client.get(server.url(), { timeout: { pool: null } });
      for (const error of await Promise.all(waiting))
        t.assert.deepEqual(error, ['PoolTimeout', 'ERR_POOL_TIMEOUT', 'pool']);
      t.assert.equal(client.stats.waiting, 1);
      release();
      t.assert.deepEqual([(await first).text, (await patient).text], ['ok', 'ok']);
      t.assert.deepEqual([server.connections, server.requests.length], [1, 2]);
    },
  },
  {
    id: 'TM-08',
    rows: ['TM-08'],
    title: 'pool 0 fails at once if no connection is free, and works if one is, or can be opened',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      const server = await t.replies(PLAIN);
      const client = one(t);
      const timeout = { pool: 0 };
      t.assert.equal((await client.get(server.url(), { timeout })).text, 'ok');
      t.assert.equal((await client.get(server.url(), { timeout })).text, 'ok');
      const other = await t.replies(PLAIN);
      t.assert.equal((await client.get(other.url(), { timeout })).text, 'ok');
      const held = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.send(`${OK}Content-Length: 10\r\n\r\n`);
      });
      const stream = await client.stream('GET', held.url());
      t.assert.deepEqual(await failure(t, client.get(server.url(), { timeout })), [
        'PoolTimeout',
        'ERR_POOL_TIMEOUT',
        'pool',
      ]);
      await stream.cancel();
      await held.untilOpen(0);
      t.assert.equal((await client.get(server.url(), { timeout })).text, 'ok');
    },
  },
  {
    id: 'TM-09',
    rows: ['TM-09', 'TM-10'],
    title: 'first byte stands for read until the first octet of the response',
    verdict: 'fixed:D23',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        for (;;) {
          const { target } = await peer.readHead();
          if (target === '/silent') continue;
          if (target === '/late') await peer.wait(200);
          await peer.send('HTTP/1.1 200 O');
          if (target === '/late') await peer.send('K\r\nContent-Length: 2\r\n\r\nok');
        }
      });
      const client = one(t);
      const get = (path: string, timeout: Partial<Timeout>): Promise<readonly unknown[]> =>
        failure(t, client.get(server.url(path), { timeout }));
      const firstByte = ['FirstByteTimeout', 'ERR_FIRST_BYTE_TIMEOUT', 'firstByte'];
      t.assert.deepEqual(await get('/silent', { firstByte: 60, read: 30_000 }), firstByte);
      // Longer than read, and it counts instead of it.
      t.assert.deepEqual(await get('/late', { firstByte: 30_000, read: 100 }), ['no failure']);
      t.assert.deepEqual(await get('/stalls', { firstByte: 30_000, read: 60 }), [
        'ReadTimeout',
        'ERR_READ_TIMEOUT',
        'read',
      ]);
      t.assert.deepEqual(await get('/silent', { firstByte: null, read: 60 }), [
        'ReadTimeout',
        'ERR_READ_TIMEOUT',
        'firstByte',
      ]);
      await expectRoom(t, client);
    },
  },
  {
    id: 'TM-09.total',
    rows: ['TM-09', 'TM-10'],
    title: 'total holds in every phase, and over redirects',
    verdict: 'fixed:D23',
    layer: 'live',
    needs: ['pool', 'socket-options', 'timeouts'],
    async run(t) {
      const timeout = { pool: null, connect: null, write: null, read: null, total: 80 };
      const total = ['TotalTimeout', 'ERR_TOTAL_TIMEOUT', 'total'];
      const named = one(t, { socket: { lookup: lookup(null) }, timeout });
      t.assert.deepEqual(await failure(t, named.get('http://silent.test/')), total);

      const client = one(t, { timeout });
      const hole = await t.blackHole();
      t.assert.deepEqual(await failure(t, client.get(hole.url)), total);

      const server = await t.scripted(async (peer) => {
        const { target } = await peer.readHead();
        if (target === '/body') await peer.send(`${OK}Content-Length: 10\r\n\r\nhalf`);
        if (target === '/loop') {
          for (;;) {
            await peer.wait(5);
            await peer.send('HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n');
            await peer.readHead();
          }
        }
        if (target === '/upload') peer.pause();
        await peer.wait(10_000);
      });
      t.assert.deepEqual(await failure(t, client.get(server.url('/silent'))), total);
      t.assert.deepEqual(await failure(t, client.get(server.url('/body'))), total, 'body');
      t.assert.deepEqual(await failure(t, client.post(server.url('/upload'), { content: forever() })), total);
      const redirect = { max: 10_000 };
      t.assert.deepEqual(await failure(t, client.get(server.url('/loop'), { redirect })), total);
      const held = client.get(server.url('/silent'), { timeout: { total: 30_000 } }).catch(() => {});
      t.assert.deepEqual(await failure(t, client.get(server.url('/queued'))), total);
      for (const peer of server.peers) peer.resume();
      await client.close();
      await held;
    },
  },
  {
    id: 'TM-09.transport',
    rows: ['TM-09', 'TR-03'],
    title: 'total and the signal hold for every transport: a mock that hangs is left',
    verdict: 'fixed:D23',
    layer: 'live',
    async run(t) {
      const transport = new t.tern.MockTransport(() => new Promise(() => {}));
      const client = new t.tern.Client({ transport });
      t.defer(() => client.close());
      const get = (options: RequestOptions): Promise<readonly unknown[]> =>
        failure(t, client.request('GET', 'http://mock.test/', options));
      t.assert.deepEqual((await get({ timeout: { total: 40 } })).slice(0, 2), [
        'TotalTimeout',
        'ERR_TOTAL_TIMEOUT',
      ]);
      const controller = new AbortController();
      const aborted = get({ signal: controller.signal });
      setTimeout(() => controller.abort(), 5);
      t.assert.deepEqual((await aborted).slice(0, 2), ['AbortError', 'ERR_ABORTED']);
    },
  },
  {
    id: 'TM-09.signal',
    rows: ['TM-09'],
    title: 'a signal ends a request in every phase; its reason is the cause',
    verdict: 'fixed:D23',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        const { target } = await peer.readHead();
        if (target === '/body') await peer.send(`${OK}Content-Length: 10\r\n\r\nhalf`);
        if (target === '/upload') peer.pause();
        await peer.wait(10_000);
      });
      const hole = await t.blackHole();
      const client = one(t, { timeout: null });
      const reason = new Error('changed my mind');
      for (const [url, content, phases] of [
        [hole.url, undefined, ['connect', 'tls']],
        [server.url('/silent'), undefined, ['firstByte']],
        [server.url('/body'), undefined, ['read']],
        [server.url('/upload'), forever(), ['write']],
      ] as const) {
        const controller = new AbortController();
        const options = { signal: controller.signal, ...(content === undefined ? {} : { content }) };
        const pending = client.request('PUT', url, options);
        setTimeout(() => controller.abort(reason), 80);
        const error = await pending.catch((caught: unknown) => caught);
        const { name, phase, cause } = error as { name: string; phase: string; cause: unknown };
        t.assert.equal(name, 'AbortError');
        t.assert.ok((phases as readonly string[]).includes(phase), phase);
        t.assert.equal(cause, reason);
        for (const peer of server.peers) peer.resume();
        await expectRoom(t, client);
      }
      const timer = await client
        .get(server.url('/silent'), { signal: AbortSignal.timeout(40) })
        .catch((caught: unknown) => caught as Error);
      t.assert.match((timer as Error).message, /the signal timed out/);
      t.assert.equal(((timer as Error).cause as Error).name, 'TimeoutError');
    },
  },
  {
    id: 'TM-10',
    rows: ['TM-10'],
    title: 'every limit has its class, all are timeouts, and each says what was waited for and where',
    verdict: 'fixed:D24',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.wait(10_000);
      });
      const client = one(t);
      const secret = server.url('/?token=hunter2').replace('http://', 'http://user:hunter2@');
      for (const [timeout, name, text] of [
        [{ read: 30 }, 'ReadTimeout', /no response within 30 ms/],
        [{ firstByte: 31 }, 'FirstByteTimeout', /no response within 31 ms/],
        [{ total: 32 }, 'TotalTimeout', /not finished within 32 ms; the phase firstByte was under way/],
      ] as const) {
        const error = (await client.get(secret, { timeout }).catch((caught: unknown) => caught)) as Error;
        t.assert.equal(error.name, name);
        t.assert.match(error.message, text);
        t.assert.match(error.message, new RegExp(`peer 127\\.0\\.0\\.1:${server.port}\\]$`));
        t.assert.doesNotMatch(error.message, /hunter2/);
        t.assert.ok(error instanceof t.tern.TimeoutException && error instanceof t.tern.TransportError);
        t.assert.ok(t.tern.isTimeout(error));
        // The line that asked is in the stack.
        t.assert.match(String(error.stack), /timeouts/);
      }
      for (const name of ['PoolTimeout', 'ConnectTimeout', 'WriteTimeout'] as const)
        t.assert.ok(t.tern[name].prototype instanceof t.tern.TimeoutException);
    },
  },
  {
    id: 'TM-11',
    rows: ['TM-11'],
    title: 'a connection on which a limit ran out is not used again',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'timeouts'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        if (peer.index > 0) {
          await peer.readHead();
          await peer.send(reply(200, [], 'mine'));
          return;
        }
        await peer.readHead();
        await peer.wait(120);
        // Nobody waits for this any more; the next request must not get it.
        await peer.send(reply(200, [], 'not mine'));
      });
      const client = one(t);
      t.assert.deepEqual(
        (await failure(t, client.get(server.url(), { timeout: { read: 40 } })))[0],
        'ReadTimeout',
      );
      t.assert.equal((await client.get(server.url())).text, 'mine');
      t.assert.equal(server.connections, 2);
    },
  },
];
