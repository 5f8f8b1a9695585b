import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chunked, reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';
import { answered } from '../support/answered-response.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RS-04',
    rows: ['RS-04'],
    title: 'what is printed of a response is its status',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const { Response, StreamResponse } = t.tern;
      for (const show of [inspect, String]) {
        t.assert.equal(show(new Response(200, { text: 'geheim' })), '<Response [200 OK]>');
        t.assert.equal(show(new Response(299)), '<Response [299 ]>');
        t.assert.equal(show(new Response(404, { statusText: 'No' })), '<Response [404 No]>');
        t.assert.equal(show(new StreamResponse(200)), '<StreamResponse [200 OK]>');
      }
      const deep = inspect({ deep: answered(t, 200, { text: 'geheim' }) }, { depth: 9, showHidden: true });
      t.assert.doesNotMatch(deep, /geheim/);
    },
  },
  {
    id: 'RS-21',
    rows: ['RS-21'],
    title: 'as JSON a response is what a log may show; to keep it, make it anew of its parts',
    verdict:
      'differs:there is no counterpart of pickle; the content can be large, and the fields are secrets',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies(
        reply(
          200,
          [
            ['Set-Cookie', 'sid=geheim'],
            ['Content-Type', 'text/plain; charset=latin1'],
          ],
          Buffer.from('caf\xe9', 'latin1'),
        ),
      );
      const response = await t.client().get(server.url('/?token=geheim'));
      t.assert.deepEqual(JSON.parse(JSON.stringify(response)), {
        status: 200,
        statusText: 'OK',
        httpVersion: '1.1',
        method: 'GET',
        url: server.url('/?token=[secure]'),
        headers: [
          ['Set-Cookie', '[secure]'],
          ['Content-Type', 'text/plain; charset=latin1'],
          ['Content-Length', '4'],
        ],
      });
      const { status, statusText, httpVersion, headers, bytes, request } = response;
      const parts = structuredClone({ status, statusText, httpVersion, headers: headers.raw, bytes });
      const again = new t.tern.Response(parts.status, {
        statusText: parts.statusText,
        httpVersion: parts.httpVersion,
        headers: parts.headers,
        content: parts.bytes,
        request,
      });
      t.assert.deepEqual([again.text, again.cookies.get('sid')], ['café', 'geheim']);
      t.assert.equal(JSON.stringify(again), JSON.stringify(response));
      const streamed = await t.client().stream('GET', server.url('/'));
      t.assert.doesNotMatch(JSON.stringify(streamed), /geheim/);
      t.assert.equal((await streamed.read()).text, 'café');
    },
  },
  {
    id: 'RS-22.octets',
    rows: ['RS-22'],
    title: 'the octets of a response are its own, in every form in which they are given out',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const content = Buffer.from('the content');
      const bodies: readonly Buffer[] = [
        reply(200, [], content),
        reply(200, [['Transfer-Encoding', 'chunked']], chunked(['the ', 'content'])),
        reply(200, [['Content-Encoding', 'gzip']], gzipSync(content)),
      ];
      for (const body of bodies) {
        const server = await t.replies(body);
        const client = t.client();
        const response = await client.get(server.url());
        t.assert.equal(response.bytes.constructor, Uint8Array);
        t.assert.equal(response.bytes.toString(), Uint8Array.from(content).toString());
        t.assert.deepEqual(Buffer.from(response.arrayBuffer()), content);
        new Uint8Array(response.arrayBuffer()).fill(0);
        t.assert.equal(await response.blob().text(), 'the content');
        t.assert.equal(await response.toFetch().text(), 'the content');
        t.assert.equal(response.text, 'the content');
        for await (const piece of await client.stream('GET', server.url()))
          t.assert.equal(piece.constructor, Uint8Array);
      }
    },
  },
  {
    id: 'RS-22.fetch',
    rows: ['RS-22'],
    title: 'as a response of the platform it keeps its fields, URL and content, read or streamed',
    verdict: 'differs:httpx has no other form of a response',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies(({ target }) =>
        target === '/from'
          ? reply(302, [['Location', '/to?a=b#c']])
          : reply(
              target === '/none' ? 204 : 200,
              [
                ['Set-Cookie', 'a=1'],
                ['Set-Cookie', 'b=2'],
              ],
              target === '/none' ? '' : 'text',
            ),
      );
      const client = t.client({ redirect: true });
      const read = (await client.get(server.url('/from'))).toFetch();
      const streamed = (await client.stream('GET', server.url('/from'))).toFetch();
      for (const converted of [read, streamed]) {
        t.assert.deepEqual(
          [converted.status, converted.url, converted.redirected, converted.headers.getSetCookie()],
          [200, server.url('/to?a=b'), true, ['a=1', 'b=2']],
        );
        t.assert.equal(await converted.clone().text(), 'text');
        t.assert.equal(await converted.text(), 'text');
      }
      const none = await client.stream('GET', server.url('/none'));
      t.assert.deepEqual([none.toFetch().body, none.isClosed], [null, true]);
      const left = await client.stream('GET', server.url('/to'));
      await left.toFetch().body!.cancel();
      t.assert.equal(left.isClosed, true);
      t.assert.throws(() => new t.tern.Response(600).toFetch(), { code: 'ERR_INVALID_ARGUMENT' });
    },
  },
];
