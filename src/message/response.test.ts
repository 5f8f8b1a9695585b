import { inspect } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { Headers } from '../models/headers.ts';
import { Redaction } from '../models/redaction.ts';
import { Request } from './request.ts';
import { newContext } from './response-head.ts';
import { Response, type ResponseInit } from './response.ts';

const invalid = { code: 'ERR_INVALID_ARGUMENT' };
const request = new Request('GET', 'https://user:geheim@h/dir/page?token=geheim#top');

/** A response as a client makes it. */
function received(bytes: Uint8Array, fields: Record<string, string> = {}): Response {
  const context = newContext(200, 'OK', '1.1', new Headers(fields));
  context.request = request;
  return new Response(200, null, { context, bytes, bytesReceived: bytes.length, trailers: null });
}

test('trailers are masked as the client of the request says', () => {
  const context = newContext(200, 'OK', '1.1', new Headers());
  context.request = new Request('GET', 'https://h/').maskWith(new Redaction({ headers: ['x-mine'] }));
  const trailers = ['X-Mine', 'geheim'];
  const response = new Response(200, null, { context, bytes: new Uint8Array(), bytesReceived: 0, trailers });
  expect(response.trailers.get('x-mine')).toBe('geheim');
  expect(inspect(response.trailers)).toBe("Headers [ [ 'X-Mine', '[secure]' ] ]");
});

describe('made by hand', () => {
  test.each<[string, ResponseInit, string, string[]]>([
    ['nothing', {}, '', []],
    ['octets', { content: Buffer.from('é') }, 'é', ['Content-Length: 2']],
    ['no octets', { content: '' }, '', ['Content-Length: 0']],
    ['content', { content: 'é' }, 'é', ['Content-Length: 2']],
    ['text', { text: 'é' }, 'é', ['Content-Length: 2', 'Content-Type: text/plain; charset=utf-8']],
    ['html', { html: '<p>' }, '<p>', ['Content-Length: 3', 'Content-Type: text/html; charset=utf-8']],
    ['json', { json: { a: [1] } }, '{"a":[1]}', ['Content-Length: 9', 'Content-Type: application/json']],
    ['json false', { json: false }, 'false', ['Content-Length: 5', 'Content-Type: application/json']],
    ['json null', { json: null }, '', []],
    [
      'own fields',
      { text: 'a', headers: { 'content-type': 'a/b' } },
      'a',
      ['content-type: a/b', 'Content-Length: 1'],
    ],
    [
      'own framing',
      { text: 'a', headers: { 'Transfer-Encoding': 'x', 'Content-Type': 'a/b' } },
      'a',
      ['Transfer-Encoding: x', 'Content-Type: a/b'],
    ],
  ])('with %s', (_name, init, text, fields) => {
    const response = new Response(200, init);
    expect(response.text).toBe(text);
    expect(response.headers.raw.map(([name, value]) => `${name}: ${value}`)).toEqual(fields);
    expect(response.bytesReceived).toBe(response.bytes.length);
  });

  test('the head is what is given, or what the status has', () => {
    const bare = new Response(404);
    expect([bare.statusText, bare.httpVersion, bare.connection, bare.timings]).toEqual([
      'Not Found',
      '1.1',
      null,
      null,
    ]);
    expect([bare.history, bare.nextRequest, bare.trailers.size]).toEqual([[], null, 0]);
    const full = new Response(299, { statusText: 'Sure', httpVersion: '2', request, trailers: { A: '1' } });
    expect([full.statusText, full.httpVersion, full.trailers.get('a')]).toEqual(['Sure', '2', '1']);
    expect([full.request, full.url.href]).toEqual([
      request,
      'https://user:geheim@h/dir/page?token=geheim#top',
    ]);
  });

  test.each([
    [99, {}],
    [1000, {}],
    [200.5, {}],
    ['200', {}],
    [200, { body: 'x' }],
    [200, 'x'],
    [200, { text: 'a', html: 'b' }],
    [200, { content: 'a', json: 1 }],
    [200, { content: ['a'] }],
    [200, { json: Number.NaN }],
    [200, { statusText: 'a\r\nX: y' }],
    [200, { statusText: '☃' }],
    [200, { httpVersion: 'HTTP/1.1' }],
  ])('%s with %o is refused', (status, init) => {
    expect(() => new Response(status as number, init as ResponseInit)).toThrow(
      expect.objectContaining(invalid),
    );
  });

  test('what needs the request says so', () => {
    const response = new Response(500);
    for (const use of ['request', 'url', 'cookies'] as const)
      expect(() => response[use]).toThrow(
        expect.objectContaining({
          ...invalid,
          message: expect.stringContaining('The request instance has not been set'),
        }),
      );
    expect(() => response.raiseForStatus()).toThrow(expect.objectContaining(invalid));
    expect(new Response(200).raiseForStatus().status).toBe(200);
  });
});

