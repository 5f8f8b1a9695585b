import { expect, test } from 'vitest';
import { connectReason, reasonOf, tlsReason } from './system-error.ts';

function systemError(code: string | undefined, message = 'it failed'): NodeJS.ErrnoException {
  return Object.assign(new Error(message), code === undefined ? {} : { code });
}

test('every reason names its code once', () => {
  expect(reasonOf(systemError('ECONNRESET'))).toBe('connection reset by peer (ECONNRESET)');
  expect(reasonOf(systemError('EPIPE'))).toBe('the peer does not accept data any more (EPIPE)');
  expect(reasonOf(systemError('EIO'))).toBe('it failed (EIO)');
  expect(reasonOf(systemError('EIO', 'read EIO'))).toBe('read EIO');
  expect(reasonOf(systemError(undefined))).toBe('it failed');
  const ssl = Object.assign(systemError('ERR_SSL_X', '80:error:0A:SSL routines:f:bad record:x.c:1:\n'), {
    reason: 'bad record',
  });
  expect(reasonOf(ssl)).toBe('bad record (ERR_SSL_X)');
  expect(connectReason(systemError('ECONNREFUSED'))).toBe('connection refused (ECONNREFUSED)');
  expect(connectReason(systemError('ENOENT'))).toBe('there is no such socket (ENOENT)');
  expect(connectReason(systemError('EHOSTUNREACH'))).toBe('host unreachable (EHOSTUNREACH)');
  expect(connectReason(systemError('EADDRNOTAVAIL', 'connect EADDRNOTAVAIL'))).toBe('connect EADDRNOTAVAIL');
});

test.each([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_SIGNATURE_FAILURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])('%s names the host', (code) => {
  expect(tlsReason(systemError(code), 'example.com')).toMatch(new RegExp(`'example\\.com'.*\\(${code}\\)`));
});

test('the peer is to blame', () => {
  expect(tlsReason(systemError('ERR_SSL_WRONG_VERSION_NUMBER'), 'h')).toBe(
    'the peer does not speak TLS (ERR_SSL_WRONG_VERSION_NUMBER)',
  );
  expect(tlsReason(systemError('ECONNRESET'), 'h')).toBe(
    'the peer closed the connection during the TLS handshake (ECONNRESET)',
  );
  expect(tlsReason(systemError('ERR_SSL_X', 'alert X'), 'h')).toBe('alert X (ERR_SSL_X)');
});
