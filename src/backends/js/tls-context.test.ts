import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createCertificateAuthority } from '../../../fixtures/certificates.ts';
import { InvalidArgument } from '../../errors/invalid-argument.ts';
import type { TLSOptions } from '../../models/tls-options.ts';
import { rememberSession, tlsContext } from './tls-context.ts';

const ca = createCertificateAuthority();
const issued = ca.issue({ commonName: 'client', usage: 'client', passphrase: 'secret' });
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tern-tls-'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('sharing', () => {
  test('one set of options has one context, with and without the environment', () => {
    const options: TLSOptions = { ca: ca.certificate };
    expect(tlsContext(options, false)).toBe(tlsContext(options, false));
    expect(tlsContext(options, true)).not.toBe(tlsContext(options, false));
    expect(tlsContext({ ca: ca.certificate }, false)).not.toBe(tlsContext(options, false));
  });

  test('sessions are kept by route, the latest ones', () => {
    const context = tlsContext({}, false);
    for (let i = 0; i < 300; i++) rememberSession(context, `route ${i}`, Buffer.of(i & 255));
    rememberSession(context, 'route 299', Buffer.from('new'));
    expect(context.sessions.size).toBe(256);
    expect(context.sessions.get('route 299')?.toString()).toBe('new');
    expect([context.sessions.has('route 43'), context.sessions.has('route 44')]).toEqual([false, true]);
  });
});

describe('options', () => {
  test('certificate and key in every form', () => {
    const { certificate, key, encryptedKey } = issued;
    const bytes = new TextEncoder().encode(key);
    for (const options of [
      { cert: certificate, key },
      { cert: [certificate, ca.certificate], key: bytes },
      { cert: certificate, key: encryptedKey!, passphrase: 'secret' },
      { ca: [ca.certificate, new TextEncoder().encode(ca.certificate)] },
      { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' },
      { ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' },
    ] as TLSOptions[]) {
      expect(tlsContext(options, false).secureContext).toBeDefined();
    }
  });

  test.each([
    ['a wrong passphrase', { cert: issued.certificate, key: issued.encryptedKey!, passphrase: 'wrong' }],
    ['no passphrase', { cert: issued.certificate, key: issued.encryptedKey! }],
    ['no certificate', { cert: 'not a certificate', key: issued.key }],
    ['a key of another certificate', { cert: ca.certificate, key: issued.key }],
    ['no PKCS #12', { pfx: new Uint8Array(4) }],
    ['no cipher', { ciphers: 'NONE-SUCH' }],
    ['a version that does not exist', { minVersion: 'TLSv9' as 'TLSv1.3' }],
  ] as [string, TLSOptions][])('%s is a wrong argument', (_what, options) => {
    expect(() => tlsContext(options, false)).toThrow(InvalidArgument);
    expect(() => tlsContext(options, false)).toThrow("The 'tls' options cannot be used");
  });
});

describe('the environment', () => {
  test('SSL_CERT_FILE, else SSL_CERT_DIR, are only read if it is trusted', () => {
    vi.stubEnv('SSL_CERT_FILE', join(folder, 'missing.pem'));
    vi.stubEnv('SSL_CERT_DIR', join(folder, 'missing'));
    expect(() => tlsContext({}, true)).toThrow(/^SSL_CERT_FILE cannot be used: .*missing\.pem/);
    expect(tlsContext({}, false).keyLog).toBeNull();
    vi.stubEnv('SSL_CERT_FILE', '');
    expect(() => tlsContext({}, true)).toThrow(/^SSL_CERT_DIR cannot be used: .*missing/);
    expect(() => tlsContext({ ca: ca.certificate }, true)).not.toThrow();
  });

  test('a folder may hold other things too', () => {
    writeFileSync(join(folder, 'README'), 'no certificate');
    writeFileSync(join(folder, 'ca.pem'), ca.certificate);
    mkdirSync(join(folder, 'more'));
    vi.stubEnv('SSL_CERT_FILE', '');
    vi.stubEnv('SSL_CERT_DIR', folder);
    expect(() => tlsContext({}, true)).not.toThrow();
  });

  test('SSLKEYLOGFILE is opened at once, for its owner only, and appended to', () => {
    const file = join(folder, 'keys.log');
    vi.stubEnv('SSLKEYLOGFILE', file);
    expect(tlsContext({}, false).keyLog).toBeNull();
    const { keyLog } = tlsContext({}, true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    keyLog!(Buffer.from('one\n'));
    keyLog!(Buffer.from('two\n'));
    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n');
    chmodSync(folder, 0o700);
    vi.stubEnv('SSLKEYLOGFILE', folder);
    expect(() => tlsContext({}, true)).toThrow(/^SSLKEYLOGFILE cannot be used: /);
  });
});
