import { reply } from '../../fixtures/reply-server.ts';
import type { Response } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RS-05',
    rows: ['RS-05'],
    title: 'URL and request are those of the hop; a response without a request says so',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies(({ target }) =>
        target === '/a' ? reply(302, [['Location', '/b?c=d']]) : reply(200),
      );
      const response = await t.client({ redirect: true }).post(server.url('/a#top'), { content: 'x' });
      t.assert.equal(response.url.href, server.url('/b?c=d#top'));
      t.assert.deepEqual([response.request.method, response.request.content.length], ['GET', 0]);
      const [first] = response.history;
      t.assert.equal(first?.url.href, server.url('/a#top'));
      t.assert.deepEqual(
        [first?.request.method, Buffer.from(first!.request.content).toString()],
        ['POST', 'x'],
      );
      // What is given out can be changed without changing the response.
      response.url.pathname = '/changed';
      t.assert.equal(response.url.pathname, '/b');
      const message = /The request instance has not been set on this response/;
      for (const bare of [new t.tern.Response(200), new t.tern.StreamResponse(200)]) {
        t.assert.throws(() => bare.request, message);
        t.assert.throws(() => bare.url, message);
        t.assert.throws(() => bare.request, { code: 'ERR_INVALID_ARGUMENT' });
      }
    },
  },
  {
    id: 'RS-16',
    rows: ['RS-16'],
    title: 'history has the earlier responses, redirects and rounds alike, oldest first, each with its own',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies([
        reply(301, [['Location', '/b']], 'one'),
        reply(401, [], 'two'),
        reply(302, [['Location', '/d']], 'three'),
        reply(200, [], 'four'),
      ]);
      const client = t.client({ redirect: true });
      const options = {
        auth: {
          *flow(request: Response['request']) {
            yield request;
            yield request.with({ url: server.url('/c') });
          },
        },
      };
      const response = await client.get(server.url('/a'), options);
      t.assert.deepEqual(
        [...response.history, response].map(({ status, text, history }) => [status, text, history.length]),
        [
          [301, 'one', 0],
          [401, 'two', 1],
          [302, 'three', 2],
          [200, 'four', 3],
        ],
      );
      t.assert.deepEqual(response.history[2]!.history, response.history.slice(0, 2));
      t.assert.deepEqual((await t.client().get((await t.replies(reply(200))).url())).history, []);
    },
  },
  {
    id: 'RS-17',
    rows: ['RS-17'],
    title: 'nextRequest is there if a redirect was not followed, and can be sent',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies(({ target }) => {
        if (target === '/a') return reply(303, [['Location', '/b']]);
        return target === '/b' ? reply(307, [['Location', '/c']]) : reply(200, [], 'end');
      });
      const client = t.client();
      let response = await client.post(server.url('/a'), { content: 'x' });
      const seen: string[] = [];
      while (response.nextRequest !== null) {
        t.assert.equal(response.nextRequest, response.nextRequest);
        seen.push(`${response.nextRequest.method} ${response.nextRequest.url.pathname}`);
        response = await client.send(response.nextRequest);
      }
      t.assert.deepEqual([seen, response.text], [['GET /b', 'GET /c'], 'end']);
      const followed = await client.get(server.url('/a'), { redirect: true });
      t.assert.deepEqual([followed.nextRequest, followed.history[0]!.nextRequest], [null, null]);
      t.assert.equal(new t.tern.Response(302, { headers: { Location: '/' } }).nextRequest, null);
    },
  },
];
