import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { acceleratorDouble, installAccelerator } from '../../fixtures/accelerator-double.ts';
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

test('every kernel of an accelerator is tried out, and one that does not work is a problem', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ternhttp-'));
  try {
    installAccelerator(folder, 'wasm', VERSION, acceleratorDouble('fake', ['htmlExtract']));
    vi.stubEnv('TERN_ACCELERATORS', folder);
    vi.stubEnv('TERN_BACKEND', '');
    const { accelerators, selection, problems } = await examine({});
    const works = { fault: null, ms: expect.any(Number) as number };
    expect(accelerators[1]).toMatchObject({
      name: 'wasm',
      kernels: {
        jsonValidate: works,
        jsonPluck: works,
        htmlExtract: { fault: 'htmlExtract says 3 instead of 44' },
        charsetDetect: works,
        zstdDecode: works,
      },
    });
    expect(selection).toMatchObject({ kernels: { htmlExtract: 'js', jsonPluck: 'wasm' } });
    expect(problems).toEqual(['@ternhttp/wasm does not work: htmlExtract says 3 instead of 44.']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