describe('octets', () => {
  test('are never a Buffer, and do not keep a block alive that is much larger', () => {
    const block = Buffer.alloc(65_536, 'x');
    const small = received(block.subarray(10, 20)).bytes;
    expect([small.constructor, small.length, small.buffer.byteLength]).toEqual([Uint8Array, 10, 10]);
    const large = received(block.subarray(1)).bytes;
    expect([large.constructor, large.length, large.buffer]).toEqual([Uint8Array, 65_535, block.buffer]);
    const own = new Uint8Array([1, 2]);
    expect(received(own).bytes).toBe(own);
  });

  test('arrayBuffer() has the content, and nothing of what lies beside it in memory', () => {
    for (const bytes of [
      Buffer.from('pooled'),
      Buffer.alloc(100, 'x').subarray(1, 99),
      new Uint8Array([1, 2]).subarray(1),
    ]) {
      const response = received(bytes);
      const copy = response.arrayBuffer();
      expect(Buffer.from(copy)).toEqual(Buffer.from(bytes));
      new Uint8Array(copy).fill(0);
      expect(Buffer.from(response.bytes)).toEqual(Buffer.from(bytes));
    }
  });

  test('blob() has the type of the response', async () => {
    const blob = new Response(200, { text: 'é' }).blob();
    expect([blob.type, await blob.text()]).toEqual(['text/plain; charset=utf-8', 'é']);
    expect(new Response(200, { content: 'é' }).blob().type).toBe('');
  });
});

describe('text', () => {
  const latin = Buffer.from('é', 'latin1');

  test('the charset is the one that is set, else that of the type, else the default', () => {
    const typed = { 'Content-Type': 'text/plain; charset=ISO-8859-1' };
    expect([received(latin, typed).encoding, received(latin, typed).text]).toEqual(['windows-1252', 'é']);
    expect([received(latin).encoding, received(latin).text]).toEqual(['utf-8', '\uFFFD']);
    expect(received(latin, { 'Content-Type': 'text/plain; charset=klingon' }).text).toBe('\uFFFD');
    const set = received(latin, typed);
    set.encoding = 'utf-8';
    expect([set.encoding, set.text]).toEqual(['utf-8', '\uFFFD']);
  });

  test('it cannot be set after the text was read, nor to what nobody knows', () => {
    const response = received(latin);
    expect(() => (response.encoding = 'klingon')).toThrow(expect.objectContaining(invalid));
    expect(() => (response.encoding = 5 as unknown as string)).toThrow(expect.objectContaining(invalid));
    expect(response.text).toBe('\uFFFD');
    expect(() => (response.encoding = 'latin1')).toThrow(
      expect.objectContaining({
        ...invalid,
        message: expect.stringContaining('after the text has been read'),
      }),
    );
  });

  test('a default that looks at the content is asked once, and not if the type says it', () => {
    const guess = vi.fn<(bytes: Uint8Array) => string | undefined>(() => 'latin1');
    const response = received(latin);
    response.context.defaultEncoding = guess;
    expect([response.encoding, response.text, response.encoding]).toEqual([
      'windows-1252',
      'é',
      'windows-1252',
    ]);
    expect(guess.mock.calls).toEqual([[response.bytes]]);

    const typed = received(latin, { 'Content-Type': 'a/b; charset=latin1' });
    typed.context.defaultEncoding = guess;
    expect(typed.text).toBe('é');
    expect(guess).toHaveBeenCalledTimes(1);

    for (const answer of [undefined, 'klingon']) {
      const unsure = received(latin);
      unsure.context.defaultEncoding = () => answer;
      expect([unsure.encoding, unsure.text]).toEqual(['utf-8', '\uFFFD']);
    }
  });

  test('json() does not care about the charset, and its error knows the request', () => {
    const response = received(Buffer.from('{"é":1}', 'utf16le'), { 'Content-Type': 'a/b; charset=latin1' });
    expect(response.json()).toEqual({ é: 1 });
    expect(response.json((key, value) => (key === 'é' ? 2 : value))).toEqual({ é: 2 });
    expect(() => received(Buffer.from('{')).json()).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_JSON', request }),
    );
  });
});

