import { inspect } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { readMultipart } from '../../fixtures/multipart-reader.ts';
import { collectText } from '../../fixtures/collect-body.ts';
import { Headers } from '../models/headers.ts';
import { Redaction } from '../models/redaction.ts';
import { parseURL } from '../models/url.ts';
import {
  checkExtensions,
  extensionsFor,
  Request,
  type RequestExtensions,
  type RequestInit,
} from './request.ts';

const invalid = { code: 'ERR_INVALID_ARGUMENT' };
const illegal = { code: 'ERR_LOCAL_PROTOCOL', phase: 'build' };

function wire(request: Request): string[] {
  return request.headers.raw.map(([name, value]) => `${name}: ${value}`);
}

/** An argument that the compiler would refuse. */
function wrong<T>(value: unknown): T {
  return value as T;
}

describe('construction', () => {
  test('the method is upper-cased and otherwise free, as long as it is a token', () => {
    expect(new Request('get', 'http://h/').method).toBe('GET');
    expect(new Request('m-search', 'http://h/').method).toBe('M-SEARCH');
    for (const method of ['', 'GET /', 'A\n', 'é'])
      expect(() => new Request(method, 'http://h/')).toThrow(expect.objectContaining(illegal));
    expect(() => new Request(wrong(1), 'http://h/')).toThrow(expect.objectContaining(invalid));
  });

  test('the URL is text or a URL of whatever kind, and can be requested', () => {
    expect(new Request('GET', new URL('http://h/a')).url.href).toBe('http://h/a');
    expect(new Request('GET', wrong({ href: 'http://h/b' })).url.href).toBe('http://h/b');
    for (const url of [undefined, null, 5, {}])
      expect(() => new Request('GET', wrong(url))).toThrow(expect.objectContaining(invalid));
    for (const url of ['/a', 'h/a', 'mailto:a@b', 'localhost:8000'])
      expect(() => new Request('GET', url)).toThrow(
        expect.objectContaining({ code: 'ERR_UNSUPPORTED_PROTOCOL' }),
      );
    expect(() => new Request('GET', 'localhost:8000/a')).toThrow("did you mean 'http://localhost:8000/a'?");
  });

  test('params are merged into the query of the URL', () => {
    const { url } = new Request('GET', 'http://h/?a=1&b=2', { params: { b: 3, c: [4, 5] } });
    expect(url.search).toBe('?a=1&b=3&c=4&c=5');
  });

  test('an init with a member that does not exist is refused, and so is one that is no object', () => {
    expect(() => new Request('POST', 'http://h/', wrong({ body: 'x' }))).toThrow(
      expect.objectContaining({ ...invalid, message: expect.stringContaining("'init.body' does not exist") }),
    );
    expect(() => new Request('POST', 'http://h/', wrong('x'))).toThrow(expect.objectContaining(invalid));
    expect(new Request('POST', 'http://h/', null).body).toBeNull();
  });

  test('one body at most', () => {
    expect(() => new Request('POST', 'http://h/', wrong({ json: 1, form: {} }))).toThrow(
      expect.objectContaining(invalid),
    );
    const init: RequestInit = { json: null, content: undefined, form: { a: 1 } };
    expect(new Request('POST', 'http://h/', init).headers.get('content-type')).toBe(
      'application/x-www-form-urlencoded',
    );
  });

  test('a multipart type without a boundary gets that of the body, in its place', async () => {
    const request = new Request('POST', 'http://h/', {
      multipart: { a: '1' },
      headers: { 'content-type': 'multipart/form-data; x=y', 'X-A': '1' },
    });
    const [, type = '', after] = wire(request);
    expect(type).toMatch(/^content-type: multipart\/form-data; x=y; boundary=\w{32}$/);
    expect(after).toBe('X-A: 1');
    const parts = readMultipart(request.headers.get('content-type')!, Buffer.from(request.content));
    expect(parts.map(({ name, content }) => [name, String(content)])).toEqual([['a', '1']]);
    const own = new Request('POST', 'http://h/', {
      multipart: { a: '1' },
      headers: { 'Content-Type': 'Multipart/Form-Data; boundary="b"' },
    });
    expect(own.headers.get('content-type')).toBe('Multipart/Form-Data; boundary="b"');
    expect(await collectText(own.body!)).toMatch(/^--b\r\n/);
  });
});

