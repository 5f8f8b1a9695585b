import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCertificateAuthority } from '../../fixtures/certificates.ts';
import { type Daemon, hasPrograms, startInFolder } from '../../fixtures/daemon.ts';
import { Client, type TernError, type TLSOptions } from '../../src/index.ts';

/*
 * The server of OpenSSL, which demands a certificate of the client: `apt-get install openssl`. If it is not installed
 * that is told and passed over; under CI=true it is a failure.
 */
const ca = createCertificateAuthority();
const other = createCertificateAuthority({ commonName: 'Another CA' });
const PASSPHRASE = 'open sesame';
const own = ca.issue({ commonName: 'me', usage: 'client', passphrase: PASSPHRASE });
const foreign = other.issue({ commonName: 'somebody', usage: 'client' });
const expired = ca.issue({
  commonName: 'me, long ago',
  usage: 'client',
  notBefore: new Date('2001-01-01T00:00:00Z'),
  notAfter: new Date('2002-01-01T00:00:00Z'),
});

/** `openssl s_server`, which answers every request with a page about the connection. */
function startOpenSSL(version: string): Promise<Daemon> {
  const { certificate, key } = ca.issue({ commonName: 'localhost', ipAddresses: ['127.0.0.1'] });
  return startInFolder('openssl', (port, folder) => {
    const file = (name: string, text: string): string => {
      const path = join(folder, name);
      writeFileSync(path, text, { mode: 0o600 });
      return path;
    };
    const certificateFiles = ['-cert', file('cert.pem', certificate), '-key', file('key.pem', key)];
    const demand = ['-CAfile', file('ca.pem', ca.certificate), '-Verify', '2', '-verify_return_error'];
    return ['s_server', '-accept', `127.0.0.1:${port}`, '-www', version, ...certificateFiles, ...demand];
  });
}

describe.each(['-tls1_2', '-tls1_3'])('openssl s_server -Verify %s', (version) => {
  let server: Daemon | null = null;

  beforeAll(async () => {
    if (hasPrograms('openssl')) server = await startOpenSSL(version);
  });

  afterAll(async () => {
    await server?.close();
  });

  /** The page that a client gets with these options, or its failure. */
  async function ask(tls: TLSOptions): Promise<string | TernError> {
    const client = new Client({ tls: { ca: ca.certificate, ...tls } });
    try {
      return (await client.get(`https://127.0.0.1:${server!.port}/`)).text;
    } catch (error) {
      expect(client.stats.connections).toBe(0);
      return error as TernError;
    } finally {
      await client.close();
    }
  }

  test.each<[string, TLSOptions]>([
    ['a key', { cert: own.certificate, key: own.key }],
    ['an encrypted key', { cert: own.certificate, key: own.encryptedKey!, passphrase: PASSPHRASE }],
  ])('a certificate with %s', async (_name, tls) => {
    if (server === null) return;
    const page = await ask(tls);
    expect(page).toContain('Client certificate');
    expect(page).toMatch(/Subject:.*CN ?= ?me\b/);
  });

  test.each<[string, TLSOptions]>([
    ['no certificate', {}],
    ['one of another authority', { cert: foreign.certificate, key: foreign.key }],
    ['one that has expired', { cert: expired.certificate, key: expired.key }],
  ])('%s is refused, and told as a failure of TLS', async (_name, tls) => {
    if (server === null) return;
    // With TLS 1.3 the client is done before the server has looked at its certificate.
    expect(await ask(tls)).toMatchObject({ name: 'ConnectError', code: 'ERR_TLS', phase: 'tls' });
  });

  test('a key that cannot be used is told before anything is sent', async () => {
    if (server === null) return;
    const wrong = await ask({ cert: own.certificate, key: own.encryptedKey!, passphrase: 'wrong' });
    expect(wrong).toMatchObject({ name: 'InvalidArgument' });
  });

  test('a server of an authority that is not trusted gets no certificate', async () => {
    if (server === null) return;
    const untrusted = await ask({ ca: other.certificate, cert: own.certificate, key: own.key });
    expect(untrusted).toMatchObject({ name: 'ConnectError', code: 'ERR_TLS', phase: 'tls' });
  });
});
