import { describe, expect, test } from 'vitest';
import type { TraceName } from '../models/trace.ts';
import { palette } from './colours.ts';
import { harmless } from './terminal-text.ts';
import { wireLogLines, type WireLogOptions } from './wire-log.ts';

const OPTIONS: WireLogOptions = {
  style: { palette: palette(false), isForEyes: false, clean: String },
  showsResponses: true,
};

function lines(name: TraceName, info: Record<string, unknown>, options = OPTIONS): string[] {
  return wireLogLines({ name, info, time: 0, requestId: 1 }, options);
}

describe('notes', () => {
  test.each<[TraceName, Record<string, unknown>, string]>([
    ['connection.lookup.started', { hostname: 'a.test' }, "Resolving 'a.test'"],
    [
      'connection.lookup.complete',
      { hostname: 'a.test', addresses: [{ address: '::1' }, { address: '127.0.0.1' }] },
      "Resolved 'a.test' to ::1, 127.0.0.1",
    ],
    [
      'connection.connect_tcp.started',
      { host: '127.0.0.1', port: 80 },
      "Connecting to '127.0.0.1' on port 80",
    ],
    [
      'connection.connect_tcp.complete',
      { host: '127.0.0.1', port: 80 },
      "Connected to '127.0.0.1' on port 80",
    ],
    [
      'connection.connect_tcp.failed',
      { host: '127.0.0.1', port: 80, error: new Error('refused') },
      "Connecting to '127.0.0.1' on port 80 failed: refused",
    ],
    ['connection.connect_unix_socket.started', { path: '/x.sock' }, "Connecting to '/x.sock'"],
    ['connection.connect_unix_socket.complete', { path: '/x.sock' }, "Connected to '/x.sock'"],
    [
      'connection.start_tls.started',
      { servername: 'a.test', alpn: ['h2', 'http/1.1'] },
      "TLS handshake for 'a.test', offering h2, http/1.1",
    ],
    [
      'connection.start_tls.complete',
      { protocol: 'TLSv1.3', cipher: 'AES', alpn: 'h2', authorized: true, resumed: true },
      'TLS established: TLSv1.3, AES, ALPN h2, certificate verified, session resumed',
    ],
    [
      'connection.start_tls.complete',
      { protocol: 'TLSv1.2', cipher: 'AES', alpn: null, authorized: false, resumed: false },
      'TLS established: TLSv1.2, AES, no ALPN, certificate NOT verified',
    ],
    [
      'connection.retry',
      { connection: 3, reason: 'reset' },
      'Connection 3 was dead (reset); sending again on another',
    ],
    [
      'connection.retry',
      { attempt: 3, delay: 500, reason: 'refused' },
      'No connection (refused); attempt 3 in 500 ms',
    ],
    [
      'client.retry',
      { attempt: 2, delay: 120, reason: 'status 503' },
      'Not good enough (status 503); attempt 2 in 120 ms',
    ],
    ['pool.acquire.complete', { connection: 3, reused: true }, 'Using connection 3 again'],
    ['http11.send_request_body.complete', { bytes: 1 }, 'Sent 1 byte of body'],
    ['http11.receive_response_body.complete', { bytes: 0 }, 'Received 0 bytes of body'],
    [
      'client.redirect',
      { status: 302, to: 'http://a.test/?token=abc' },
      'Following the redirect (302) to http://a.test/?token=abc',
    ],
  ])('%s %j', (name, info, expected) => {
    expect(lines(name, info)).toEqual([`* ${expected}`]);
  });

  test.each<[TraceName, Record<string, unknown>]>([
    ['pool.acquire.started', {}],
    ['pool.acquire.complete', { connection: 1, reused: false }],
    ['http11.send_request_body.complete', { bytes: 0 }],
    ['client.request.started', {}],
  ])('%s %j says nothing', (name, info) => {
    expect(lines(name, info)).toEqual([]);
  });
});

describe('heads', () => {
  const request = {
    method: 'GET',
    target: '/x?token=abc&y=1',
    headers: [
      ['Host', 'a.test'],
      ['Authorization', 'Bearer abc'],
    ],
  };
  const response = {
    status: 302,
    reason: 'Found',
    version: '1.0',
    headers: [
      ['Location', '/?key=abc'],
      ['Set-Cookie', 'a=b'],
    ],
  };

  test('are shown as the events have them', () => {
    expect(lines('http11.send_request_headers.started', request)).toEqual([
      '> GET /x?token=abc&y=1 HTTP/1.1',
      '> Host: a.test',
      '> Authorization: Bearer abc',
      '>',
    ]);
    expect(lines('http11.receive_response_headers.complete', response)).toEqual([
      '< HTTP/1.0 302 Found',
      '< Location: /?key=abc',
      '< Set-Cookie: a=b',
      '<',
    ]);
  });

  test('of HTTP/2 say so, and have no reason phrase', () => {
    expect(lines('http2.send_request_headers.started', request)[0]).toBe('> GET /x?token=abc&y=1 HTTP/2');
    const head = { status: 200, reason: '', version: '2', headers: [] };
    expect(lines('http2.receive_response_headers.complete', head)).toEqual(['< HTTP/2 200', '<']);
    expect(lines('http2.informational', { status: 103, reason: '', headers: [] })).toEqual([
      '< HTTP/2 103',
      '<',
    ]);
    expect(lines('http2.receive_response_body.complete', { bytes: 2 })).toEqual([
      '* Received 2 bytes of body',
    ]);
  });

  test('of responses are left out where they are shown anyway, but not interim ones', () => {
    const brief = { ...OPTIONS, showsResponses: false };
    expect(lines('http11.receive_response_headers.complete', response, brief)).toEqual([]);
    expect(lines('http11.receive_response_body.complete', { bytes: 1 }, brief)).toEqual([]);
    const hints = { status: 103, reason: 'Early Hints', headers: [['Link', '</a>']] };
    expect(lines('http11.informational', hints, brief)).toEqual([
      '< HTTP/1.1 103 Early Hints',
      '< Link: </a>',
      '<',
    ]);
  });

  test('cannot harm a terminal', () => {
    const style = { palette: palette(false), isForEyes: true, clean: harmless };
    const info = { ...response, reason: 'a\u009B', headers: [['X-A', '\u009B31m']] };
    expect(lines('http11.receive_response_headers.complete', info, { ...OPTIONS, style })).toEqual([
      '< HTTP/1.0 302 a<U+009B>',
      '< X-A: <U+009B>31m',
      '<',
    ]);
  });
});
