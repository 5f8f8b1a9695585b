import { reply } from '../../fixtures/reply-server.ts';
import type { Logger, TraceEvent } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'EH-07.trace',
    rows: ['EH-07'],
    title: 'trace and logger see the same request under one number, and no secrets',
    verdict: 'fixed:D35',
    layer: 'live',
    needs: ['trace'],
    async run(t) {
      const server = await t.replies(({ target }) =>
        target.startsWith('/start')
          ? reply(302, [['Location', '/end?token=hidden2']])
          : reply(200, [], 'end'),
      );
      const events: TraceEvent[] = [];
      const lines: string[] = [];
      const logger: Logger = { info: (line) => lines.push(line), debug: (line) => lines.push(line) };
      const client = t.client({ redirect: true, logger, trace: (event) => events.push(event) });
      const url = server.url('/start?token=hidden1').replace('//', '//user:hidden3@');
      await client.get(url, { headers: { 'X-Api-Key': 'hidden4', Cookie: 'a=hidden5' } });
      await t.assert.rejects(client.get(url, { redirect: { max: 0 } }), t.tern.TooManyRedirects);
      const own = events.filter(({ name }) => name.startsWith('client.'));
      t.assert.deepEqual(
        own.map(({ name }) => name),
        [
          'client.request.started',
          'client.redirect',
          'client.request.complete',
          'client.request.started',
          'client.request.failed',
        ],
      );
      const [started, redirect, complete] = own;
      t.assert.equal(new Set(own.slice(0, 3).map(({ requestId }) => requestId)).size, 1);
      t.assert.notEqual(own[3]?.requestId, started?.requestId);
      t.assert.deepEqual([started?.info['method'], redirect?.info['status']], ['GET', 302]);
      t.assert.deepEqual([complete?.info['status'], complete?.info['hops']], [200, 2]);
      t.assert.ok(lines.filter((line) => line.startsWith('HTTP Request: GET ')).length >= 3);
      t.assert.ok(
        lines.includes(
          `HTTP Request: GET http://[secure]@127.0.0.1:${server.port}/end?token=[secure] "HTTP/1.1 200 OK"`,
        ),
        lines.join('\n'),
      );
      t.assert.doesNotMatch(
        lines.filter((line) => !/\] (?:http11|pool|connection)\./.test(line)).join('\n'),
        /hidden/,
      );
      const clientEvents = own
        .map(({ info }) => `${(info['error'] as Error | undefined)?.message}${JSON.stringify(info)}`)
        .join('\n');
      t.assert.doesNotMatch(clientEvents, /hidden/);
    },
  },
  {
    id: 'EH-07.wire-trace',
    rows: ['EH-07', 'LG-02'],
    title: 'nor are there secrets in what is told about the wire',
    verdict: 'fixed:D35',
    layer: 'live',
    needs: ['trace'],
    async run(t) {
      const server = await t.replies(({ target }) =>
        target.startsWith('/start')
          ? reply(302, [
              ['Location', '/end?token=hidden2'],
              ['Set-Cookie', 'a=hidden6'],
            ])
          : reply(200, [['X-Api-Key', 'hidden7']], 'end'),
      );
      const lines: string[] = [];
      const events: TraceEvent[] = [];
      const client = t.client({
        redirect: true,
        logger: { info: () => {}, debug: (line) => lines.push(line) },
        trace: (event) => events.push(event),
      });
      const url = server.url('/start?token=hidden1').replace('//', '//user:hidden3@');
      await client.get(url, { headers: { 'X-Api-Key': 'hidden4', Cookie: 'a=hidden5' } });
      t.assert.ok(lines.length > 10);
      t.assert.doesNotMatch(lines.join('\n'), /hidden/);
      t.assert.doesNotMatch(JSON.stringify(events), /hidden/);
    },
  },
];