describe('what cannot be changed', () => {
  const request = new Request('GET', 'http://h/a', { headers: { A: '1' } });

  test('the URL that one gets is one of its own', () => {
    request.url.pathname = '/b';
    expect(request.url.href).toBe('http://h/a');
  });

  test('the headers, and not through anything made of them', () => {
    const changes: ((headers: Headers) => unknown)[] = [
      (headers) => headers.set('A', '2'),
      (headers) => headers.append('B', '2'),
      (headers) => headers.delete('A'),
      (headers) => headers.delete('Not-There'),
      (headers) => headers.update({ A: '2' }),
    ];
    for (const change of changes) {
      expect(() => change(request.headers)).toThrow(expect.objectContaining(invalid));
      for (const copy of [request.headers.clone(), new Headers(request.headers)]) change(copy);
    }
    request.headers.raw[0]![1] = 'x';
    expect(wire(request)).toEqual(['Host: h', 'A: 1']);
  });

  test('what is set on it is refused', () => {
    for (const name of ['method', 'url', 'headers', 'body', 'extensions', 'content'])
      expect(() => Reflect.set(Object(request), name, null)).not.toThrow();
    expect([request.method, request.url.href, request.body]).toEqual(['GET', 'http://h/a', null]);
  });

  test('the extensions are a copy', () => {
    const extensions = { target: '*' };
    const made = new Request('OPTIONS', 'http://h/', { extensions });
    extensions.target = '/x';
    expect(made.extensions.target).toBe('*');
  });
});

describe('from a Request of the platform', () => {
  test('method, URL, headers and body come along', async () => {
    const given = new globalThis.Request('http://h/a?b=c', {
      method: 'post',
      headers: { 'X-A': '1' },
      body: new URLSearchParams({ a: '1' }),
    });
    const request = Request.from(given);
    expect([request.method, request.url.href]).toEqual(['POST', 'http://h/a?b=c']);
    expect(request.headers.get('x-a')).toBe('1');
    expect(request.headers.get('content-type')).toContain('application/x-www-form-urlencoded');
    expect(request.headers.get('transfer-encoding')).toBe('chunked');
    expect(Buffer.from(await request.read()).toString()).toBe('a=1');
  });

  test('without a body there is none', () => {
    const request = Request.from(new globalThis.Request('http://h/'));
    expect([request.body, wire(request)]).toEqual([null, ['Host: h']]);
  });

  test('a body that has been used cannot be sent', async () => {
    const given = new globalThis.Request('http://h/', { method: 'POST', body: 'a' });
    await given.text();
    expect(() => Request.from(given)).toThrow(expect.objectContaining({ code: 'ERR_STREAM_CONSUMED' }));
  });

  test('anything else is refused', () => {
    for (const given of [null, 'http://h/', {}, new Request('GET', 'http://h/')])
      expect(() => Request.from(wrong(given))).toThrow(expect.objectContaining(invalid));
  });
});

describe('the body', () => {
  const streamed = (): Request => new Request('POST', 'http://h/', { content: ['a', 'b'].values() });

  test('content is there at once if it is in memory, else after read()', async () => {
    expect(new Request('GET', 'http://h/').content).toEqual(new Uint8Array(0));
    expect(Buffer.from(new Request('POST', 'http://h/', { content: 'é' }).content).toString()).toBe('é');
    const request = streamed();
    expect(() => request.content).toThrow(
      expect.objectContaining({ code: 'ERR_REQUEST_NOT_READ', message: expect.stringContaining('read()') }),
    );
    const content = await request.read();
    expect(Buffer.from(content).toString()).toBe('ab');
    expect(request.content).toBe(content);
    expect(await request.read()).toBe(content);
    expect(request.payload!.replayable).toBe(true);
    expect(request.headers.get('transfer-encoding')).toBe('chunked');
  });

  test('read() may be called while it reads', async () => {
    const request = streamed();
    const [one, other] = await Promise.all([request.read(), request.read()]);
    expect(Buffer.from(one).toString()).toBe('ab');
    expect(other).toBe(one);
  });

  test('a failure of the source is that of read(); a body that can be made anew can be read again', async () => {
    const failure = new Error('of the source');
    let attempts = 0;
    const request = new Request('POST', 'http://h/', {
      content: () => {
        attempts++;
        if (attempts === 1) throw failure;
        return 'made';
      },
    });
    await expect(request.read()).rejects.toBe(failure);
    expect(Buffer.from(await request.read()).toString()).toBe('made');
  });

  test('stopReading() ends a read(), closes its source, and does nothing when none is under way', async () => {
    let isClosed = false;
    const request = new Request('POST', 'http://h/', {
      content: (async function* () {
        try {
          for (;;) {
            yield 'x';
            await new Promise((resolve) => setImmediate(resolve));
          }
        } finally {
          isClosed = true;
        }
      })(),
    });
    request.stopReading(new Error('too early'));
    const reason = new Error('enough');
    const reading = request.read();
    request.stopReading(reason);
    await expect(reading).rejects.toBe(reason);
    expect(isClosed).toBe(true);
    request.stopReading(new Error('too late'));
  });

  test('a copy made after read() has what was read', async () => {
    const request = streamed();
    await request.read();
    expect(Buffer.from(request.with({ method: 'PUT' }).content).toString()).toBe('ab');
  });
});