describe('what the fields say', () => {
  test('cookies are those of this response, and parsed once', () => {
    const response = new Response(200, {
      request,
      headers: { 'Set-Cookie': ['a=1', 'b=2; Domain=evil.test', 'c=3; Max-Age=0'] },
    });
    expect(response.cookies).toBe(response.cookies);
    expect([...response.cookies].map(({ name, domain, path }) => [name, domain, path])).toEqual([
      ['a', 'h', '/dir'],
    ]);
  });

  test('links stand under their relations', () => {
    const response = new Response(200, { headers: { Link: ['</2>; rel="next last"', '</1>; rel=prev'] } });
    expect(response.links).toBe(response.links);
    expect(Object.entries(response.links).map(([rel, { url }]) => [rel, url])).toEqual([
      ['next', '/2'],
      ['last', '/2'],
      ['prev', '/1'],
    ]);
  });

  test('the request that a redirect asks for is made once', () => {
    const response = new Response(302, { request });
    const make = vi.fn<() => Request>(() => new Request('GET', 'http://i/'));
    response.context.makeNextRequest = make;
    expect(response.nextRequest).toBe(response.nextRequest);
    expect(make).toHaveBeenCalledTimes(1);
  });

  test.each([
    [100, ['isInformational']],
    [200, ['isSuccess', 'ok']],
    [204, ['isSuccess', 'ok']],
    [304, ['isRedirect']],
    [404, ['isClientError', 'isError']],
    [599, ['isServerError', 'isError']],
    [600, []],
    [999, []],
  ])('%i is %o', (status, expected) => {
    const response = new Response(status);
    const classes = [
      'isInformational',
      'isSuccess',
      'ok',
      'isRedirect',
      'isClientError',
      'isServerError',
      'isError',
    ] as const;
    expect(classes.filter((name) => response[name])).toEqual(expected);
  });

  test.each([300, 301, 302, 303, 304, 305, 307, 308, 200, 400])(
    'whether %i with a Location redirects',
    (status) => {
      const redirects = [301, 302, 303, 307, 308].includes(status);
      expect(new Response(status, { headers: { Location: '/' } }).hasRedirectLocation).toBe(redirects);
      expect(new Response(status).hasRedirectLocation).toBe(false);
    },
  );
});

describe('raiseForStatus()', () => {
  const PAGE = 'For more information check: https://developer.mozilla.org/docs/Web/HTTP/Reference/Status';
  const URL = 'https://[secure]@h/dir/page?token=[secure]';

  test.each<[number, ResponseInit, string]>([
    [101, {}, `Informational response '101 Switching Protocols' for url '${URL}'\n${PAGE}/101`],
    [
      303,
      { headers: { Location: '/x?token=geheim' } },
      `Redirect response '303 See Other' for url '${URL}'\nRedirect location: '/x?token=[secure]'\n${PAGE}/303`,
    ],
    [
      304,
      { headers: { Location: '/x' } },
      `Redirect response '304 Not Modified' for url '${URL}'\n${PAGE}/304`,
    ],
    [403, { statusText: 'No' }, `Client error '403 No' for url '${URL}'\n${PAGE}/403`],
    [500, { statusText: '' }, `Server error '500 Internal Server Error' for url '${URL}'\n${PAGE}/500`],
    [600, {}, `Invalid status code '600' for url '${URL}'\n${PAGE}/600`],
  ])('of %i', (status, init, message) => {
    const response = new Response(status, { ...init, request });
    let thrown: unknown;
    try {
      response.raiseForStatus();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      name: 'HTTPStatusError',
      code: 'ERR_HTTP_STATUS',
      message,
      status,
      response,
      request,
    });
  });

  test('gives the response if it is 2xx', () => {
    const response = new Response(204, { request });
    expect(response.raiseForStatus()).toBe(response);
  });
});

describe('what is shown', () => {
  test('status and reason, nothing else', () => {
    expect(String(new Response(200))).toBe('<Response [200 OK]>');
    expect(String(new Response(299))).toBe('<Response [299 ]>');
    expect(String(new Response(200, { statusText: '' }))).toBe('<Response [200 OK]>');
    expect(inspect(new Response(200, { text: 'geheim' }))).toBe('<Response [200 OK]>');
  });

  test('as JSON the head without secrets', () => {
    const response = new Response(200, {
      request,
      text: 'geheim',
      headers: { 'Set-Cookie': 'a=geheim', 'X-A': '1' },
    });
    expect(JSON.parse(JSON.stringify(response))).toEqual({
      status: 200,
      statusText: 'OK',
      httpVersion: '1.1',
      method: 'GET',
      url: 'https://[secure]@h/dir/page?token=[secure]',
      headers: [
        ['Set-Cookie', '[secure]'],
        ['X-A', '1'],
        ['Content-Length', '6'],
        ['Content-Type', 'text/plain; charset=utf-8'],
      ],
    });
    expect(JSON.parse(JSON.stringify(new Response(204)))).toMatchObject({ method: null, url: null });
  });
});
