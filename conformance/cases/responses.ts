import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { chunked, reply } from '../../fixtures/reply-server.ts';
import type { Response, ResponseInit } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

const SECRET_URL = 'http://user:geheim@h/path?token=geheim&page=2#geheim';
const SHOWN_URL = 'http://[secure]@h/path?token=[secure]&page=2';
const PAGE = 'For more information check: https://developer.mozilla.org/docs/Web/HTTP/Reference/Status';

/** A response to a request with secrets in its URL. */
function answered(t: CaseContext, status: number, init: ResponseInit = {}): Response {
  return new t.tern.Response(status, { request: new t.tern.Request('GET', SECRET_URL), ...init });
}

/** A JSON text in an encoding, with a byte order mark or without one. */
function encoded(text: string, encoding: string, hasMark: boolean): Buffer {
  const marked = hasMark ? `\ufeff${text}` : text;
  const [family, order] = encoding.split(' ');
  if (family === 'utf-8') return Buffer.from(marked);
  const width = family === 'utf-16' ? 2 : 4;
  const units =
    width === 2
      ? Array.from(
          Buffer.from(marked, 'utf16le').toString('binary').match(/../gs) ?? [],
          (pair) => pair.charCodeAt(0) + pair.charCodeAt(1) * 256,
        )
      : Array.from(marked, (char) => char.codePointAt(0)!);
  const bytes = Buffer.alloc(units.length * width);
  for (const [index, unit] of units.entries()) {
    if (order === 'le') bytes.writeUIntLE(unit, index * width, width);
    else bytes.writeUIntBE(unit, index * width, width);
  }
  return bytes;
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RS-01',
    rows: ['RS-01'],
    title: 'a response made by hand has the fields of its content',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const { Response, StreamResponse } = t.tern;
      const made: readonly (readonly [ResponseInit, string, readonly string[]])[] = [
        [{}, '', []],
        [{ content: 'é' }, 'é', ['Content-Length: 2']],
        [{ content: Buffer.from('é') }, 'é', ['Content-Length: 2']],
        [{ text: 'é' }, 'é', ['Content-Length: 2', 'Content-Type: text/plain; charset=utf-8']],
        [{ html: '<b>' }, '<b>', ['Content-Length: 3', 'Content-Type: text/html; charset=utf-8']],
        [{ json: { a: [1] } }, '{"a":[1]}', ['Content-Length: 9', 'Content-Type: application/json']],
        [{ json: 0, headers: { 'content-type': 'a/b' } }, '0', ['content-type: a/b', 'Content-Length: 1']],
      ];
      for (const [init, text, fields] of made) {
        const response = new Response(200, init);
        t.assert.equal(response.text, text);
        t.assert.deepEqual(
          response.headers.raw.map(([name, value]) => `${name}: ${value}`),
          fields,
        );
      }
      const streamed = await new StreamResponse(200, { body: ['a', 'b'], headers: { A: '1' } }).read();
      t.assert.deepEqual([streamed.text, streamed.headers.raw], ['ab', [['A', '1']]]);
    },
  },
  {
    id: 'RS-01.refused',
    rows: ['RS-01'],
    title: 'what makes no response is refused',
    verdict: 'differs:httpx takes the first of several contents, and any status',
    layer: 'model',
    run(t) {
      const refused: readonly (readonly [unknown, unknown])[] = [
        [200, { text: 'a', json: 1 }],
        [200, { body: 'a' }],
        [200, { content: ['a'] }],
        [200, 'text'],
        [99, {}],
        [1000, {}],
        ['200', {}],
        [200, { statusText: 'OK\r\nX: y' }],
        [200, { httpVersion: 'HTTP/1.1' }],
        [200, { json: Number.NaN }],
      ];
      for (const [status, init] of refused)
        t.assert.throws(
          () => new t.tern.Response(status as number, init as ResponseInit),
          { name: 'InvalidArgument', code: 'ERR_INVALID_ARGUMENT' },
          inspect([status, init]),
        );
      t.assert.throws(() => new t.tern.StreamResponse(200, { text: 'a' } as never), t.tern.InvalidArgument);
    },
  },
  {
    id: 'RS-01.mock',
    rows: ['RS-01'],
    title: 'what a mock gives is what a client returns, content codings undone',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const { Client, MockTransport, Response } = t.tern;
      const coded = new Response(200, {
        content: gzipSync('decoded'),
        headers: { 'Content-Encoding': 'gzip', 'Content-Type': 'text/plain' },
      });
      const client = new Client({ transport: new MockTransport(() => coded) });
      for (let round = 0; round < 2; round++) {
        const response = await client.get('http://h/');
        t.assert.deepEqual([response.text, response.request.method], ['decoded', 'GET']);
        t.assert.equal(response.bytesReceived, coded.bytes.length);
      }
      // A response that a client has read, and so decoded, can be given again as it is.
      const read = await client.get('http://h/');
      const proxy = new Client({ transport: new MockTransport(() => read) });
      t.assert.equal((await proxy.get('http://other/')).text, 'decoded');
    },
  },
  {
    id: 'RS-02',
    rows: ['RS-02'],
    title: 'the reason phrase is that of the wire, be it empty; made by hand it is that of the status',
    verdict: 'same',
    rfc: 'RFC 9112 §4',
    layer: 'bytes',
    async run(t) {
      for (const [line, status, phrase] of [
        ['HTTP/1.1 200 OK', 200, 'OK'],
        ['HTTP/1.1 404 Nicht da', 404, 'Nicht da'],
        ['HTTP/1.1 200 ', 200, ''],
        ['HTTP/1.1 299 caf\xe9', 299, 'caf\xe9'],
        ['HTTP/1.1 299 ', 299, ''],
      ] as const) {
        const server = await t.replies(`${line}\r\nContent-Length: 0\r\n\r\n`);
        const response = await t.client().get(server.url());
        t.assert.deepEqual([response.status, response.statusText], [status, phrase]);
      }
      const { Response } = t.tern;
      t.assert.deepEqual(
        [new Response(404), new Response(299), new Response(404, { statusText: '' })].map(
          ({ statusText }) => statusText,
        ),
        ['Not Found', '', ''],
      );
    },
  },
  {
    id: 'RS-03',
    rows: ['RS-03'],
    title: 'the version is that of the wire, 1.1 if made by hand',
    verdict: 'differs:it is the number alone',
    layer: 'bytes',
    async run(t) {
      for (const version of ['1.0', '1.1']) {
        const server = await t.replies(`HTTP/${version} 200 OK\r\nContent-Length: 0\r\n\r\n`);
        t.assert.equal((await t.client().get(server.url())).httpVersion, version);
      }
      t.assert.equal(new t.tern.Response(200).httpVersion, '1.1');
      t.assert.equal(new t.tern.StreamResponse(200, { httpVersion: '2' }).httpVersion, '2');
    },
  },
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
    id: 'RS-06',
    rows: ['RS-06'],
    title: 'the time that it took is known at the end of the body',
    verdict: 'differs:it is timings.total, in milliseconds, and null until then; there are the steps besides',
    layer: 'bytes',
    async run(t) {
      let finish!: () => void;
      const rest = new Promise<void>((resolve) => {
        finish = resolve;
      });
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na');
        await rest;
        await peer.send('b');
      });
      const streamed = await t.client().stream('GET', server.url());
      t.assert.equal(streamed.timings?.total, null);
      t.assert.equal(streamed.timings?.download, null);
      t.assert.ok(streamed.timings!.firstByte! >= 0);
      finish();
      const { timings } = await streamed.read();
      t.assert.ok(timings!.total! >= timings!.download! && timings!.download! >= 0);
      t.assert.deepEqual(streamed.timings, timings);
      for (const step of ['queued', 'connect', 'sent', 'firstByte'] as const)
        t.assert.ok(timings![step]! >= 0 && timings![step]! <= timings!.total!, step);
      t.assert.equal(new t.tern.Response(200).timings, null);
    },
  },
  {
    id: 'RS-06.cancelled',
    rows: ['RS-06'],
    title: 'a response that is given up never took its time',
    verdict: 'differs:httpx counts up to the closing',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      const server = await t.replies({
        bytes: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab',
        after: 'keep',
      });
      const response = await t.client().stream('GET', server.url());
      await response.cancel();
      t.assert.equal(response.timings?.total, null);
    },
  },
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
  {
    id: 'RS-12',
    rows: ['RS-12'],
    title: 'links stand under their relation, or their URL if they have none',
    verdict: 'same',
    rfc: 'RFC 8288 §3',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies(
        reply(200, [
          [
            'Link',
            '<https://api.test/items?page=2>; rel="next", </items?page=9>; rel=\'last\'; title="Page 9"',
          ],
          ['link', '</hub>; rel="hub", </bare>'],
        ]),
      );
      const { links } = await t.client().get(server.url());
      t.assert.deepEqual(Object.keys(links), ['next', 'last', 'hub', '/bare']);
      t.assert.equal(links['next']?.url, 'https://api.test/items?page=2');
      t.assert.deepEqual([links['last']?.url, links['last']?.title], ['/items?page=9', 'Page 9']);
      t.assert.deepEqual({ ...links['last']?.parameters }, { rel: 'last', title: 'Page 9' });
      t.assert.deepEqual(new t.tern.Response(200).links, Object.create(null));
    },
  },
  {
    id: 'RS-13',
    rows: ['RS-13'],
    title: 'several relations, separators in quotes, flags, repeated relations and encoded titles',
    verdict: 'fixed:D36',
    rfc: 'RFC 8288 §3',
    layer: 'model',
    run(t) {
      const of = (value: string): Response['links'] =>
        new t.tern.Response(200, { headers: { Link: value } }).links;
      const two = of('</2>; rel="next LAST"');
      t.assert.deepEqual(
        [Object.keys(two), two['next'], two['last']?.url],
        [['next', 'last'], two['last'], '/2'],
      );
      const quoted = of('<a;b,c=d>; title="x;y, z=\\"w\\""; rel=z');
      t.assert.deepEqual([quoted['z']?.url, quoted['z']?.title], ['a;b,c=d', 'x;y, z="w"']);
      t.assert.equal(of('</f>; crossorigin; rel=preload; as=style')['preload']?.parameters['as'], 'style');
      t.assert.equal(of('</1>; rel=next, </2>; rel=next')['next']?.url, '/1');
      t.assert.equal(of(`</t>; rel=x; title="plain"; title*=UTF-8''na%C3%AFve`)['x']?.title, 'naïve');
      t.assert.equal(of('not a link, </ok>; rel=ok')['ok']?.url, '/ok');
      t.assert.deepEqual(Object.keys(of('</elsewhere>; rel=next; anchor="#foot"')), []);
    },
  },
  {
    id: 'RS-14',
    rows: ['RS-14'],
    title:
      'json() finds the encoding out from the octets: UTF-8, UTF-16 or UTF-32, with a mark or without one',
    verdict: 'same',
    rfc: 'RFC 8259 §8.1',
    layer: 'bytes',
    splits: ['whole', 'random'],
    async run(t) {
      const value = { greeting: 'hé☃😀', n: [1, null, true] };
      const text = JSON.stringify(value);
      for (const encoding of ['utf-8', 'utf-16 le', 'utf-16 be', 'utf-32 le', 'utf-32 be'])
        for (const hasMark of [false, true]) {
          const server = await t.replies(
            reply(
              200,
              [['Content-Type', 'application/json; charset=koi8-r']],
              encoded(text, encoding, hasMark),
            ),
          );
          const response = await t.client().get(server.url());
          t.assert.deepEqual(response.json(), value, `${encoding} ${hasMark}`);
          t.assert.deepEqual(response.json(), value);
        }
    },
  },
  {
    id: 'RS-14.invalid',
    rows: ['RS-14'],
    title: 'what is no JSON is an error of the response, which quotes nothing of it; so is an empty body',
    verdict: 'differs:the error is one of the tree, and tells line and column',
    layer: 'bytes',
    async run(t) {
      for (const [content, message] of [
        ['', /the body is empty/],
        ['\ufeff', /the body is empty/],
        ['{"geheim": }', /position 11 \(line 1, column 12\)/],
        ['{"geheim":\n1,}', /line 2, column 3/],
        ['[NaN]', /position 1 /],
        [Buffer.from('22c328', 'hex'), /octet 1 is not valid UTF-8/],
        ['1 2', /position 2 /],
      ] as const) {
        const server = await t.replies(reply(200, [], content));
        const response = await t.client().get(server.url());
        t.assert.throws(
          () => response.json(),
          (error: unknown) => {
            t.assert.ok(error instanceof t.tern.DecodingError, String(error));
            const { code, request, message: text } = error as InstanceType<typeof t.tern.DecodingError>;
            t.assert.deepEqual([code, request], ['ERR_INVALID_JSON', response.request]);
            t.assert.match(text, message);
            t.assert.doesNotMatch(inspect(error), /geheim/);
            return true;
          },
        );
      }
    },
  },
  {
    id: 'RS-14.reviver',
    rows: ['RS-14'],
    title: 'a reviver is handed on to the parser, and what it throws comes out',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const response = new t.tern.Response(200, { json: { at: '1970-01-01T00:00:00.000Z' } });
      const revived = response.json<{ at: Date }>((key, value) =>
        key === 'at' ? new Date(String(value)) : value,
      );
      t.assert.equal(revived.at.getTime(), 0);
      const failure = new Error('of the reviver');
      t.assert.throws(
        () =>
          response.json(() => {
            throw failure;
          }),
        (error: unknown) => error === failure,
      );
    },
  },
  {
    id: 'RS-15',
    rows: ['RS-15'],
    title: 'cookies are those of this response alone, by the rules of a jar',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies([
        reply(200, [
          ['Set-Cookie', 'a=1'],
          ['Set-Cookie', 'foreign=1; Domain=elsewhere.test'],
        ]),
        reply(200, [['Set-Cookie', 'b=2; Path=/deep']]),
        reply(200),
      ]);
      const client = t.client();
      const names: string[][] = [];
      for (let i = 0; i < 3; i++) {
        const { cookies } = await client.get(server.url());
        names.push(Array.from(cookies, ({ name, value }) => `${name}=${value}`));
      }
      t.assert.deepEqual(names, [['a=1'], ['b=2'], []]);
      const response = answered(t, 200, { headers: { 'Set-Cookie': 'c=3' } });
      t.assert.equal(response.cookies, response.cookies);
      t.assert.equal(response.cookies.get('c'), '3');
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
  {
    id: 'RS-18',
    rows: ['RS-18'],
    title: 'bytesReceived counts the octets of the body as they came, before codings are undone',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const coded = gzipSync('x'.repeat(5000));
      const server = await t.replies(
        reply(
          200,
          [
            ['Content-Encoding', 'gzip'],
            ['Transfer-Encoding', 'chunked'],
          ],
          chunked([coded.subarray(0, 9), coded.subarray(9)]),
        ),
      );
      const client = t.client();
      const response = await client.get(server.url());
      t.assert.deepEqual([response.bytes.length, response.bytesReceived], [5000, coded.length]);
      const streamed = await client.stream('GET', server.url());
      let last = -1;
      for await (const piece of streamed.iterRaw(1)) {
        t.assert.equal(piece.length, 1);
        t.assert.ok(streamed.bytesReceived >= last);
        last = streamed.bytesReceived;
      }
      t.assert.equal(last, coded.length);
      const plain = await client.get((await t.replies(reply(200, [], 'abc'))).url());
      t.assert.equal(plain.bytesReceived, 3);
    },
  },
  {
    id: 'RS-19',
    rows: ['RS-19'],
    title: 'after a full read the response is closed and its octets cannot be taken again',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies(reply(200, [], 'content'));
      const client = t.client();
      const response = await client.stream('GET', server.url());
      t.assert.equal(response.isClosed, false);
      const reading = response.read();
      t.assert.equal(response.read(), reading);
      await reading;
      t.assert.equal(response.isClosed, true);
      t.assert.throws(() => response.iterRaw(), t.tern.StreamConsumed);
      await response.cancel();
      t.assert.equal((await response.read()).text, 'content');
    },
  },
  {
    id: 'RS-20',
    rows: ['RS-20'],
    title: 'what httpx has as extensions has names of its own: version, reason, connection, upgrade',
    verdict: 'differs:there is no untyped dictionary',
    layer: 'bytes',
    needs: ['upgrade'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 101 Go on\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\nfirst');
        await peer.readUntil('ping');
        await peer.send(' pong');
        await peer.end();
      });
      const client = t.client();
      const response = await client.stream('GET', server.url(), {
        headers: { Connection: 'upgrade', Upgrade: 'echo' },
      });
      t.assert.deepEqual([response.httpVersion, response.statusText], ['1.1', 'Go on']);
      const { connection } = response;
      t.assert.deepEqual(
        [connection?.protocol, connection?.reused, connection?.remotePort, connection?.tls],
        ['http/1.1', false, server.port, null],
      );
      const duplex = response.upgrade();
      duplex.end('ping');
      let text = '';
      for await (const chunk of duplex) text += String(chunk);
      t.assert.equal(text, 'first pong');
      t.assert.throws(() => response.upgrade(), t.tern.StreamConsumed);
      await server.untilOpen(0);
    },
  },
  {
    id: 'RS-20.cancelled',
    rows: ['RS-20'],
    title: 'an upgraded connection ends with its response, without an error that nobody expects',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['upgrade'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 101 Go on\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n');
        await peer.closed;
      });
      const response = await t.client().stream('GET', server.url(), {
        headers: { Connection: 'upgrade', Upgrade: 'echo' },
      });
      const duplex = response.upgrade();
      const errors: unknown[] = [];
      duplex.on('error', (error) => errors.push(error));
      await response[Symbol.asyncDispose]();
      await server.untilOpen(0);
      t.assert.deepEqual([duplex.destroyed, errors, response.isClosed], [true, [], true]);
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
    id: 'RS-22',
    rows: ['RS-22'],
    title: 'the fields that describe the coded content stay as they came',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const coded = gzipSync('content');
      const server = await t.replies(
        reply(
          200,
          [
            ['Content-Encoding', 'gzip'],
            ['X-Case', 'Kept'],
          ],
          coded,
        ),
      );
      const response = await t.client().get(server.url());
      t.assert.deepEqual(response.headers.raw, [
        ['Content-Encoding', 'gzip'],
        ['X-Case', 'Kept'],
        ['Content-Length', String(coded.length)],
      ]);
      t.assert.equal(response.text, 'content');
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