describe('with()', () => {
  const request = new Request('POST', 'http://h/a?x=1', {
    json: { a: 1 },
    headers: { A: '1', Authorization: 'secret', B: ['2', '3'] },
  });
  const LENGTH = 'Content-Length: 7';
  const TYPE = 'Content-Type: application/json';

  test('nothing changes but what is named, and never the original', () => {
    const before = wire(request);
    expect(wire(request.with({}))).toEqual(before);
    const other = request.with({ method: 'put', headers: { A: '9' }, content: 'x', url: 'http://i/' });
    expect([other.method, other.url.href]).toEqual(['PUT', 'http://i/']);
    expect([wire(request), request.method, request.url.href]).toEqual([before, 'POST', 'http://h/a?x=1']);
    expect(request.with({}).body).toBe(request.body);
  });

  test('headers', () => {
    expect(wire(request.with({ headers: { A: '9', b: null, C: ['4', '5'], D: undefined } }))).toEqual([
      'Host: h',
      'Authorization: secret',
      LENGTH,
      TYPE,
      'A: 9',
      'C: 4',
      'C: 5',
    ]);
    const pairs = new Headers([
      ['A', '8'],
      ['A', '9'],
    ]);
    expect(request.with({ headers: pairs }).headers.getAll('a')).toEqual(['8', '9']);
    expect(request.with({ headers: [['A', '8']] }).headers.get('a')).toBe('8');
    expect(wire(request.with({ headers: { Host: 'x' } }))[0]).toBe('Host: x');
    expect(wire(request.with({ headers: { Host: null } }))[0]).toBe('Host: h');
    expect(() => request.with({ headers: { 'A\n': '1' } })).toThrow(expect.objectContaining(illegal));
  });

  test('url: Host follows, and nothing else', () => {
    const named = request.with({ headers: { Host: 'named' } });
    expect(named.with({ url: 'http://h/b' }).headers.get('host')).toBe('named');
    expect(named.with({ url: 'http://h:81/b' }).headers.get('host')).toBe('h:81');
    const moved = request.with({ url: new URL('https://i/b') });
    expect(wire(moved)).toEqual(['Host: i', ...wire(request).slice(1)]);
    expect(() => request.with({ url: '/b' })).toThrow(
      expect.objectContaining({ code: 'ERR_UNSUPPORTED_PROTOCOL' }),
    );
    expect(() => request.with({ url: 'mailto:a@b' })).toThrow(
      expect.objectContaining({ code: 'ERR_UNSUPPORTED_PROTOCOL' }),
    );
  });

  test('params are merged into the query, that of a new URL too', () => {
    expect(request.with({ params: { x: 2, y: 3 } }).url.search).toBe('?x=2&y=3');
    expect(request.with({ url: 'http://i/?z=1', params: { y: 3 } }).url.search).toBe('?z=1&y=3');
  });

  test('a new body brings its own framing and type, and null takes it all away', () => {
    const rest = ['Host: h', 'A: 1', 'Authorization: secret', 'B: 2', 'B: 3'];
    expect(wire(request.with({ content: 'ab' }))).toEqual([...rest, 'Content-Length: 2']);
    expect(wire(request.with({ form: { a: 'b' } }))).toEqual([
      ...rest,
      'Content-Length: 3',
      'Content-Type: application/x-www-form-urlencoded',
    ]);
    expect(wire(request.with({ content: ['a'] }))).toEqual([...rest, 'Transfer-Encoding: chunked']);
    for (const changes of [{ content: null }, { json: null }, { form: null }, { multipart: null }]) {
      const bare = request.with(changes);
      expect([wire(bare), bare.body]).toEqual([[...rest, 'Content-Length: 0'], null]);
    }
    expect(wire(request.with({ content: 'ab', headers: { 'Content-Type': 'a/b' } }))).toEqual([
      ...rest,
      'Content-Type: a/b',
      'Content-Length: 2',
    ]);
    expect(() => request.with(wrong({ content: 'a', json: 1 }))).toThrow(expect.objectContaining(invalid));
  });

  test('a multipart body completes a type that is given with it', () => {
    const type = request
      .with({ multipart: { a: '1' }, headers: { 'Content-Type': 'multipart/form-data' } })
      .headers.get('content-type');
    expect(type).toMatch(/^multipart\/form-data; boundary=\w{32}$/);
  });

  test('an empty body is announced as the new method wants it', () => {
    const empty = new Request('POST', 'http://h/');
    expect(wire(empty)).toEqual(['Host: h', 'Content-Length: 0']);
    expect(wire(empty.with({ method: 'GET' }))).toEqual(['Host: h']);
    expect(wire(empty.with({ method: 'GET' }).with({ method: 'PUT' }))).toEqual([
      'Host: h',
      'Content-Length: 0',
    ]);
    expect(wire(request.with({ method: 'GET' }))).toEqual(wire(request));
  });

  test('extensions are replaced; those about the URL go with it', () => {
    const trace = vi.fn<() => void>();
    const extensions: RequestExtensions = { target: '/x', sniHostname: 'sni', trace, timeout: 5 };
    const extended = request.with({ extensions });
    expect(extended.extensions).toEqual(extensions);
    expect(extended.with({ headers: { A: '2' } }).extensions).toBe(extended.extensions);
    expect(extended.with({ url: 'http://h/b' }).extensions).toEqual({
      sniHostname: 'sni',
      trace,
      timeout: 5,
    });
    expect(extended.with({ params: { y: 1 } }).extensions.target).toBeUndefined();
    expect(extended.with({ url: 'http://i/b' }).extensions).toEqual({ trace, timeout: 5 });
    expect(extended.with({ extensions: {} }).extensions).toEqual({});
    expect(extended.with({ url: 'http://i/', extensions: { target: '*' } }).extensions).toEqual({
      target: '*',
    });
  });

  test('a change that does not exist is refused', () => {
    expect(() => request.with(wrong({ header: {} }))).toThrow(
      expect.objectContaining({ ...invalid, message: expect.stringContaining("'changes.header'") }),
    );
    expect(() => request.with(wrong(null))).toThrow(expect.objectContaining(invalid));
  });
});

