import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { acceptEncoding, contentCodings, hasZstd } from './content-coding.ts';
import { loadZlib } from './zlib.ts';

test.each<[string, string[]]>([
  ['gzip', ['gzip']],
  [' GZip ', ['gzip']],
  ['x-gzip', ['gzip']],
  ['deflate, gzip', ['deflate', 'gzip']],
  ['br,\tidentity', ['br']],
  ['identity', []],
  ['', []],
  [', ,gzip,,', ['gzip']],
  ['compress, foo', ['compress', 'foo']],
])('%j names the codings %j', (value, codings) => {
  expect(contentCodings(value)).toEqual(codings);
});

test('zstd is offered exactly where zlib has it', () => {
  const isThere = loadZlib().createZstdDecompress !== undefined;
  expect(acceptEncoding()).toBe(isThere ? 'gzip, deflate, br, zstd' : 'gzip, deflate, br');
  expect(acceptEncoding(true)).toBe('gzip, deflate, br, zstd');
});

test.each([
  ['20.20.2', false],
  ['22.14.0', false],
  ['22.15.0', true],
  ['23.7.0', false],
  ['23.8.0', true],
  ['24.0.0', true],
  ['26.10.0', true],
])('Node %s has zstd: %s', (version, isThere) => {
  expect(hasZstd(version)).toBe(isThere);
});

test('asking what is accepted does not load zlib', () => {
  const module = fileURLToPath(new URL('content-coding.ts', import.meta.url));
  const script = `import { acceptEncoding } from ${JSON.stringify(module)}; acceptEncoding();
    console.log(process.moduleLoadList.includes('NativeModule zlib'))`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', script],
    { encoding: 'utf8', cwd: fileURLToPath(new URL('../..', import.meta.url)) },
  );
  expect({ stdout, stderr }).toEqual({ stdout: 'false\n', stderr: '' });
});
