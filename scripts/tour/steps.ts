import { createHash } from 'node:crypto';
import {
  type Auth,
  ConnectTimeout,
  FirstByteTimeout,
  PoolTimeout,
  ReadTimeout,
  RemoteProtocolError,
  TotalTimeout,
  type TraceEvent,
  WriteTimeout,
} from '../../src/index.ts';
import type { Step } from './stage.ts';
import type { World } from './world.ts';

/** What the tour shows on servers in this process. */
export const STEPS: readonly Step<World>[] = [
  {
    title: 'JSON there and back',
    code: ["const response = await client.post('/echo', { json: { bird: 'tern', legs: 2 } });"],
    async run({ client }, stage) {
      const response = await client.post('/echo', { json: { bird: 'tern', legs: 2 } });
      const { body } = response.json<{ body: { text: string } }>();
      stage.check(response.status === 200, `${response.status} ${response.statusText}`);
      stage.check(body.text === '{"bird":"tern","legs":2}', `the server got ${body.text}`);
    },
  },
  {
    title: 'Lines as they come',
    code: [
      "await using response = await client.stream('GET', '/stream/4?ms=60');",
      'for await (const line of response.iterLines()) console.log(line);',
    ],
    async run({ client }, stage) {
      const response = await client.stream('GET', '/stream/4?ms=60');
      const started = performance.now();
      const lines: string[] = [];
      for await (const line of response.iterLines()) {
        lines.push(line);
        stage.show(`after ${Math.round(performance.now() - started)} ms: ${line}`);
      }
      stage.check(lines.length === 4, '4 lines');
    },
  },
  {
    title: 'An upload that tells how far it is',
    code: [
      "await client.put('/upload', {",
      '  content: generate(), // an async generator: sent chunk by chunk, never whole in memory',
      '  onUploadProgress: ({ transferred }) => show(transferred),',
      '});',
    ],
    async run({ client }, stage) {
      const chunk = Buffer.alloc(65_536, 'tern ');
      const hash = createHash('sha256');
      const count = 128;
      async function* generate(): AsyncGenerator<Uint8Array> {
        for (let index = 0; index < count; index++) {
          hash.update(chunk);
          yield chunk;
        }
      }
      let seen = 0;
      let last = 0;
      const response = await client.put('/upload', {
        content: generate(),
        onUploadProgress: ({ transferred }) => {
          seen++;
          last = transferred;
          stage.flicker(`${(transferred / 1e6).toFixed(1)} MB`);
        },
      });
      const { length, sha256 } = response.json<{ length: number; sha256: string }>();
      stage.check(last >= count * chunk.length && seen > 1, `${seen} reports, the last of ${last} bytes`);
      stage.check(length === count * chunk.length, `the server got ${length} bytes`);
      stage.check(sha256 === hash.digest('hex'), 'with the same SHA-256');
    },
  },
  {
    title: 'Redirects, with their history',
    code: ["const response = await client.get('/redirect/3', { redirect: true });"],
    async run({ client }, stage) {
      const response = await client.get('/redirect/3', { redirect: true });
      const hops = [...response.history, response].map(({ status, url }) => `${status} ${url.pathname}`);
      stage.check(hops.length === 4, hops.join('  →  '));
      stage.check(response.url.pathname === '/get', `ended at ${response.url.pathname}`);
    },
  },
  {
    title: 'Cookies are kept and sent back',
    code: ["await client.get('/cookies/set?flavour=oat');", "const response = await client.get('/cookies');"],
    async run({ client }, stage) {
      await client.get('/cookies/set?flavour=oat');
      const response = await client.get('/cookies');
      const { header } = response.json<{ header: string }>();
      stage.check(header === 'flavour=oat', `Cookie: ${header}`);
      stage.check(
        client.cookies.get('flavour') === 'oat',
        `the jar has flavour=${client.cookies.get('flavour')}`,
      );
    },
  },
  {
    title: 'Authentication as a generator: ask, be refused, answer',
    code: [
      'const login: Auth = {',
      '  *flow(request) {',
      '    const { status } = yield request;',
      "    if (status === 401) yield request.with({ headers: { Authorization: credentials('me', 'pw') } });",
      '  },',
      '};',
      "const response = await client.get('/basic-auth/me/pw', { auth: login });",
    ],
    async run({ client }, stage) {
      const login: Auth = {
        *flow(request) {
          const { status } = yield request;
          if (status !== 401) return;
          const credentials = `Basic ${Buffer.from('me:pw').toString('base64')}`;
          yield request.with({ headers: { Authorization: credentials } });
        },
      };
      const response = await client.get('/basic-auth/me/pw', { auth: login });
      const rounds = [...response.history, response].map(({ status }) => status);
      stage.check(
        rounds.join() === '401,200',
        `${rounds.join('  →  ')}, ${response.text.replaceAll(/\s+/g, ' ').trim()}`,
      );
    },
  },
  {
    title: 'A compressed body is decoded',
    code: ["const response = await client.get('/gzip');"],
    async run({ client }, stage) {
      const response = await client.get('/gzip');
      stage.check(response.headers.get('content-encoding') === 'gzip', 'Content-Encoding: gzip');
      stage.check(response.text === '{"codings":["gzip"]}', response.text);
      stage.show(`${response.bytesReceived} bytes on the wire, ${response.bytes.length} of content`);
    },
  },
  {
    title: 'A connection that went stale is replaced, without a word to the caller',
    code: [
      'const client = new Client({ trace: (event) => console.log(event.name) });',
      'await client.get(url);',
      'await client.get(url); // the server closes instead of answering; a GET may be sent again',
    ],
    async run({ newClient, forgetful }, stage) {
      const events: TraceEvent[] = [];
      const client = newClient({ trace: (event) => events.push(event) });
      const first = await client.get(forgetful.url());
      stage.check(first.text === 'from connection no 0', first.text);
      const second = await client.get(forgetful.url());
      const retries = events.filter(({ name }) => name === 'connection.retry');
      stage.check(retries.length === 1, `trace: connection.retry (${String(retries[0]?.info['reason'])})`);
      stage.check(second.text === 'from connection no 1', second.text);
      const statuses = `${first.status}, ${second.status}`;
      stage.check(statuses === '200, 200', `the caller saw ${statuses}`);
    },
  },
  {
    title: 'A body that ends too early is an error, not a short body',
    code: ["await client.get('/drop?after=body');"],
    async run({ client }, stage) {
      const error = await stage.fails(client.get('/drop?after=body'), RemoteProtocolError);
      stage.check(error.phase === 'read', `code ${error.code}, phase ${error.phase}`);
    },
  },
  {
    title: 'Every phase has a limit and an error of its own: pool',
    code: ["await client.get('/get', { timeout: { pool: 80 } }); // the only connection is busy"],
    async run({ newClient, server }, stage) {
      const client = newClient({ limits: { maxConnections: 1 } });
      const busy = await client.stream('GET', server.url('/stall-body'));
      await stage.fails(client.get(server.url('/get'), { timeout: { pool: 80 } }), PoolTimeout);
      await busy.cancel();
    },
  },
  {
    title: '… connect',
    code: ['await client.get(blackHole, { timeout: { connect: 80 } });'],
    async run({ newClient, blackHole }, stage) {
      const client = newClient({});
      await stage.fails(client.get(blackHole.url, { timeout: { connect: 80 } }), ConnectTimeout);
    },
  },
  {
    title: '… write',
    code: ['await client.post(deaf, { content: thirtyTwoMegabytes, timeout: { write: 80 } });'],
    async run({ newClient, deaf }, stage) {
      const client = newClient({});
      const content = new Uint8Array(32_000_000);
      await stage.fails(client.post(deaf.url(), { content, timeout: { write: 80 } }), WriteTimeout);
    },
  },
  {
    title: '… first byte',
    code: ["await client.get('/delay/60000', { timeout: { firstByte: 80 } });"],
    async run({ client }, stage) {
      await stage.fails(client.get('/delay/60000', { timeout: { firstByte: 80 } }), FirstByteTimeout);
    },
  },
  {
    title: '… read',
    code: ["await client.get('/stall-body', { timeout: { read: 80 } });"],
    async run({ client }, stage) {
      await stage.fails(client.get('/stall-body', { timeout: { read: 80 } }), ReadTimeout);
    },
  },
  {
    title: '… and total, over everything',
    code: ["await client.get('/drip?bytes=10000&ms=20', { timeout: { total: 120 } });"],
    async run({ client }, stage) {
      const started = performance.now();
      await stage.fails(client.get('/drip?bytes=10000&ms=20', { timeout: { total: 120 } }), TotalTimeout);
      stage.show(`after ${Math.round(performance.now() - started)} ms`);
    },
  },
  {
    title: 'What carried all this',
    code: ['console.log(client.backend, client.stats);'],
    async run({ client, backend }, stage) {
      const { info, wire, requested, attempts } = client.backend!;
      stage.check(requested === backend, `backend ${backend}: wire ${wire}, version ${info.version}`);
      stage.show(`capabilities: ${info.capabilities.join(', ')}`);
      for (const { name, detail } of attempts) stage.show(`${name}: ${detail}`);
      const { opened, reused, active } = client.stats;
      stage.check(
        active === 0,
        `${opened} connections opened, used again ${reused} times, ${active} busy now`,
      );
    },
  },
];
