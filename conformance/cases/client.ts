import type { Transport } from '../../src/index.ts';
import { reply } from '../../fixtures/reply-server.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

/** A transport that answers 200 and tells when it is closed. */
function telling(t: CaseContext, events: string[], name: string, failure?: Error): Transport {
  return {
    handle: (request) => {
      events.push(`${name} ${request.url.hostname}`);
      return Promise.resolve(new t.tern.StreamResponse(200, { request }));
    },
    close: () => {
      events.push(`${name} closed`);
      return failure === undefined ? Promise.resolve() : Promise.reject(failure);
    },
  };
}

/** Something to wait for. */
function newGate(): { readonly passed: Promise<void>; open: () => void } {
  const gate = { passed: Promise.resolve(), open: (): void => {} };
  gate.passed = new Promise<void>((resolve) => {
    gate.open = resolve;
  });
  return gate;
}

async function* oneByte(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array([1]);
}

function activeResources(): string[] {
  return process.getActiveResourcesInfo().toSorted();
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'CL-01',
    rows: ['CL-01', 'CL-05'],
    title: 'opens connections with the first request, and is closed for good at the end of its scope',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.httpServer();
      const client = t.client();
      t.assert.equal(client.isClosed, false);
      t.assert.equal(server.connections, 0);
      t.assert.equal((await client.get(server.url('/get'))).status, 200);
      t.assert.equal(server.connections, 1);
      t.assert.equal(client.isClosed, false);
      await client[Symbol.asyncDispose]();
      t.assert.equal(client.isClosed, true);
      await server.untilOpen(0);
      await t.assert.rejects(client.get(server.url('/get')), { code: 'ERR_CLIENT_CLOSED' });
      t.assert.equal(server.connections, 1);
    },
  },
  {
    id: 'CL-01.under-way',
    rows: ['CL-01'],
    title: 'requests that are sent or wait when the client is closed fail, and leave nothing behind',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['pool'],
    async run(t) {
      const arrival = newGate();
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        arrival.open();
        await peer.closed;
      });
      const client = t.client({ limits: { maxConnections: 1 } });
      const closed = { name: 'ClientClosed', code: 'ERR_CLIENT_CLOSED' };
      const sent = t.assert.rejects(client.get(server.url('/sent')), closed);
      await arrival.passed;
      const waiting = t.assert.rejects(client.get(server.url('/waiting')), closed);
      t.assert.equal(client.stats.waiting, 1);
      await client.close();
      await Promise.all([sent, waiting]);
      t.assert.equal(server.connections, 1);
      await server.untilOpen(0);
      t.assert.deepEqual(
        [client.stats.connections, client.stats.waiting, client.stats.connecting],
        [0, 0, 0],
      );
    },
  },
  {
    id: 'CL-01.streaming',
    rows: ['CL-01'],
    title: 'a streamed response fails when its client is closed, and holds no connection',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf');
        await peer.closed;
      });
      const client = t.client();
      const response = await client.stream('GET', server.url('/'));
      const chunks = response.iterRaw();
      t.assert.equal(Buffer.from((await chunks.next()).value ?? []).toString(), 'half');
      const rest = t.assert.rejects(chunks.next(), { name: 'ClientClosed', code: 'ERR_CLIENT_CLOSED' });
      await client.close();
      await rest;
      await server.untilOpen(0);
    },
  },
  {
    id: 'CL-02',
    rows: ['CL-02'],
    title: 'every way to send fails on a closed client, before anything is sent',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.httpServer();
      const url = server.url('/get');
      const client = t.client();
      const request = client.buildRequest('GET', url);
      await client.close();
      const expected = {
        name: 'ClientClosed',
        code: 'ERR_CLIENT_CLOSED',
        message: 'Cannot send a request, as the client has been closed.',
      };
      await t.assert.rejects(client.get(url), expected);
      await t.assert.rejects(client.post(url, { json: {} }), expected);
      await t.assert.rejects(client.request('DELETE', url), expected);
      await t.assert.rejects(client.stream('GET', url), expected);
      await t.assert.rejects(client.send(request), expected);
      await t.assert.rejects(client.send(request, { stream: true }), expected);
      await t.assert.rejects(client.get(url), t.tern.ClientClosed);
      t.assert.equal(server.connections, 0);
    },
  },
  {
    id: 'CL-03',
    rows: ['CL-03', 'CL-04'],
    title: 'there is nothing to open: leaving a scope twice closes once and stays closed',
    verdict:
      'differs:a client has no step of opening, so there is no second one to refuse; closing is idempotent',
    layer: 'model',
    async run(t) {
      const events: string[] = [];
      const client = new t.tern.Client({ transport: telling(t, events, 'main') });
      await client.get('http://h/');
      // Entering a scope after a use, or twice, is what httpx refuses; here a scope only closes.
      await Promise.all([client.close(), client.close(), client[Symbol.asyncDispose]()]);
      await client.close();
      t.assert.deepEqual(events, ['main h', 'main closed']);
      await t.assert.rejects(client.get('http://h/'), t.tern.ClientClosed);
      t.assert.deepEqual(events, ['main h', 'main closed']);
    },
  },
  {
    id: 'CL-03.wait',
    rows: ['CL-03'],
    title: 'a second close() waits for the first',
    verdict: 'differs:closing is idempotent',
    layer: 'model',
    async run(t) {
      const gate = newGate();
      const slow: Transport = {
        handle: (request) => Promise.resolve(new t.tern.StreamResponse(200, { request })),
        close: () => gate.passed,
      };
      const client = new t.tern.Client({ transport: slow });
      const order: string[] = [];
      const first = client.close().then(() => order.push('first'));
      const second = client.close().then(() => order.push('second'));
      await Promise.resolve();
      order.push('transport');
      gate.open();
      await Promise.all([first, second]);
      t.assert.deepEqual(order, ['transport', 'first', 'second']);
    },
  },
  {
    id: 'CL-05',
    rows: ['CL-05'],
    title: 'isClosed is false before and during use and true as soon as close() is called',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const seen: boolean[] = [];
      const client = new t.tern.Client({
        transport: new t.tern.MockTransport(() => {
          seen.push(client.isClosed);
          return new t.tern.Response(200);
        }),
      });
      seen.push(client.isClosed);
      await client.get('http://h/');
      seen.push(client.isClosed);
      const closing = client.close();
      seen.push(client.isClosed);
      await closing;
      seen.push(client.isClosed);
      t.assert.deepEqual(seen, [false, false, false, true, true]);
    },
  },
  {
    id: 'CL-06',
    rows: ['CL-06'],
    title: 'closing closes the main transport, then each mounted one once; null mounts are skipped',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const events: string[] = [];
      const twice = telling(t, events, 'twice');
      const client = new t.tern.Client({
        transport: telling(t, events, 'main'),
        mounts: {
          'http://a.test': twice,
          'http://b.test': telling(t, events, 'once'),
          'http://c.test': null,
          'https://': twice,
        },
      });
      for (const host of ['a.test', 'b.test', 'c.test']) await client.get(`http://${host}/`);
      await client.close();
      t.assert.deepEqual(events.slice(0, 3), ['twice a.test', 'once b.test', 'main c.test']);
      t.assert.equal(events[3], 'main closed');
      t.assert.deepEqual(events.slice(4).toSorted(), ['once closed', 'twice closed']);
    },
  },
  {
    id: 'CL-06.shared',
    rows: ['CL-06'],
    title: 'an extended client closes what is its own and leaves what it shares open',
    verdict: 'differs:httpx cannot extend a client',
    layer: 'model',
    async run(t) {
      const events: string[] = [];
      const parent = new t.tern.Client({
        transport: telling(t, events, 'main'),
        mounts: { 'http://a.test': telling(t, events, 'a') },
      });
      const child = parent.extend({ mounts: { 'http://b.test': telling(t, events, 'b') } });
      for (const host of ['a.test', 'b.test', 'c.test']) await child.get(`http://${host}/`);
      t.assert.deepEqual(events.splice(0), ['a a.test', 'b b.test', 'main c.test']);
      await child.close();
      t.assert.deepEqual(events.splice(0), ['b closed']);
      await t.assert.rejects(child.get('http://c.test/'), t.tern.ClientClosed);
      t.assert.equal((await parent.get('http://a.test/')).status, 200);

      const own = parent.extend({ transport: telling(t, events, 'own') });
      await own.get('http://c.test/');
      events.splice(0);
      await own.close();
      t.assert.deepEqual(events.splice(0), ['own closed']);
      await parent.close();
      t.assert.deepEqual(events.toSorted(), ['a closed', 'main closed']);
    },
  },
  {
    id: 'CL-07',
    rows: ['CL-07'],
    title: 'everything is closed even if the main transport cannot be; one failure is the cause',
    verdict: 'fixed:D41',
    layer: 'model',
    async run(t) {
      const events: string[] = [];
      const failure = new Error('stuck');
      const client = new t.tern.Client({
        transport: telling(t, events, 'main', failure),
        mounts: { 'http://a.test': telling(t, events, 'a') },
      });
      await t.assert.rejects(client.close(), (error: unknown) => {
        t.assert.ok(error instanceof t.tern.CloseError);
        t.assert.ok(error instanceof t.tern.NetworkError);
        const { code, phase, cause } = error as InstanceType<typeof t.tern.CloseError>;
        t.assert.deepEqual([code, phase], ['ERR_CLOSE', 'close']);
        t.assert.equal(cause, failure);
        return true;
      });
      t.assert.deepEqual(events.toSorted(), ['a closed', 'main closed']);
      t.assert.equal(client.isClosed, true);
    },
  },
  {
    id: 'CL-07.several',
    rows: ['CL-07'],
    title: 'several failures to close are told together, one that is thrown at once included',
    verdict: 'fixed:D41',
    layer: 'model',
    async run(t) {
      const events: string[] = [];
      const failures = [new Error('one'), new Error('two')];
      const throwing: Transport = {
        ...telling(t, events, 'main'),
        close() {
          throw failures[0]!;
        },
      };
      const client = new t.tern.Client({
        transport: throwing,
        mounts: {
          'http://a.test': telling(t, events, 'a', failures[1]),
          'http://b.test': telling(t, events, 'b'),
        },
      });
      await t.assert.rejects(client.close(), (error: unknown) => {
        const { cause } = error as Error & { cause: AggregateError };
        t.assert.deepEqual(cause.errors, failures);
        return error instanceof t.tern.CloseError;
      });
      t.assert.deepEqual(events.toSorted(), ['a closed', 'b closed']);
    },
  },
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
      const gate = newGate();
      const server = await t.scripted(async (peer) => {
        for (;;) {
          await peer.readHead();
          await gate.passed;
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
      gate.open();
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
  {
    id: 'CL-13',
    rows: ['CL-13'],
    title: 'a client that is never used and never closed leaves no timer, no socket and no warning',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const warnings: Error[] = [];
      const listen = (warning: Error): void => void warnings.push(warning);
      process.on('warning', listen);
      t.defer(() => void process.off('warning', listen));
      const before = activeResources();
      const clients = Array.from({ length: 20 }, () => new t.tern.Client({ baseURL: 'https://example.com' }));
      t.assert.deepEqual(activeResources(), before);
      t.assert.ok(clients.every(({ isClosed }) => !isClosed));
      await new Promise(setImmediate);
      t.assert.deepEqual(warnings, []);
    },
  },
  {
    id: 'CL-14',
    rows: ['CL-14', 'HD-18'],
    title: 'order on the wire: Host, the defaults, client headers, request headers, body headers',
    verdict: 'same',
    rfc: 'RFC 9110 §7.2',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies(reply(200));
      const client = t.client({ headers: { 'X-Client': 'c' } });
      const accepted = client.headers.get('accept-encoding')!;
      const authority = `127.0.0.1:${server.port}`;
      await client.post(server.url('/p?q=1'), { headers: { 'X-Request': 'r' }, json: { a: 1 } });
      t.assert.equal(
        server.received[0]?.toString('latin1'),
        `POST /p?q=1 HTTP/1.1\r\nHost: ${authority}\r\nAccept: */*\r\nAccept-Encoding: ${accepted}\r\n` +
          `Connection: keep-alive\r\nUser-Agent: ternhttp/${t.tern.VERSION}\r\nX-Client: c\r\nX-Request: r\r\n` +
          'Content-Length: 7\r\nContent-Type: application/json\r\n\r\n{"a":1}',
      );
      await client.get(server.url('/'));
      t.assert.deepEqual(
        server.exchanges[1]?.fields.map(([name]) => name),
        ['Host', 'Accept', 'Accept-Encoding', 'Connection', 'User-Agent', 'X-Client'],
      );
      await client.post(server.url('/'), { content: oneByte(), headers: { 'Content-Type': 'x/y' } });
      t.assert.deepEqual(
        server.exchanges[2]?.fields.slice(-3).map(([name]) => name),
        ['X-Client', 'Content-Type', 'Transfer-Encoding'],
      );
    },
  },
  {
    id: 'CL-15',
    rows: ['CL-15'],
    title: 'Accept-Encoding names gzip, deflate, br, and zstd where it can be decoded',
    verdict: 'same',
    rfc: 'RFC 9110 §12.5.3',
    layer: 'live',
    async run(t) {
      const expected = t.has('zstd') ? 'gzip, deflate, br, zstd' : 'gzip, deflate, br';
      const client = t.client();
      t.assert.equal(client.headers.get('accept-encoding'), expected);
      const server = await t.httpServer();
      for (const [route, coding] of [
        ['/gzip', 'gzip'],
        ['/deflate', 'deflate'],
        ['/brotli', 'br'],
        ...(t.has('zstd') ? [['/zstd', 'zstd']] : []),
      ] as const) {
        const response = await client.get(server.url(route));
        t.assert.equal(response.headers.get('content-encoding'), coding);
        t.assert.equal(typeof response.json(), 'object');
      }
      const withZstd = t.client({ decode: { zstd: (input) => input } });
      t.assert.equal(withZstd.headers.get('accept-encoding'), 'gzip, deflate, br, zstd');
      withZstd.headers = {};
      t.assert.equal(withZstd.headers.get('accept-encoding'), 'gzip, deflate, br, zstd');
    },
  },
  {
    id: 'CL-16',
    rows: ['CL-16'],
    title: 'a default header that was removed is not sent, however it was removed',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['wire-bytes'],
    async run(t) {
      const server = await t.replies(reply(200));
      const client = t.client({ headers: { 'User-Agent': null } });
      t.assert.equal(client.headers.delete('ACCEPT'), true);
      await client.get(server.url('/'), { headers: { 'accept-encoding': null } });
      await client.extend({ headers: { Connection: null } }).get(server.url('/'));
      t.assert.deepEqual(
        server.exchanges.map(({ fields }) => fields.map(([name]) => name)),
        [
          ['Host', 'Connection'],
          ['Host', 'Accept-Encoding'],
        ],
      );
    },
  },
  {
    id: 'CL-17',
    rows: ['CL-17'],
    title: 'concurrent requests share one client, its connections, its headers and its cookies',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.httpServer();
      const client = t.client(t.has('pool') ? { limits: { maxConnections: 4 } } : {});
      await client.get(server.url('/cookies/set?sid=1'));
      const numbers = Array.from({ length: 60 }, (_, index) => index);
      const answers = await Promise.all(
        numbers.map((number) => client.post(server.url(`/echo?n=${number}`), { content: `body ${number}` })),
      );
      t.assert.deepEqual(
        answers.map((answer) => {
          const { target, body } = answer.json<{ target: string; body: { text: string } }>();
          return [target, body.text];
        }),
        numbers.map((number) => [`/echo?n=${number}`, `body ${number}`]),
      );
      t.assert.equal(server.requests.length, 61);
      t.assert.ok(
        server.requests
          .slice(1)
          .every(({ fields }) => fields.some(([name, value]) => name === 'Cookie' && value === 'sid=1')),
      );
      if (t.has('pool')) t.assert.ok(server.connections <= 4);
    },
  },
];
