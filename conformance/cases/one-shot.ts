import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { BackendChoice, Transport } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { PUBLIC_NAMES } from '../public-names.ts';

/** The options that make a one-shot function use the backend under test, where that is one of the library. */
function backendOf({ backend }: CaseContext): { readonly backend?: BackendChoice } {
  return backend === 'js' || backend === 'native' || backend === 'wasm' ? { backend } : {};
}

/** Heavy modules of Node, which nobody should pay for who does not use them. */
const HEAVY = ['child_process', 'crypto', 'dns', 'http', 'http2', 'https', 'tls', 'worker_threads', 'zlib'];

const PROBE = `
const before = new Set(process.moduleLoadList);
const { Client } = await import(process.argv[1]);
new Client({ baseURL: 'https://example.com', headers: { Accept: 'text/html' } });
console.log(JSON.stringify({
  before: [...before],
  added: process.moduleLoadList.filter((name) => !before.has(name)),
  resources: process.getActiveResourcesInfo(),
}));
`;

export const cases: readonly ConformanceCase[] = [
  {
    id: 'TP-01',
    rows: ['TP-01'],
    title: 'each function sends its method with a client of its own, whose connection is closed afterwards',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const { del, get, head, options, patch, post, put, query, request } = t.tern;
      const server = await t.httpServer();
      const url = server.url('/echo?a=1');
      const common = { ...backendOf(t), headers: { 'X-One': '1' }, params: { b: 2 } };
      const withBody = { ...common, json: { c: 3 } };
      const responses = [
        await get(url, common),
        await options(url, common),
        await del(url, common),
        await post(url, withBody),
        await put(url, withBody),
        await patch(url, withBody),
        await query(url, withBody),
        await request('PURGE', url, withBody),
      ];
      t.assert.deepEqual(
        responses.map((response) => {
          const { method, target, body } = response.json<{
            method: string;
            target: string;
            body: { text: string };
          }>();
          return [method, target, body.text];
        }),
        [
          ['GET', '/echo?a=1&b=2', ''],
          ['OPTIONS', '/echo?a=1&b=2', ''],
          ['DELETE', '/echo?a=1&b=2', ''],
          ['POST', '/echo?a=1&b=2', '{"c":3}'],
          ['PUT', '/echo?a=1&b=2', '{"c":3}'],
          ['PATCH', '/echo?a=1&b=2', '{"c":3}'],
          ['QUERY', '/echo?a=1&b=2', '{"c":3}'],
          ['PURGE', '/echo?a=1&b=2', '{"c":3}'],
        ],
      );
      t.assert.equal((await head(url, common)).status, 200);
      t.assert.equal(server.requests.at(-1)?.method, 'HEAD');
      t.assert.ok(server.requests.every(({ fields }) => fields.some(([name]) => name === 'X-One')));
      t.assert.equal(server.connections, 9);
      await server.untilOpen(0);
    },
  },
  {
    id: 'TP-01.stream',
    rows: ['TP-01'],
    title: 'a streamed response keeps its client until it is read, cancelled or has failed',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const { stream } = t.tern;
      const server = await t.httpServer();
      const read = await stream('GET', server.url('/bytes/300000?seed=1'), backendOf(t));
      t.assert.equal(server.open, 1);
      t.assert.equal((await read.read()).bytes.length, 300_000);
      await server.untilOpen(0);

      const iterated = await stream('GET', server.url('/bytes/1000'), backendOf(t));
      let length = 0;
      for await (const chunk of iterated) length += chunk.length;
      t.assert.equal(length, 1000);
      await server.untilOpen(0);

      const cancelled = await stream('GET', server.url('/stall-body'), backendOf(t));
      t.assert.equal(server.open, 1);
      await cancelled[Symbol.asyncDispose]();
      await server.untilOpen(0);

      const failing = await stream('GET', server.url('/drop?after=body'), backendOf(t));
      await t.assert.rejects(failing.read(), t.tern.TransportError);
      await server.untilOpen(0);
    },
  },
  {
    id: 'TP-01.options',
    rows: ['TP-01'],
    title: 'options of the client count too; the client is closed after a failure as well',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const { get, MockTransport, request, Response, stream } = t.tern;
      const server = await t.httpServer();
      const relative = await get('get', { ...backendOf(t), baseURL: server.url('/'), raiseForStatus: true });
      t.assert.equal(relative.url.href, server.url('/get'));
      const failing = { ...backendOf(t), raiseForStatus: true };
      await t.assert.rejects(get(server.url('/status/500'), failing), t.tern.HTTPStatusError);
      await t.assert.rejects(stream('GET', server.url('/status/500'), failing), t.tern.HTTPStatusError);
      const refused = await t.refusedPort();
      await t.assert.rejects(get(refused.url, backendOf(t)), t.tern.ConnectError);
      await server.untilOpen(0);

      let closed = 0;
      class Counting extends MockTransport implements Transport {
        override close(): Promise<void> {
          closed++;
          return super.close();
        }
      }
      const transport = new Counting(({ url }) => {
        if (url.pathname === '/fail') throw new Error('no');
        return new Response(200);
      });
      await request('GET', 'http://h/', { transport, mounts: { 'http://m': transport } });
      t.assert.equal(closed, 1);
      await t.assert.rejects(request('GET', 'http://h/fail', { transport }), /no/);
      t.assert.equal(closed, 2);
      await t.assert.rejects(request('GET', 'not a url', { transport }), t.tern.UnsupportedProtocol);
      t.assert.equal(closed, 3);
      const streamed = await stream('GET', 'http://h/', { transport });
      t.assert.equal(closed, 3);
      await streamed.read();
      t.assert.equal(closed, 4);
    },
  },
  {
    id: 'TP-01.wrong',
    rows: ['TP-01'],
    title: 'an option that exists neither for a request nor for a client is refused by name',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const { get, stream } = t.tern;
      for (const name of ['timeouts', 'followRedirects', 'body', 'x']) {
        const expected = { code: 'ERR_INVALID_ARGUMENT', message: new RegExp(`'${name}'`) };
        await t.assert.rejects(get('http://h/', { [name]: 1 }), expected);
        await t.assert.rejects(stream('GET', 'http://h/', { [name]: 1 }), expected);
      }
      for (const wrong of [null, 'x', 5]) {
        await t.assert.rejects(get('http://h/', wrong as never), { code: 'ERR_INVALID_ARGUMENT' });
      }
    },
  },
  {
    id: 'TP-02',
    rows: ['TP-02'],
    title: 'importing the library and making a client loads no heavy module of Node and opens nothing',
    verdict:
      'differs:the built-in engine is small and there at once; what is heavy in Node waits for its first use',
    layer: 'live',
    async run(t) {
      const isSource = import.meta.url.endsWith('.ts');
      const entry = new URL(isSource ? '../../src/index.ts' : './index.js', import.meta.url).href;
      const loader = isSource
        ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
        : [];
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [...loader, '--input-type=module', '-e', PROBE, entry],
        { env: { ...process.env, NODE_OPTIONS: '' } },
      );
      const probe = JSON.parse(stdout) as { before: string[]; added: string[]; resources: string[] };
      const names = HEAVY.map((name) => `NativeModule ${name}`);
      t.assert.deepEqual(
        probe.added.filter((name) => names.includes(name)),
        [],
      );
      // The loader of TypeScript has some of them loaded before; the others prove the point.
      t.assert.ok(names.filter((name) => !probe.before.includes(name)).length >= 4, probe.before.join(' '));
      t.assert.ok(!probe.resources.some((name) => /TCP|TLS|Timeout/.test(name)), probe.resources.join(' '));
    },
  },
  {
    id: 'TP-02.first-request',
    rows: ['TP-02'],
    title: 'nothing is connected before the first request',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.httpServer();
      const client = t.client({ baseURL: server.url('/') });
      client.buildRequest('GET', 'get');
      await new Promise(setImmediate);
      t.assert.equal(server.connections, 0);
      await client.get('get');
      t.assert.equal(server.connections, 1);
    },
  },
  {
    id: 'TP-03',
    rows: ['TP-03'],
    title: 'the public names are those of the list',
    verdict: 'same',
    layer: 'model',
    run(t) {
      t.assert.deepEqual(Object.keys(t.tern).toSorted(), PUBLIC_NAMES);
    },
  },
];
