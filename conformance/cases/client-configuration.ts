import type { ConformanceCase } from '../case.ts';
import { gate } from '../support/waiting.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'CL-08',
    rows: ['CL-08'],
    title: 'defaults: five seconds for each phase, redirects off but 20 if on, text is UTF-8, HTTP/1.1',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      let handled = 0;
      const client = new t.tern.Client({
        transport: new t.tern.MockTransport(({ url }) => {
          handled++;
          return url.pathname === '/text'
            ? new t.tern.Response(200, { content: new Uint8Array([0xe2, 0x98, 0x83]) })
            : new t.tern.Response(302, { headers: { Location: '/again' } });
        }),
      });
      t.assert.deepEqual(client.timeout, {
        pool: 5000,
        connect: 5000,
        write: 5000,
        firstByte: null,
        read: 5000,
        total: null,
      });
      t.assert.equal((await client.get('http://h/')).status, 302);
      t.assert.equal(handled, 1);
      await t.assert.rejects(client.get('http://h/', { redirect: true }), t.tern.TooManyRedirects);
      t.assert.equal(handled, 1 + 21);
      t.assert.equal((await client.get('http://h/text')).text, '\u2603');
      t.assert.equal(client.auth, null);
      t.assert.equal(client.baseURL, null);
      t.assert.equal(client.params.size, 0);
      t.assert.equal(client.cookies.size, 0);
    },
  },
  {
    id: 'CL-08.limits',
    rows: ['CL-08'],
    title: 'default limits: 100 connections at a time, of which 20 are kept',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['pool'],
    async run(t) {
      const held = gate();
      const server = await t.scripted(async (peer) => {
        for (;;) {
          await peer.readHead();
          await held.passed;
          await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        }
      });
      const client = t.client({ timeout: null });
      const requests = Array.from({ length: 103 }, () => client.get(server.url('/')));
      await server.untilOpen(100);
      t.assert.deepEqual(
        [client.stats.connections + client.stats.connecting, client.stats.waiting],
        [100, 3],
      );
      held.open();
      await Promise.all(requests);
      t.assert.deepEqual([client.stats.idle, client.stats.opened], [20, 100]);
      await server.untilOpen(20);
    },
  },
  {
    id: 'CL-08.verify',
    rows: ['CL-08'],
    title: 'certificates are verified by default',
    verdict: 'same',
    layer: 'live',
    needs: ['tls'],
    async run(t) {
      const server = await t.httpServer({ tls: t.serverTLS });
      const client = t.client();
      await t.assert.rejects(client.get(server.url('/get')), { name: 'ConnectError', code: 'ERR_TLS' });
      t.assert.deepEqual(server.requests, []);
      const trusting = t.client({ tls: { ca: t.ca.certificate } });
      t.assert.equal((await trusting.get(server.url('/get'))).httpVersion, '1.1');
    },
  },
  {
    id: 'CL-09',
    rows: ['CL-09', 'CL-11'],
    title: 'what is assigned becomes a model object and counts for later requests',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const { Client, CookieJar, Headers, MockTransport, QueryParams, Response } = t.tern;
      const client = new Client({
        transport: new MockTransport((request) => new Response(200, { json: request.headers.raw })),
      });
      client.headers = { 'X-One': '1' };
      t.assert.ok(client.headers instanceof Headers);
      client.params = { q: 'a b' };
      t.assert.ok(client.params instanceof QueryParams);
      client.timeout = 7;
      t.assert.equal(client.timeout.read, 7);
      client.timeout = { read: 9 };
      t.assert.deepEqual([client.timeout.read, client.timeout.pool], [9, 5000]);
      client.timeout = null;
      t.assert.equal(client.timeout.connect, null);
      client.auth = ['user', 'pass'];
      t.assert.equal(typeof client.auth?.flow, 'function');
      client.baseURL = 'http://h/api';
      t.assert.ok(client.baseURL instanceof URL);
      t.assert.equal(client.baseURL?.href, 'http://h/api/');
      client.cookies = { sid: '1' };
      t.assert.ok(client.cookies instanceof CookieJar);

      const response = await client.get('x');
      t.assert.equal(response.url.href, 'http://h/api/x?q=a+b');
      const sent = new Headers(response.json<[string, string][]>());
      t.assert.equal(sent.get('x-one'), '1');
      t.assert.equal(sent.get('cookie'), 'sid=1');
      t.assert.equal(sent.get('authorization'), `Basic ${btoa('user:pass')}`);

      client.auth = null;
      client.baseURL = null;
      t.assert.deepEqual([client.auth, client.baseURL], [null, null]);
      await t.assert.rejects(client.get('x'), t.tern.UnsupportedProtocol);
    },
  },
  {
    id: 'CL-09.cookies',
    rows: ['CL-09'],
    title: 'cookies that are assigned belong to the base URL of that moment, and a jar takes new ones',
    verdict: 'differs:cookies without a domain belong to the host of the base URL (D11)',
    layer: 'model',
    async run(t) {
      const { Client, CookieJar, MockTransport, Response } = t.tern;
      const client = new Client({
        baseURL: 'http://old.test',
        cookies: null,
        transport: new MockTransport(() => new Response(200, { headers: { 'Set-Cookie': 'new=1' } })),
      });
      client.baseURL = 'http://new.test';
      client.cookies = { sid: '1' };
      t.assert.equal(client.buildRequest('GET', '/').headers.get('cookie'), 'sid=1');
      t.assert.equal(client.buildRequest('GET', 'http://old.test/').headers.get('cookie'), null);
      const jar = new CookieJar();
      client.cookies = jar;
      t.assert.equal(client.cookies, jar);
      await client.get('/');
      t.assert.equal(jar.get('new'), '1');
    },
  },
  {
    id: 'CL-10',
    rows: ['CL-10'],
    title: 'assigned headers replace the given ones and keep the defaults underneath',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const client = new t.tern.Client({ headers: { 'X-Old': '1', Accept: 'text/html' } });
      client.headers = { 'X-New': '2', 'user-agent': 'mine' };
      const names = client.buildRequest('GET', 'http://h/').headers.raw;
      t.assert.deepEqual(names, [
        ['Host', 'h'],
        ['Accept', '*/*'],
        ['Accept-Encoding', client.headers.get('accept-encoding')],
        ['Connection', 'keep-alive'],
        ['X-New', '2'],
        ['user-agent', 'mine'],
      ]);
    },
  },
  {
    id: 'CL-11',
    rows: ['CL-11'],
    title: 'the base URL gets a trailing slash, given or assigned',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const hrefs = (url: string): (string | undefined)[] => {
        const assigned = new t.tern.Client();
        assigned.baseURL = url;
        return [new t.tern.Client({ baseURL: url }).baseURL?.href, assigned.baseURL?.href];
      };
      t.assert.deepEqual(hrefs('http://h/path'), ['http://h/path/', 'http://h/path/']);
      t.assert.deepEqual(hrefs('http://h/path/'), ['http://h/path/', 'http://h/path/']);
      t.assert.deepEqual(hrefs('http://h'), ['http://h/', 'http://h/']);
      for (const baseURL of ['/path', 'h/path', 'mailto:x', 'file:///x', '']) {
        t.assert.throws(() => new t.tern.Client({ baseURL }), t.tern.InvalidURL);
      }
    },
  },
  {
    id: 'CL-12',
    rows: ['CL-12'],
    title: 'kinds of hooks may be left out; one that does not exist is refused by name',
    verdict: 'differs:hooks are an option and not a property',
    layer: 'model',
    async run(t) {
      const { Client, MockTransport, Response } = t.tern;
      const seen: string[] = [];
      const transport = new MockTransport(() => new Response(200));
      for (const hooks of [{}, { request: [() => void seen.push('request')] }, { response: [] }]) {
        t.assert.equal((await new Client({ transport, hooks }).get('http://h/')).status, 200);
      }
      t.assert.deepEqual(seen, ['request']);
      // @ts-expect-error there is no such kind
      t.assert.throws(() => new Client({ hooks: { requests: [] } }), {
        code: 'ERR_INVALID_ARGUMENT',
        message: /'hooks\.requests'/,
      });
    },
  },
];
