import { inspect } from 'node:util';
import { reply } from '../../fixtures/reply-server.ts';
import type { ResponseInit } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { answered } from '../support/answered-response.ts';

const SHOWN_URL = 'http://[secure]@h/path?token=[secure]&page=2';

const PAGE = 'For more information check: https://developer.mozilla.org/docs/Web/HTTP/Reference/Status';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RS-07',
    rows: ['RS-07'],
    title: 'a status belongs to the class of its hundred; 4xx and 5xx are errors, 600 is nothing',
    verdict: 'same',
    rfc: 'RFC 9110 §15',
    layer: 'model',
    run(t) {
      const names = [
        'isInformational',
        'isSuccess',
        'ok',
        'isRedirect',
        'isClientError',
        'isServerError',
        'isError',
      ] as const;
      const expected: readonly (readonly [number, string])[] = [
        [100, 'isInformational'],
        [199, 'isInformational'],
        [200, 'isSuccess ok'],
        [299, 'isSuccess ok'],
        [300, 'isRedirect'],
        [399, 'isRedirect'],
        [400, 'isClientError isError'],
        [499, 'isClientError isError'],
        [500, 'isServerError isError'],
        [599, 'isServerError isError'],
        [600, ''],
        [999, ''],
      ];
      for (const [status, list] of expected)
        for (const response of [new t.tern.Response(status), new t.tern.StreamResponse(status)])
          t.assert.equal(names.filter((name) => response[name]).join(' '), list, String(status));
    },
  },
  {
    id: 'RS-08',
    rows: ['RS-08'],
    title: 'a redirect has a status that redirects and a Location',
    verdict: 'same',
    rfc: 'RFC 9110 §15.4',
    layer: 'model',
    run(t) {
      for (let status = 200; status < 600; status++) {
        const redirects = [301, 302, 303, 307, 308].includes(status);
        const { Response } = t.tern;
        t.assert.equal(
          new Response(status, { headers: { location: '/' } }).hasRedirectLocation,
          redirects,
          String(status),
        );
        t.assert.equal(new Response(status).hasRedirectLocation, false);
      }
    },
  },
  {
    id: 'RS-09',
    rows: ['RS-09'],
    title: 'raiseForStatus() gives a response with 2xx back',
    verdict: 'same',
    layer: 'model',
    run(t) {
      for (const status of [200, 204, 299]) {
        const response = answered(t, status);
        t.assert.equal(response.raiseForStatus(), response);
        const streamed = new t.tern.StreamResponse(status);
        t.assert.equal(streamed.raiseForStatus(), streamed);
      }
    },
  },
  {
    id: 'RS-10',
    rows: ['RS-10', 'RS-11'],
    title: 'any other status raises an error that names kind, status, URL and where to look',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const texts: readonly (readonly [number, ResponseInit, string])[] = [
        [101, {}, `Informational response '101 Switching Protocols' for url '${SHOWN_URL}'\n${PAGE}/101`],
        [
          303,
          { headers: { Location: 'https://other.org/' } },
          `Redirect response '303 See Other' for url '${SHOWN_URL}'\nRedirect location: 'https://other.org/'\n${PAGE}/303`,
        ],
        [
          304,
          { headers: { Location: '/x' } },
          `Redirect response '304 Not Modified' for url '${SHOWN_URL}'\n${PAGE}/304`,
        ],
        [403, {}, `Client error '403 Forbidden' for url '${SHOWN_URL}'\n${PAGE}/403`],
        [500, { statusText: 'Oh no' }, `Server error '500 Oh no' for url '${SHOWN_URL}'\n${PAGE}/500`],
        [600, {}, `Invalid status code '600' for url '${SHOWN_URL}'\n${PAGE}/600`],
      ];
      for (const [status, init, message] of texts) {
        const response = answered(t, status, init);
        t.assert.throws(
          () => response.raiseForStatus(),
          (error: unknown) => {
            t.assert.ok(error instanceof t.tern.HTTPStatusError);
            const raised = error as InstanceType<typeof t.tern.HTTPStatusError>;
            t.assert.equal(raised.message, message);
            t.assert.deepEqual([raised.code, raised.status], ['ERR_HTTP_STATUS', status]);
            t.assert.equal(raised.response, response);
            t.assert.equal(raised.request, response.request);
            return true;
          },
        );
      }
      t.assert.throws(
        () => new t.tern.Response(500).raiseForStatus(),
        /^InvalidArgument: The request instance has not been set/,
      );
    },
  },
  {
    id: 'RS-10.stream',
    rows: ['RS-10'],
    title: 'the error of a streamed response has it unread, so that its content can be had',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies(reply(418, [], 'short and stout'));
      const response = await t.client().stream('GET', server.url());
      let raised: unknown;
      try {
        response.raiseForStatus();
      } catch (error) {
        raised = error;
      }
      t.assert.ok(raised instanceof t.tern.HTTPStatusError);
      t.assert.equal((raised as InstanceType<typeof t.tern.HTTPStatusError>).response, response);
      t.assert.equal((await response.read()).text, 'short and stout');
    },
  },
  {
    id: 'RS-11',
    rows: ['RS-11'],
    title: 'no secret of the URL, of the Location or of the fields is in the error',
    verdict: 'fixed:D35',
    layer: 'model',
    run(t) {
      const response = answered(t, 302, {
        headers: { Location: 'https://me:geheim@other.org/?api_key=geheim', 'Set-Cookie': 'sid=geheim' },
      });
      t.assert.throws(
        () => response.raiseForStatus(),
        (error: unknown) => {
          const shown = `${String(error)}\n${inspect(error, { depth: 9, showHidden: true })}\n${(error as Error).stack}`;
          t.assert.doesNotMatch(shown, /geheim/);
          t.assert.match(shown, /Redirect location: 'https:\/\/\[secure\]@other\.org\/\?api_key=\[secure\]'/);
          return true;
        },
      );
    },
  },
];
