import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { VERSION } from '../../src/models/version.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const packages = readdirSync(`${root}accel/npm`);

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function read(path: string): Manifest {
  return JSON.parse(readFileSync(`${root}${path}/package.json`, 'utf8')) as Manifest;
}

test.each(packages)('%s has the version of the library', (name) => {
  expect(read(`accel/npm/${name}`)).toMatchObject({ name: `@ternhttp/${name}`, version: VERSION });
});

test('so have the crates, and what the library would take', () => {
  expect(readFileSync(`${root}accel/Cargo.toml`, 'utf8')).toContain(`\nversion = "${VERSION}"\n`);
  expect(read('.').peerDependencies).toEqual({ '@ternhttp/native': VERSION, '@ternhttp/wasm': VERSION });
});

test('the native package takes each platform package, at its version', () => {
  const platforms = packages.filter((name) => name.startsWith('native-'));
  const wanted = Object.fromEntries(platforms.map((name) => [`@ternhttp/${name}`, VERSION]));
  expect(read('accel/npm/native').optionalDependencies).toEqual(wanted);
  for (const name of platforms) {
    const { os, cpu } = read(`accel/npm/${name}`);
    expect(name).toMatch(new RegExp(`^native-${os?.join()}-${cpu?.join()}(?:-|$)`));
  }
});

test('the module is tested with the runtime that its package takes', () => {
  const runtime = '@napi-rs/wasm-runtime';
  expect(read('accel/npm/wasm').dependencies?.[runtime]).toBe(read('.').devDependencies?.[runtime]);
});