describe('extensions', () => {
  test.each([
    [{ target: '' }, illegal],
    [{ target: '/a b' }, illegal],
    [{ target: '/é' }, illegal],
    [{ target: '/a\r\nX: y' }, illegal],
    [{ target: 5 }, illegal],
    [{ sniHostname: '' }, invalid],
    [{ sniHostname: 5 }, invalid],
    [{ trace: {} }, invalid],
    [{ timeout: 'fast' }, invalid],
    [{ timeout: { reed: 5 } }, invalid],
    [{ sni_hostname: 'h' }, invalid],
    ['target', invalid],
  ])('%o is refused', (extensions, expected) => {
    expect(() => checkExtensions(wrong(extensions))).toThrow(expect.objectContaining(expected));
  });

  test('without any there is nothing to copy', () => {
    const none: RequestExtensions = { timeout: 5 };
    expect(extensionsFor(none, parseURL('http://h/'), parseURL('http://i/'))).toBe(none);
  });
});

describe('secrets', () => {
  const request = new Request('GET', 'http://user:geheim@h/?token=geheim#geheim', {
    headers: { Authorization: 'geheim', Cookie: 'geheim', 'X-Own': 'geheim2', A: 'shown' },
  });

  test('are not in what is shown of it', () => {
    expect(String(request)).toBe('<Request GET http://[secure]@h/?token=[secure]>');
    expect(inspect(request)).toBe(String(request));
    const summary = JSON.stringify(request);
    expect(JSON.parse(summary)).toMatchObject({ method: 'GET', url: 'http://[secure]@h/?token=[secure]' });
    expect(summary).toContain('shown');
    expect(summary.replaceAll('geheim2', '')).not.toContain('geheim');
    expect(Object.keys(request)).toEqual([]);
  });

  test('are those that the client was told about, also in its headers and in copies', () => {
    const own = new Request('GET', '', null, {
      url: request.parsedURL,
      fields: request.fields,
      body: null,
      extensions: {},
      redaction: new Redaction({ headers: ['x-own'] }),
    });
    for (const one of [own, own.with({ headers: { B: '1' } })])
      expect(inspect(one.headers) + JSON.stringify(one)).not.toContain('geheim');
  });
});

test('masked by the redaction of a client, once and for all that is made of it', () => {
  const request = new Request('GET', 'http://h/?mine=geheim', { headers: { 'X-Mine': 'geheim' } });
  expect(inspect(request.headers)).toContain('geheim');
  expect(request.maskWith(new Redaction({ headers: ['x-mine'], query: ['mine'] }))).toBe(request);
  for (const masked of [request, request.with({ method: 'PUT' })]) {
    expect(inspect(masked.headers) + JSON.stringify(masked) + String(masked)).not.toContain('geheim');
    expect(masked.headers.get('x-mine')).toBe('geheim');
  }
});
