import { errors } from 'undici';
import { expect, test } from 'vitest';
import {
  ClientClosed,
  ConnectError,
  ConnectTimeout,
  FirstByteTimeout,
  InvalidArgument,
  InvalidURL,
  LocalProtocolError,
  PoolTimeout,
  ReadError,
  ReadTimeout,
  RemoteProtocolError,
  TotalTimeout,
  UnsupportedProtocol,
  WriteTimeout,
} from '../index.ts';
import { toUndiciError } from './undici-error.ts';

const reason = 'it failed';
const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

test.each([
  [new ClientClosed(reason), errors.ClientClosedError],
  [new InvalidArgument(reason), errors.InvalidArgumentError],
  [new InvalidURL(reason), errors.InvalidArgumentError],
  [new LocalProtocolError({ reason }), errors.InvalidArgumentError],
  [new UnsupportedProtocol({ reason }), errors.InvalidArgumentError],
  [new ConnectTimeout({ reason }), errors.ConnectTimeoutError],
  [new PoolTimeout({ reason }), errors.ConnectTimeoutError],
  [new FirstByteTimeout({ reason }), errors.HeadersTimeoutError],
  [new ReadTimeout({ reason, phase: 'firstByte' }), errors.HeadersTimeoutError],
  [new ReadTimeout({ reason }), errors.BodyTimeoutError],
  [new RemoteProtocolError({ reason }), errors.SocketError],
  [new RemoteProtocolError({ reason, cause: { code: 'truncated' } }), errors.SocketError],
])('%s has a counterpart', (error, errorClass) => {
  const result = toUndiciError(error, errors);
  expect(result).toBeInstanceOf(errorClass);
  expect(result.cause).toBe(error);
  expect(result.message).toContain(reason);
});

test('what the system said is kept as the code', () => {
  for (const error of [
    new ReadError({ reason, cause: reset }),
    new ConnectError({ reason, cause: new Error('outer', { cause: reset }) }),
  ]) {
    expect(toUndiciError(error, errors)).toMatchObject({ code: 'ECONNRESET', cause: error });
  }
});

test('what has no counterpart stays as it is', () => {
  for (const error of [new WriteTimeout({ reason }), new TotalTimeout({ reason }), new Error('any'), reset]) {
    expect(toUndiciError(error, errors)).toBe(error);
  }
  expect(toUndiciError('text', errors)).toMatchObject({ message: 'text' });
});
