import { describe, expect, test } from 'vitest';
import {
  Client,
  InvalidArgument,
  MockTransport,
  type Request,
  Response,
  UnsupportedOption,
} from '../index.ts';
import { type DispatchRequest, requestFor, timeoutFor } from './dispatch-request.ts';

const transport = new MockTransport(() => new Response(200));
const client = new Client({ transport, headers: { 'User-Agent': 'test' }, timeout: { read: 700 } });
const base: DispatchRequest = { origin: 'http://example.com', path: '/', method: 'GET' };

function build(options: DispatchRequest, own: Client = client): Request {
  return requestFor(own, { ...base, ...options });
}

describe('requestFor', () => {
  test('fields of the client lie beneath, Accept-Encoding apart', () => {
    expect(build({}).headers.raw).toEqual([
      ['Host', 'example.com'],
      ['Accept', '*/*'],
      ['Connection', 'keep-alive'],
      ['User-Agent', 'test'],
    ]);
    expect(build({ headers: { 'accept-encoding': 'gzip', 'user-agent': 'own' } }).headers.raw).toEqual([
      ['Host', 'example.com'],
      ['Accept', '*/*'],
      ['Connection', 'keep-alive'],
      ['accept-encoding', 'gzip'],
      ['user-agent', 'own'],
    ]);
  });

  test.each([
    ['an object', { 'X-A': '1', 'X-B': ['2', '3'], 'X-C': undefined, 'X-D': null }],
    ['names and values in turn', ['X-A', '1', 'X-B', ['2', '3'], 'X-D', '']],
    ['octets in turn', ['X-A', '1', 'X-B', '2', 'X-B', '3', 'X-D', ''].map((text) => Buffer.from(text))],
    [
      'pairs',
      [
        ['X-A', '1'],
        ['X-B', ['2', '3']],
        ['X-D', ''],
      ],
    ],
    [
      'an iterable',
      new Map<string, unknown>([
        ['X-A', 1],
        ['X-B', ['2', '3']],
        ['X-D', ''],
      ]),
    ],
  ])('headers as %s', (_name, headers) => {
    expect(build({ headers }).headers.raw.filter(([name]) => name.startsWith('X-'))).toEqual([
      ['X-A', '1'],
      ['X-B', '2'],
      ['X-B', '3'],
      ['X-D', ''],
    ]);
  });

  test.each([
    [{ headers: 'text' }],
    [{ headers: ['odd'] }],
    [{ headers: [['one']] }],
    [{ headers: { a: {} } }],
    [{ origin: '' }],
    [{ origin: 7 as unknown as string }],
    [{ path: null as unknown as string }],
    [{ method: null as unknown as string }],
  ])('%o is refused', (options) => {
    expect(() => build(options)).toThrow(InvalidArgument);
  });

  test.each([{ typeOfService: 1 }, { throwOnError: true }, { maxRedirections: 1 }])(
    '%o cannot be honoured',
    (options) => {
      expect(() => build(options)).toThrow(UnsupportedOption);
      expect(build({ maxRedirections: 0 }).method).toBe('GET');
    },
  );

  test('paths and queries', () => {
    const target = (options: DispatchRequest): string => {
      const { extensions, parsedURL } = build(options);
      return extensions.target ?? parsedURL.target;
    };
    expect(target({ path: '/a?b=c' })).toBe('/a?b=c');
    expect(build({ path: '/a?b=c' }).extensions.target).toBeUndefined();
    expect(target({ path: '/a/../b' })).toBe('/a/../b');
    expect(target({ path: '//c' })).toBe('//c');
    expect(target({ path: '/a', query: { b: [1, 2], c: 'd e' } })).toBe('/a?b=1&b=2&c=d%20e');
    expect(target({ path: '/a', query: {} })).toBe('/a');
    expect(target({ path: 'http://far.test/x' })).toBe('http://far.test/x');
    expect(target({ method: 'CONNECT', path: 'far.test:443' })).toBe('far.test:443');
    expect(build({ origin: new URL('http://example.com:81/ignored'), path: '/a' }).url.href).toBe(
      'http://example.com:81/a',
    );
    const own = new Client({ transport, params: { key: 'k' } });
    expect(build({ path: '/a?b=c' }, own).parsedURL.target).toBe('/a?b=c&key=k');
  });

  test('hints that have a form on the wire', () => {
    expect(build({ reset: true }).headers.get('connection')).toBe('close');
    expect(build({ expectContinue: true }).headers.get('expect')).toBe('100-continue');
    const { headers } = build({ upgrade: 'websocket' });
    expect([headers.get('connection'), headers.get('upgrade')]).toEqual(['Upgrade', 'websocket']);
    expect(build({ servername: 'other.test' }).extensions.sniHostname).toBe('other.test');
    expect(build({ servername: '' }).extensions.sniHostname).toBeUndefined();
  });

  test('bodies', () => {
    expect(Buffer.from(build({ method: 'POST', body: 'abc' }).content).toString()).toBe('abc');
    expect(build({ method: 'POST', body: null }).body).toBeNull();
    const blob = build({ method: 'POST', body: new Blob(['abc'], { type: 'text/x-own' }) });
    expect([blob.headers.get('content-type'), blob.headers.get('content-length')]).toEqual([
      'text/x-own',
      '3',
    ]);
    const form = new FormData();
    form.set('a', 'b');
    expect(build({ method: 'POST', body: form }).headers.get('content-type')).toContain(
      'multipart/form-data',
    );
    expect(() => build({ method: 'POST', body: 7 })).toThrow(InvalidArgument);
  });
});

describe('timeoutFor', () => {
  test('nothing given, nothing changed', () => {
    expect(timeoutFor(client, base)).toBeUndefined();
  });

  test('each limit takes the place of one, 0 of none', () => {
    expect(timeoutFor(client, { headersTimeout: 50 })).toEqual({ firstByte: 50, read: 700 });
    expect(timeoutFor(client, { bodyTimeout: 50 })).toEqual({ firstByte: 700, read: 50 });
    expect(timeoutFor(client, { headersTimeout: 0, bodyTimeout: 0 })).toEqual({
      firstByte: 2_147_000_000,
      read: null,
    });
  });
});
