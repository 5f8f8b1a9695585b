import { describe, expect, test } from 'vitest';
import { WireError, type WireErrorKind } from '../backends/contract.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { Request } from '../message/request.ts';
import type { TernError } from '../errors/tern-error.ts';
import { toTransportError } from './to-error.ts';

const request = new Request('GET', 'http://user:pass@h.test/?token=secret');

function translated(kind: WireErrorKind, cause?: unknown) {
  const error = new WireError({ kind, phase: 'connect', reason: 'the reason', peer: '127.0.0.1:80', cause });
  return { error, result: toTransportError(error, request) as TernError };
}

describe('kinds become classes', () => {
  test.each([
    ['closed', 'RemoteProtocolError', 'ERR_REMOTE_PROTOCOL'],
    ['connect', 'ConnectError', 'ERR_CONNECT'],
    ['connect-timeout', 'ConnectTimeout', 'ERR_CONNECT_TIMEOUT'],
    ['dns', 'ConnectError', 'ERR_DNS'],
    ['internal', 'TransportError', 'ERR_TRANSPORT'],
    ['local-protocol', 'LocalProtocolError', 'ERR_LOCAL_PROTOCOL'],
    ['pool-timeout', 'PoolTimeout', 'ERR_POOL_TIMEOUT'],
    ['proxy', 'ProxyError', 'ERR_PROXY'],
    ['read', 'ReadError', 'ERR_READ'],
    ['read-timeout', 'ReadTimeout', 'ERR_READ_TIMEOUT'],
    ['remote-protocol', 'RemoteProtocolError', 'ERR_REMOTE_PROTOCOL'],
    ['tls', 'ConnectError', 'ERR_TLS'],
    ['unsupported', 'LocalProtocolError', 'ERR_LOCAL_PROTOCOL'],
    ['write', 'WriteError', 'ERR_WRITE'],
    ['write-timeout', 'WriteTimeout', 'ERR_WRITE_TIMEOUT'],
  ] as const)('%s', (kind, name, code) => {
    const { error, result } = translated(kind);
    expect(result).toMatchObject({
      name,
      code,
      phase: 'connect',
      peer: '127.0.0.1:80',
      request,
      cause: error,
    });
    expect(result.message).toBe(
      'GET http://[secure]@h.test/?token=[secure]: the reason [phase connect, peer 127.0.0.1:80]',
    );
  });
});

test('a failure of a connection that was used before says so, unless a response had begun', () => {
  const reasonOf = (kind: WireErrorKind, more: object): string => {
    const error = new WireError({ kind, phase: 'firstByte', reason: 'the end', ...more });
    return (toTransportError(error, request) as TernError).message;
  };
  for (const kind of ['closed', 'read', 'write'] as const)
    expect(reasonOf(kind, { reused: true })).toContain(
      ': the end (on a connection that was kept from an earlier',
    );
  expect(reasonOf('closed', {})).toContain(': the end [phase');
  expect(reasonOf('read', { reused: true, headReceived: true })).toContain(': the end [phase');
  expect(reasonOf('remote-protocol', { reused: true })).toContain(': the end [phase');
});

test('the root cause is kept', () => {
  const cause = new Error('root');
  expect(translated('read', cause).result.cause).toBe(cause);
});

test('the end of the transport is no failure of the network', () => {
  expect(translated('aborted').result).toMatchObject({ name: 'ClientClosed', code: 'ERR_CLIENT_CLOSED' });
  expect(translated('aborted').result.message).not.toContain('pass');
});

test('an argument that cannot be used is told as such', () => {
  const cause = new InvalidArgument('no key');
  expect(translated('internal', cause).result).toBe(cause);
  expect(translated('internal', new TypeError('a defect')).result.name).toBe('TransportError');
});
