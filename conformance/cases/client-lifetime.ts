import type { Transport } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { gate } from '../support/waiting.ts';

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
      const arrival = gate();
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
      const held = gate();
      const slow: Transport = {
        handle: (request) => Promise.resolve(new t.tern.StreamResponse(200, { request })),
        close: () => held.passed,
      };
      const client = new t.tern.Client({ transport: slow });
      const order: string[] = [];
      const first = client.close().then(() => order.push('first'));
      const second = client.close().then(() => order.push('second'));
      await Promise.resolve();
      order.push('transport');
      held.open();
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
