import { expect, test } from 'vitest';
import { wireConfig } from '../../../fixtures/wire-setup.ts';
import type { TLSOptions } from '../../models/tls-options.ts';
import { nodeCipher, rustlsCiphers } from './cipher-names.ts';
import { unsupportedOptions } from './unsupported-options.ts';

function refused(tls: TLSOptions): string[] {
  return unsupportedOptions(wireConfig({ tls })).map(({ option }) => option);
}

test('what rustls has not is refused by name, all of it', () => {
  expect(refused({})).toEqual([]);
  expect(refused({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', passphrase: 'x' })).toEqual([]);
  expect(refused({ pfx: new Uint8Array(1) })).toEqual(['tls.pfx']);
  expect(refused({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })).toEqual([
    'tls.minVersion',
    'tls.maxVersion',
  ]);
  expect(refused({ ciphers: 'HIGH:!aNULL' })).toEqual(['tls.ciphers']);
});

test('ciphers by the names of OpenSSL', () => {
  const [first, ...rest] = rustlsCiphers('ECDHE-RSA-AES128-GCM-SHA256')!.toReversed();
  expect(first).toBe('TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256');
  expect(rest.every((name) => name.startsWith('TLS13_'))).toBe(true);
  expect(rustlsCiphers('TLS_AES_128_GCM_SHA256')).toEqual(['TLS13_AES_128_GCM_SHA256']);
  expect(rustlsCiphers('TLS_AES_128_GCM_SHA256:RC4')).toBeNull();
  expect(nodeCipher('TLS13_AES_256_GCM_SHA384')).toBe('TLS_AES_256_GCM_SHA384');
  expect(nodeCipher('SOMETHING_ELSE')).toBe('SOMETHING_ELSE');
});
