import { afterEach, expect, test, vi } from 'vitest';
import { VERSION } from '../models/version.ts';
import { examine } from './doctor.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('an installation that works has no problems', async () => {
  vi.stubEnv('TERN_BACKEND', '');
  const report = await examine({ HTTP_PROXY: 'http://proxy.test' });
  expect(report).toMatchObject({
    version: VERSION,
    node: process.versions.node,
    openssl: process.versions.openssl,
    codings: { gzip: true, br: true },
    selection: { requested: 'auto', wire: 'js' },
    environment: [{ name: 'HTTP_PROXY', status: 'ok' }],
    problems: [],
  });
  expect(report.codings.zstd).toBe('zstdDecompressSync' in process.getBuiltinModule('node:zlib'));
  expect(report.backends.map(({ name }) => name)).toEqual(['js', 'native', 'wasm']);
  expect(report.backends[0]!.info).toMatchObject({ name: 'js', version: VERSION });
  // A backend is there or says why not and what to do.
  for (const { info, attempts } of report.backends) {
    if (info === null) expect(attempts[0]).toMatchObject({ cure: expect.stringMatching(/\w/) });
  }
  expect(report.selfTests.every(({ isOK }) => isOK)).toBe(true);
});

test('a choice that cannot be had and a file that is not there are problems', async () => {
  vi.stubEnv('TERN_BACKEND', 'nonsense');
  const { selection, problems } = await examine({ SSL_CERT_FILE: '/none.pem' });
  expect(selection).toEqual({ error: expect.stringContaining('TERN_BACKEND') });
  expect(problems).toHaveLength(2);
  expect(problems[1]).toMatch(/^SSL_CERT_FILE=\/none\.pem: It cannot be used/);
});
