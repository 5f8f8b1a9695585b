import { inspect } from 'node:util';
import type { ConformanceCase } from '../case.ts';
import { ILLEGAL, INVALID, wrong } from '../support/refusals.ts';
import { bench } from '../support/request-bench.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RB-26',
    rows: ['RB-26'],
    title: 'extensions are copied, and those that do not exist are refused',
    verdict: 'same',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const { client, server } = await bench(t);
      const extensions = { target: '*' };
      const request = client.buildRequest('OPTIONS', server.url('/path'), { extensions });
      extensions.target = '/changed';
      await client.send(request);
      t.assert.ok(server.requests[0]!.raw.startsWith('OPTIONS * HTTP/1.1\r\n'));
      t.assert.equal(request.url.pathname, '/path');
      await client.send(request.with({ headers: { A: '1' } }));
      t.assert.equal(server.requests[1]!.target, '*');
      await client.send(request.with({ url: server.url('/other') }));
      t.assert.equal(server.requests[2]!.target, '/other');
      for (const wrongOnes of [
        { sni_hostname: 'h' },
        { sniHostname: 5 },
        { trace: {} },
        { timeout: 'x' },
        'target',
      ])
        t.assert.throws(
          () => client.buildRequest('GET', server.url(), { extensions: wrong(wrongOnes) }),
          INVALID,
          inspect(wrongOnes),
        );
      for (const target of ['', 'a b', '/é', '/a\r\nX: y'])
        t.assert.throws(() => client.buildRequest('GET', server.url(), { extensions: { target } }), ILLEGAL);
    },
  },
  {
    id: 'RB-26.timeout',
    rows: ['RB-26'],
    title: 'limits and trace belong to their request wherever it is sent',
    verdict: 'same',
    layer: 'live',
    needs: ['timeouts', 'trace'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.closed;
      });
      const events: string[] = [];
      const request = new t.tern.Request('GET', server.url(), {
        extensions: { timeout: { read: 30 }, trace: ({ name }) => void events.push(name) },
      });
      await t.assert.rejects(t.client({ timeout: null }).send(request), { code: 'ERR_READ_TIMEOUT' });
      t.assert.ok(events.includes('http11.send_request_headers.complete'), events.join(' '));
    },
  },
];
