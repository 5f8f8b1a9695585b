import { errors } from 'undici';
import { describe, expect, test } from 'vitest';
import { LocalProtocolError, Request, type TransportError } from '../index.ts';
import { type FailurePlace, toTransportError } from './to-error.ts';

const request = new Request('GET', 'https://example.com/a?token=secret');

function mapped(
  error: unknown,
  phase: FailurePlace['phase'] = 'firstByte',
  hasLimit = false,
): TransportError {
  return toTransportError(error, request, {
    phase,
    hasFirstByteLimit: hasLimit,
    missing: 8,
  }) as TransportError;
}

function system(code: string, rest: object = {}): Error {
  return Object.assign(new Error(`something ${code}`), { code, ...rest });
}

describe('toTransportError', () => {
  test.each([
    [new errors.ConnectTimeoutError(), 'pool', 'ConnectTimeout', 'ERR_CONNECT_TIMEOUT', 'connect'],
    [new errors.HeadersTimeoutError(), 'firstByte', 'ReadTimeout', 'ERR_READ_TIMEOUT', 'firstByte'],
    [new errors.BodyTimeoutError(), 'read', 'ReadTimeout', 'ERR_READ_TIMEOUT', 'read'],
    [
      new errors.SocketError('other side closed'),
      'write',
      'RemoteProtocolError',
      'ERR_REMOTE_PROTOCOL',
      'firstByte',
    ],
    [
      new errors.SocketError('other side closed'),
      'read',
      'RemoteProtocolError',
      'ERR_REMOTE_PROTOCOL',
      'read',
    ],
    [new errors.SocketError('destroyed'), 'connecting', 'ConnectError', 'ERR_CONNECT', 'connect'],
    [
      new errors.HeadersOverflowError(),
      'firstByte',
      'RemoteProtocolError',
      'ERR_REMOTE_PROTOCOL',
      'firstByte',
    ],
    [
      new errors.ResponseContentLengthMismatchError(),
      'read',
      'RemoteProtocolError',
      'ERR_REMOTE_PROTOCOL',
      'read',
    ],
    [new errors.ResponseExceededMaxSizeError(), 'read', 'DecodingError', 'ERR_CONTENT_LIMIT', 'read'],
    [
      new errors.RequestContentLengthMismatchError(),
      'write',
      'LocalProtocolError',
      'ERR_LOCAL_PROTOCOL',
      'write',
    ],
    [new errors.InvalidArgumentError('x'), 'pool', 'LocalProtocolError', 'ERR_LOCAL_PROTOCOL', 'build'],
    [new errors.NotSupportedError('x'), 'pool', 'LocalProtocolError', 'ERR_LOCAL_PROTOCOL', 'build'],
    [new errors.ClientDestroyedError(), 'read', 'RemoteProtocolError', 'ERR_REMOTE_PROTOCOL', 'read'],
    [new errors.RequestAbortedError('refused'), 'pool', 'ProxyError', 'ERR_PROXY', 'proxy'],
    [new errors.RequestAbortedError('too large'), 'read', 'TransportError', 'ERR_ABORTED', 'read'],
    [system('UND_ERR_SOCKS5_AUTH_FAILED'), 'pool', 'ProxyError', 'ERR_PROXY', 'proxy'],
    [system('UND_ERR_PRX_TLS'), 'pool', 'ProxyError', 'ERR_PROXY', 'proxy'],
    [new errors.InformationalError('x'), 'read', 'TransportError', 'ERR_TRANSPORT', 'read'],
    [system('HPE_INVALID_VERSION'), 'firstByte', 'RemoteProtocolError', 'ERR_REMOTE_PROTOCOL', 'firstByte'],
    [new errors.HTTPParserError('x'), 'firstByte', 'RemoteProtocolError', 'ERR_REMOTE_PROTOCOL', 'firstByte'],
    [system('ECONNREFUSED'), 'pool', 'ConnectError', 'ERR_CONNECT', 'connect'],
    [system('ECONNREFUSED', { syscall: 'connect' }), 'firstByte', 'ConnectError', 'ERR_CONNECT', 'connect'],
    [system('ENOTFOUND', { syscall: 'getaddrinfo' }), 'pool', 'ConnectError', 'ERR_DNS', 'dns'],
    [system('EAI_AGAIN'), 'pool', 'ConnectError', 'ERR_DNS', 'dns'],
    [system('CERT_HAS_EXPIRED'), 'pool', 'ConnectError', 'ERR_TLS', 'tls'],
    [system('ERR_TLS_CERT_ALTNAME_INVALID'), 'pool', 'ConnectError', 'ERR_TLS', 'tls'],
    [system('DEPTH_ZERO_SELF_SIGNED_CERT'), 'pool', 'ConnectError', 'ERR_TLS', 'tls'],
    [system('ECONNRESET'), 'pool', 'ConnectError', 'ERR_CONNECT', 'connect'],
    [system('ECONNRESET'), 'write', 'WriteError', 'ERR_WRITE', 'write'],
    [system('ECONNRESET'), 'firstByte', 'ReadError', 'ERR_READ', 'firstByte'],
    [system('ETIMEDOUT'), 'read', 'ReadError', 'ERR_READ', 'read'],
    [new Error('anything'), 'read', 'TransportError', 'ERR_TRANSPORT', 'read'],
    ['text', 'read', 'TransportError', 'ERR_TRANSPORT', 'read'],
  ])('%s in %s is %s %s %s', (error, place, name, code, phase) => {
    const result = mapped(error, (place === 'connecting' ? 'connect' : place) as FailurePlace['phase']);
    expect([result.name, result.code, result.phase]).toEqual([name, code, phase]);
    expect(result.cause).toBe(error);
    expect(result.request).toBe(request);
    expect(result.message).not.toContain('secret');
  });

  test('a dispatcher that is closed', () => {
    for (const error of [new errors.ClientClosedError(), new errors.ClientDestroyedError()]) {
      expect(mapped(error, 'pool')).toMatchObject({ name: 'ClientClosed', cause: error });
    }
  });

  test('the limit for the first octet has a class of its own', () => {
    expect(mapped(new errors.HeadersTimeoutError(), 'firstByte', true).name).toBe('FirstByteTimeout');
  });

  test('our own errors come back as they are', () => {
    const own = new LocalProtocolError({ reason: 'x' });
    expect(mapped(own)).toBe(own);
  });

  test('reason, code and peer are told', () => {
    expect(mapped(system('ECONNREFUSED', { address: '::1', port: 80 }), 'pool')).toMatchObject({
      peer: '[::1]:80',
      message: expect.stringContaining('something ECONNREFUSED [phase connect, peer [::1]:80]') as string,
    });
    const socket = { remoteAddress: '127.0.0.1', remotePort: 8080 } as never;
    const closed = mapped(new errors.SocketError('other side closed', socket), 'read');
    expect(closed.peer).toBe('127.0.0.1:8080');
    expect(closed.message).toContain('other side closed (UND_ERR_SOCKET), 8 bytes missing');
    expect(mapped(new errors.SocketError('other side closed'), 'firstByte').message).not.toContain('missing');
    const several = new AggregateError([
      system('ECONNREFUSED', { address: '127.0.0.1', port: 1 }),
      system('EHOSTUNREACH'),
    ]);
    expect(mapped(several, 'pool')).toMatchObject({ name: 'ConnectError', peer: '127.0.0.1:1' });
    expect(mapped(several, 'pool').message).toContain('something ECONNREFUSED');
  });
});
