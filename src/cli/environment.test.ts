import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCertificateAuthority } from '../../fixtures/certificates.ts';
import { examineEnvironment } from './environment.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tern-env-'));
  writeFileSync(join(folder, 'ca.pem'), createCertificateAuthority().certificate);
  writeFileSync(join(folder, 'empty.pem'), 'nothing');
  writeFileSync(join(folder, 'broken.pem'), '-----BEGIN CERTIFICATE-----\nxx\n-----END CERTIFICATE-----\n');
});

afterAll(() => rmSync(folder, { recursive: true }));

function statusOf(env: Record<string, string>): (readonly [string, string])[] {
  return examineEnvironment(env).map(({ name, status }) => [name, status]);
}

test('variables that concern nothing, and empty ones, are not told', () => {
  expect(examineEnvironment({ PATH: '/bin', HTTP_PROXY: '', SSL_CERT_FILE: undefined })).toEqual([]);
});

test('proxies are found, and their passwords masked', () => {
  const env = { HTTPS_PROXY: 'http://me:pw@proxy.test:3128', http_proxy: 'me:pw@proxy.test', NO_PROXY: '*' };
  const findings = examineEnvironment(env);
  expect(findings.map(({ name, value, status }) => [name, value, status])).toEqual([
    ['http_proxy', '//[secure]@proxy.test', 'ok'],
    ['HTTPS_PROXY', 'http://[secure]@proxy.test:3128', 'ok'],
    ['NO_PROXY', '*', 'ok'],
  ]);
  expect(findings[0]!.effect).toMatch(/^The proxy that is used by 'ternhttp' on the command line/);
});

test('proxies that do not count, or cannot be used', () => {
  const effects = (env: Record<string, string>): string[] =>
    examineEnvironment(env).map(({ name, status, effect }) => `${name} ${status} ${effect}`);
  expect(effects({ HTTP_PROXY: 'http://a', http_proxy: 'http://b' })).toContain(
    'HTTP_PROXY ok Not used, because http_proxy is set.',
  );
  expect(effects({ HTTP_PROXY: 'http://a', REQUEST_METHOD: 'GET' })).toEqual([
    'HTTP_PROXY warning Not used: under CGI it may be a part of the request.',
  ]);
  const [socks4] = effects({ ALL_PROXY: 'socks4://me:pw@a' });
  expect(socks4).toMatch(/^ALL_PROXY problem It cannot be used: .*SOCKS4 is not supported/);
  expect(socks4).not.toContain('pw');
});

test('certificates are looked at', () => {
  const file = join(folder, 'ca.pem');
  expect(examineEnvironment({ SSL_CERT_FILE: file })).toEqual([
    {
      name: 'SSL_CERT_FILE',
      value: file,
      status: 'ok',
      effect: 'Its certificates (1) replace the built-in ones.',
    },
  ]);
  for (const name of ['none.pem', 'empty.pem', 'broken.pem']) {
    expect(statusOf({ SSL_CERT_FILE: join(folder, name) })).toEqual([['SSL_CERT_FILE', 'problem']]);
  }
  expect(statusOf({ SSL_CERT_DIR: folder })).toEqual([['SSL_CERT_DIR', 'ok']]);
  expect(statusOf({ SSL_CERT_DIR: join(folder, 'none') })).toEqual([['SSL_CERT_DIR', 'problem']]);
  expect(examineEnvironment({ SSL_CERT_FILE: file, SSL_CERT_DIR: '/none' })[1]).toMatchObject({
    status: 'ok',
    effect: 'Not used, because SSL_CERT_FILE is set.',
  });
  expect(statusOf({ NODE_EXTRA_CA_CERTS: file })).toEqual([['NODE_EXTRA_CA_CERTS', 'ok']]);
  expect(statusOf({ NODE_EXTRA_CA_CERTS: '/none' })).toEqual([['NODE_EXTRA_CA_CERTS', 'warning']]);
});

test('what weakens TLS is a warning', () => {
  expect(statusOf({ SSLKEYLOGFILE: join(folder, 'keys'), NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toEqual([
    ['SSLKEYLOGFILE', 'warning'],
    ['NODE_TLS_REJECT_UNAUTHORIZED', 'warning'],
  ]);
  expect(statusOf({ NODE_TLS_REJECT_UNAUTHORIZED: '1', TERN_BACKEND: 'js' })).toEqual([
    ['TERN_BACKEND', 'ok'],
    ['NODE_TLS_REJECT_UNAUTHORIZED', 'ok'],
  ]);
});
