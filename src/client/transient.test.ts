import { expect, test } from 'vitest';
import * as tern from '../index.ts';
import { isTransient, isUnsent } from './transient.ts';

const reason = 'it broke';
const tls = (cause?: Error): Error => new tern.ConnectError({ reason, code: 'ERR_TLS', cause });

test.each([
  [new tern.ConnectError({ reason }), true],
  [new tern.ConnectError({ reason, code: 'ERR_DNS' }), true],
  [tls(), false],
  [tls(Object.assign(new Error('expired'), { code: 'CERT_HAS_EXPIRED' })), false],
  [tls(Object.assign(new Error('reset'), { code: 'ECONNRESET' })), true],
  [new tern.ConnectTimeout({ reason }), true],
  [new tern.ReadError({ reason }), true],
  [new tern.WriteError({ reason }), true],
  [new tern.ReadTimeout({ reason }), true],
  [new tern.WriteTimeout({ reason }), true],
  [new tern.FirstByteTimeout({ reason }), true],
  [new tern.RemoteProtocolError({ reason }), true],
  [new tern.PoolTimeout({ reason }), false],
  [new tern.TotalTimeout({ reason }), false],
  [new tern.AbortError({ reason }), false],
  [new tern.LocalProtocolError({ reason }), false],
  [new tern.DecodingError({ reason }), false],
  [new tern.ProxyError({ reason }), false],
  [new tern.ClientClosed(reason), false],
  [new Error(reason), false],
  [undefined, false],
])('%s', (error, expected) => {
  expect(isTransient(error)).toBe(expected);
  expect(isUnsent(error)).toBe(error instanceof tern.ConnectError || error instanceof tern.ConnectTimeout);
});
