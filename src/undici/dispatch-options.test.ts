import { describe, expect, test } from 'vitest';
import { LocalProtocolError, Request, type RequestInit } from '../index.ts';
import { framingOf } from '../transport/framing.ts';
import { type DispatchOptions, dispatchOptions, isSmallBody } from './dispatch-options.ts';
import { Upload, UploadBlob, UploadIterable } from './upload.ts';

const ignore = (): void => {};

function optionsOf(request: Request, isMocked = false): DispatchOptions {
  const framing = framingOf(request);
  const events = { onWanted: ignore, onGiven: ignore, onDone: ignore, onSourceError: ignore };
  const upload = isSmallBody(request, framing)
    ? null
    : new Upload(request.payload!, framing, request, events);
  return dispatchOptions(request, framing, upload, isMocked);
}

function optionsFor(method: string, url: string, init?: RequestInit): DispatchOptions {
  return optionsOf(new Request(method, url, init));
}

describe('dispatchOptions', () => {
  test('a simple request', () => {
    expect(optionsFor('GET', 'http://example.com/a?b=c#d')).toEqual({
      origin: 'http://example.com',
      path: '/a?b=c',
      method: 'GET',
      headers: {},
      body: null,
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  });

  test('fields keep case and order; repeated ones become a list', () => {
    const { headers } = optionsFor('GET', 'http://example.com/', {
      headers: [
        ['X-B', '1'],
        ['x-a', '2'],
        ['x-b', '3'],
        ['X-B', '4'],
        ['__proto__', 'p'],
      ],
    });
    expect(Object.entries(headers)).toEqual([
      ['X-B', ['1', '3', '4']],
      ['x-a', '2'],
      ['__proto__', 'p'],
    ]);
  });

  test('fields that undici writes itself are left to it', () => {
    const { headers } = optionsFor('POST', 'http://example.com/', {
      content: 'a',
      headers: { Connection: 'keep-alive', 'Content-Length': '1' },
    });
    expect(headers).toEqual({});
    expect(optionsFor('GET', 'http://example.com/', { headers: { Host: 'other.test' } }).headers).toEqual({
      Host: 'other.test',
    });
    expect(
      optionsFor('GET', 'http://example.com/', { headers: { connection: 'Keep-Alive, CLOSE' } }).headers,
    ).toEqual({ Connection: 'close' });
  });

  test('an upgrade is an option', () => {
    const { headers, upgrade } = optionsFor('GET', 'http://example.com/', {
      headers: { Connection: 'Upgrade', Upgrade: 'a, b' },
    });
    expect([headers, upgrade]).toEqual([{}, 'a, b']);
  });

  test('the server name is that of the URL or of the extension, never an address', () => {
    expect(optionsFor('GET', 'https://example.com/', { headers: { Host: 'x' } }).servername).toBe(
      'example.com',
    );
    expect(optionsFor('GET', 'https://[::1]:8443/').servername).toBeUndefined();
    expect(optionsFor('GET', 'http://example.com/').servername).toBeUndefined();
    const request = new Request('GET', 'https://example.com/', { extensions: { sniHostname: 'other.test' } });
    expect(optionsOf(request).servername).toBe('other.test');
  });

  test('CONNECT and given targets', () => {
    expect(optionsFor('CONNECT', 'https://example.com/').path).toBe('example.com:443');
    expect(optionsFor('CONNECT', 'http://[::1]:81/').path).toBe('[::1]:81');
    const request = new Request('GET', 'http://example.com/', {
      extensions: { target: 'http://far.test/x' },
    });
    expect(optionsOf(request).path).toBe('http://far.test/x');
  });

  test('bodies', () => {
    const body = (init: RequestInit): DispatchOptions['body'] =>
      optionsFor('POST', 'http://example.com/', init).body;
    expect(body({ content: 'abc' })).toEqual(Buffer.from('abc'));
    expect(body({ content: '' })).toBeNull();
    const large = body({ content: Buffer.alloc(65_537) });
    expect(large).toBeInstanceOf(UploadBlob);
    expect((large as UploadBlob).size).toBe(65_537);
    expect(body({ content: new Blob(['abc']) })).toBeInstanceOf(UploadBlob);
    expect(body({ content: ['abc'] })).toBeInstanceOf(UploadIterable);
    expect(body({ content: 'abc', headers: { 'Transfer-Encoding': 'chunked' } })).toBeInstanceOf(
      UploadIterable,
    );
    const declared = optionsFor('POST', 'http://example.com/', {
      content: (function* () {
        yield 'abc';
      })(),
      headers: { 'Content-Length': '3' },
    });
    expect(declared.body).toBeInstanceOf(UploadIterable);
    expect(declared.headers).toEqual({ 'Content-Length': '3' });
  });

  test('for a mock, bodies in memory are text where they can be', () => {
    const text = new Request('POST', 'http://example.com/', { content: 'caf\u00e9' });
    expect(optionsOf(text, true).body).toBe('caf\u00e9');
    const bytes = new Request('POST', 'http://example.com/', { content: Uint8Array.of(0xff) });
    expect(optionsOf(bytes, true).body).toEqual(Buffer.of(0xff));
  });

  test.each([
    { Expect: '100-continue' },
    { 'Transfer-Encoding': 'gzip, chunked' },
    { Connection: 'keep-alive, TE' },
  ])('%o is refused', (headers) => {
    expect(() => optionsFor('POST', 'http://example.com/', { content: ['a'], headers })).toThrow(
      LocalProtocolError,
    );
  });
});
