import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { packageEntry, type Manifest } from './package-entry.ts';

/** Where packages of others are looked for: a folder of one's own first, then what the project has. */
const FOLDERS: readonly string[] = [
  ...(process.env['TERN_BENCH_PEERS'] ?? '').split(':').filter((folder) => folder !== ''),
  fileURLToPath(new URL('..', import.meta.url)),
].map((folder) => join(folder, 'node_modules'));

/** The Python whose httpx is measured. */
export const PYTHON: string = process.env['TERN_BENCH_PYTHON'] ?? '/usr/bin/python3';

/** What has to be there for a client: a package of npm, or httpx. Clients that are not named need nothing. */
const NEEDS: Readonly<Record<string, string>> = {
  'undici-dispatch': 'undici',
  'undici-request': 'undici',
  'undici-fetch': 'undici',
  ky: 'ky',
  got: 'got',
  axios: 'axios',
  ofetch: 'ofetch',
  impit: 'impit',
  'wreq-js': 'wreq-js',
  httpx: 'httpx',
  cheerio: 'cheerio',
  htmlparser2: 'htmlparser2',
  'node-html-parser': 'node-html-parser',
};

/** Slow clients get a share of the requests: figures are per request, and everybody gets about the same time. */
const SHARES: Readonly<Record<string, number>> = {
  fetch: 0.4,
  'undici-fetch': 0.4,
  ofetch: 0.4,
  ky: 0.3,
  axios: 0.3,
  got: 0.3,
  impit: 0.5,
  'wreq-js': 0.7,
  httpx: 0.06,
  cheerio: 0.02,
  htmlparser2: 0.05,
  'node-html-parser': 0.05,
};

/** Whether a client can be measured: the version of its package, or how to get it. */
export type Presence = { readonly version: string | null } | { readonly install: string };

/** The share of a row's requests that a client makes. */
export function shareOf(client: string): number {
  return SHARES[client] ?? 1;
}

/** Looks for what a client needs. */
export function presenceOf(client: string): Presence {
  if (client === 'tern-native' || client === 'kernels-native')
    return hasAddon() ? { version: null } : { install: 'npm run build:accel -- --only native' };
  if (client === 'tern-wasm' || client === 'kernels-wasm')
    return existsSync(new URL('../accel/npm/wasm/kernels.wasm', import.meta.url))
      ? { version: null }
      : { install: 'npm run build:accel -- --only wasm' };
  const name = NEEDS[client];
  if (name === undefined) return { version: null };
  if (name === 'httpx') {
    const version = httpxVersion();
    return version === null
      ? { install: 'apt-get install python3-httpx, or TERN_BENCH_PYTHON=<a Python that has it>' }
      : { version };
  }
  const folder = folderOf(name);
  return folder === null
    ? {
        install: `npm install --no-save ${name}, or in another folder and TERN_BENCH_PEERS=<that folder>`,
      }
    : { version: manifestOf(folder).version ?? 'unknown' };
}

/** Loads a package that need not be among the dependencies of the project. */
export async function importPeer<T>(name: string): Promise<T> {
  const entry = peerEntry(name);
  if (entry === null) throw new Error(`${name} is not installed`);
  return (await import(entry)) as T;
}

/** The URL of the file that a package is loaded from; null if it is not installed. */
export function peerEntry(name: string): string | null {
  const folder = folderOf(name);
  return folder === null ? null : pathToFileURL(join(folder, packageEntry(manifestOf(folder)))).href;
}

/** Lets clients of this process find what `npm run build:accel` has built. */
export function useBuiltAccelerators(): void {
  process.env['TERN_ACCELERATORS'] = fileURLToPath(new URL('../accel/npm', import.meta.url));
}

/** Whether the addon has been built. */
export function hasAddon(): boolean {
  const packages = new URL('../accel/npm/', import.meta.url);
  return readdirSync(packages, { recursive: true }).some((file) => String(file).endsWith('ternhttp.node'));
}

function folderOf(name: string): string | null {
  return (
    FOLDERS.map((folder) => join(folder, name)).find((folder) => existsSync(join(folder, 'package.json'))) ??
    null
  );
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

function httpxVersion(): string | null {
  const script = 'import httpx, platform; print(httpx.__version__, "on Python", platform.python_version())';
  const { status, stdout } = spawnSync(PYTHON, ['-c', script], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}
