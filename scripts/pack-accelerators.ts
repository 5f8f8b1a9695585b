import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { artefacts, placeOf } from './accel/artefacts.ts';

/**
 * Packs the library and its accelerators and installs them into an empty project, as a stranger would, without a
 * registry: without an accelerator a backend that is asked for by name is refused with the cure, with one beside it the
 * same program runs, and when it is gone `auto` falls back and says why. Needs a build of both: `npm run build:accel`.
 */

const root = fileURLToPath(new URL('..', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'tern-accelerators-'));
const failures: string[] = [];

/** Sends a request, and says what runs and carried it, or why not. */
const PROGRAM = `
import { createServer } from 'node:http';
import { once } from 'node:events';
import { Client } from 'ternhttp';
const server = createServer((request, response) => response.end('hello')).listen(0, '127.0.0.1');
await once(server, 'listening');
const choice = process.argv[2] ?? 'auto';
try {
  const client = new Client({ backend: choice.startsWith('{') ? JSON.parse(choice) : choice });
  const { wire, info, kernels, decidedBy, attempts } = client.backend;
  const { connection } = await client.get('http://127.0.0.1:' + server.address().port);
  console.log(JSON.stringify({ name: info.name, wire, carried: connection.backend, kernels: kernels.jsonPluck, decidedBy: decidedBy.kernels,
    attempts: attempts.map(({ name, step }) => name + ' ' + step) }));
  await client.close();
} catch (error) {
  console.log(JSON.stringify({ code: error.code, attempts: error.attempts?.map(({ name, step }) => name + ' ' + step),
    cure: error.attempts?.[0].cure }));
}
server.close();
`;

const missing = artefacts.filter((artefact) => !existsSync(placeOf(artefact))).map(({ name }) => name);
if (missing.length > 0) {
  console.warn(
    `accelerators: NOT PACKED, because they are not built: ${missing.join(', ')}; run 'npm run build:accel'`,
  );
  if (process.env['CI'] === 'true') process.exitCode = 1;
} else {
  try {
    tryOut();
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
  for (const failure of failures) console.error(`FAILED ${failure}`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

function tryOut(): void {
  const platform = dirname(placeOf(artefacts.find(({ name }) => name === 'native')!));
  const core = pack(root);
  const wasm = pack(join(root, 'accel/npm/wasm'));
  const native = [pack(join(root, 'accel/npm/native')), pack(platform)];
  const { version } = manifestOf(root);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'stranger', private: true }));
  writeFileSync(join(project, 'program.mjs'), PROGRAM);

  install([core, ...packDependencies(root)]);
  expect('nothing beside it', run('auto'), {
    name: 'js',
    kernels: 'js',
    attempts: ['native resolve', 'wasm resolve'],
  });
  for (const name of ['wasm', 'native'] as const) {
    expect(`${name}, not installed`, run(name), {
      code: 'ERR_BACKEND_UNAVAILABLE',
      attempts: [`${name} resolve`],
      cure: `Install it with 'npm install @ternhttp/${name}@${version}', or use backend: 'js'.`,
    });
  }

  install([wasm, ...packDependencies(join(root, 'accel/npm/wasm'))]);
  expect('wasm, installed', run('wasm'), { name: 'wasm', wire: 'js', kernels: 'wasm', decidedBy: 'option' });
  expect('auto takes it', run('auto'), { name: 'js', kernels: 'wasm', attempts: ['native resolve'] });
  expect('the environment takes it', run('auto', { TERN_BACKEND: 'wasm' }), {
    name: 'wasm',
    decidedBy: 'TERN_BACKEND',
  });
  const matrix = ternhttp(['conformance', '--backend', 'wasm', '--filter', '^(DC|CL)-']);
  expect(
    'conformance',
    { last: /\nall cases +(\d+)\/\1\n[^]*wire js, kernels wasm/.test(matrix) },
    { last: true },
  );

  install(native);
  const isNative = { name: 'native', wire: 'native', carried: 'native', kernels: 'native', attempts: [] };
  expect('native, installed', run('native'), isNative);
  expect('its kernels alone', run('{"wire":"js","kernels":"native"}'), { carried: 'js', kernels: 'native' });
  expect('auto prefers it', run('auto'), isNative);
  const doctor = ternhttp(['doctor']);
  for (const name of ['native', 'wasm']) {
    const line = new RegExp(
      `✓ kernels of ${name} ${version}, ABI 1, for .*: loaded in .* tried out in .*`,
    ).exec(doctor);
    expect(`doctor, ${name}`, { line: line !== null }, { line: true });
    if (line !== null) console.log(line[0]);
  }

  npm(['uninstall', '@ternhttp/native', manifestOf(platform).name, '@ternhttp/wasm']);
  expect('gone again', run('auto'), {
    carried: 'js',
    kernels: 'js',
    attempts: ['native resolve', 'wasm resolve'],
  });
  expect('wasm, gone again', run('wasm'), { code: 'ERR_BACKEND_UNAVAILABLE' });
}

function run(choice: string, env: Readonly<Record<string, string>> = {}): Record<string, unknown> {
  const output = execFileSync(process.execPath, ['program.mjs', choice], options(env));
  return JSON.parse(output) as Record<string, unknown>;
}

function ternhttp(args: readonly string[]): string {
  return execFileSync(process.execPath, ['node_modules/ternhttp/dist/cli.js', ...args], options());
}

function npm(args: readonly string[]): void {
  execFileSync(
    'npm',
    [...args, '--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--silent'],
    options(),
  );
}

function install(tarballs: readonly string[]): void {
  npm(['install', ...tarballs]);
}

interface RunOptions {
  readonly cwd: string;
  readonly encoding: 'utf8';
  readonly stdio: ['ignore', 'pipe', 'inherit'];
  readonly env: NodeJS.ProcessEnv;
}

function options(env: Readonly<Record<string, string>> = {}): RunOptions {
  // An empty value is as good as none: what is set around this run is not meant for it.
  const clean = { ...process.env, TERN_BACKEND: '', TERN_ACCELERATORS: '' };
  return { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], env: { ...clean, ...env } };
}

/** A tarball of a folder. */
function pack(folder: string): string {
  const output = execFileSync(
    'npm',
    ['pack', folder, '--json', '--ignore-scripts', '--pack-destination', project],
    options(),
  );
  const [packed] = JSON.parse(output) as { filename: string }[];
  return `./${packed!.filename}`;
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
}

/** Tarballs of all that a package depends on, made of what is installed here, so that no registry is asked. */
function packDependencies(folder: string): string[] {
  const folders = new Set<string>();
  const visit = (from: string): void => {
    for (const name of Object.keys(manifestOf(from).dependencies ?? {})) {
      const found = folderOf(name, from);
      if (folders.has(found)) continue;
      folders.add(found);
      visit(found);
    }
  };
  visit(folder);
  return [...folders].map(pack);
}

function folderOf(name: string, from: string): string {
  for (const path of createRequire(join(from, 'package.json')).resolve.paths(name) ?? []) {
    if (existsSync(join(path, name, 'package.json'))) return join(path, name);
  }
  throw new Error(`${name} is not installed; run 'npm ci'`);
}

/** Compares the named fields. */
function expect(
  what: string,
  found: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): void {
  const seen = Object.fromEntries(Object.keys(wanted).map((key) => [key, found[key]]));
  const isEqual = JSON.stringify(seen) === JSON.stringify(wanted);
  console.log(`${isEqual ? 'ok' : 'NOT OK'} ${what}: ${JSON.stringify(found)}`);
  if (!isEqual) failures.push(`${what}: expected ${JSON.stringify(wanted)}`);
}
