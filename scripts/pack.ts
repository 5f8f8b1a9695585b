import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Packs the package, installs it into an empty project and uses it as a stranger would: through `import` and
 * `require`, from the command line, and with compilers from 5.6 on, strict and without the types of the browser.
 */
const COMPILERS = ['5.6', '5.7', '5.8', '5.9', '6', '7'];
const NODE_TYPES = '20';

const program = (imports: string): string => `${imports}
const client = new tern.Client({ transport: new M((request) => new tern.Response(200, { text: 'hello' })) });
client.get('http://example.com/').then(async (response) => {
  await client.close();
  console.log(response.status, response.text, new tern.ReadTimeout({ reason: 'test' }) instanceof tern.TernError);
});`;

const typed = `import { Client, type ClientOptions, HTTPStatusError, isTimeout, type Response, StreamResponse } from 'ternhttp';
import { MockTransport } from 'ternhttp/mock';
import { UndiciTransport } from 'ternhttp/undici';
import { runConformance } from 'ternhttp/conformance';
const options: ClientOptions = { baseURL: 'https://example.com', timeout: { read: 1000 }, transport: new MockTransport(() => new StreamResponse(204)) };
const client = new Client(options);
async function main(): Promise<string> {
  const response: Response = await client.post('/items', { json: { name: 'tern' }, headers: { 'X-Trace': 'a' } });
  const value = response.json<{ name: string }>();
  for await (const line of (await client.stream('GET', '/lines')).iterLines()) console.log(line.length);
  try {
    response.raiseForStatus();
  } catch (error) {
    if (error instanceof HTTPStatusError) console.log(error.response.status);
    if (isTimeout(error)) console.log(error.phase, error.code);
  }
  // @ts-expect-error -- options are closed
  await client.get('/', { tiemout: 1 });
  // @ts-expect-error -- one body
  await client.post('/', { json: 1, content: 'x' });
  // @ts-expect-error -- headers only, so there is no text yet
  console.log((await client.stream('GET', '/')).text);
  return value.name;
}
export { main, runConformance, UndiciTransport };
`;

const root = fileURLToPath(new URL('..', import.meta.url));
const project = mkdtempSync(join(tmpdir(), 'tern-pack-'));
const failures: string[] = [];

try {
  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], root),
  ) as { filename: string; size: number; entryCount: number }[];
  console.log(
    `packed ${packed!.filename}: ${(packed!.size / 1024).toFixed(0)} KiB, ${packed!.entryCount} files`,
  );
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'stranger', version: '1.0.0', private: true }),
  );
  run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', `./${packed!.filename}`], project);
  checkDependencies();
  writeFileSync(
    join(project, 'esm.mjs'),
    program('import * as tern from "ternhttp"; import { MockTransport as M } from "ternhttp/mock";'),
  );
  writeFileSync(
    join(project, 'cjs.cjs'),
    program('const tern = require("ternhttp"); const { MockTransport: M } = require("ternhttp/mock");'),
  );
  expect('import', run(process.execPath, ['esm.mjs'], project), '200 hello true');
  expect('require', run(process.execPath, ['--no-warnings', 'cjs.cjs'], project), '200 hello true');
  expect(
    'command line',
    run('npx', ['--no-install', 'ternhttp', '--version'], project),
    packed!.filename.replace(/^(ternhttp)-(.*)\.tgz$/, '$1 $2'),
  );
  run(
    'npm',
    [
      'install',
      '--no-audit',
      '--no-fund',
      '--ignore-scripts',
      `@types/node@${NODE_TYPES}`,
      ...COMPILERS.map((version) => `typescript-${version}@npm:typescript@${version}`),
    ],
    project,
  );
  // As a module, and as CommonJS with the compilers that know that Node requires modules too.
  writeFileSync(join(project, 'stranger.mts'), typed);
  writeFileSync(join(project, 'stranger.cts'), typed);
  for (const compiler of COMPILERS) compileWith(compiler);
} finally {
  rmSync(project, { recursive: true, force: true });
}
for (const failure of failures) console.error(`FAILED ${failure}`);
process.exitCode = failures.length === 0 ? 0 : 1;

function checkDependencies(): void {
  const manifest = JSON.parse(readFileSync(join(project, 'node_modules/ternhttp/package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const names = Object.keys(manifest.dependencies);
  const native = readdirSync(join(project, 'node_modules'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.node') || path.endsWith('binding.gyp'),
  );
  console.log(`dependencies: ${names.join(', ')}; native files: ${native.length}`);
  if (names.length !== 3) failures.push(`expected three dependencies, found ${names.length}`);
  if (native.length > 0) failures.push(`native files: ${native.join(', ')}`);
}

function compileWith(version: string): void {
  const compiler = join(project, `node_modules/typescript-${version}/package.json`);
  const { version: exact, bin } = JSON.parse(readFileSync(compiler, 'utf8')) as {
    version: string;
    bin: { tsc: string };
  };
  // No skipLibCheck: the declarations themselves are under test.
  const options = [
    '--noEmit',
    '--strict',
    '--exactOptionalPropertyTypes',
    '--target',
    'es2022',
    '--lib',
    'es2022',
    '--types',
    'node',
    '--module',
    'nodenext',
    '--moduleResolution',
    'nodenext',
  ];
  const knowsRequire = Number(version) >= 5.8;
  const sources = knowsRequire ? ['stranger.mts', 'stranger.cts'] : ['stranger.mts'];
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(project, `node_modules/typescript-${version}`, bin.tsc), ...options, ...sources],
    { cwd: project, encoding: 'utf8' },
  );
  const own = stdout
    .split('\n')
    .filter((line) => line.includes('error') && !line.startsWith('node_modules/@types/'));
  console.log(
    `typescript ${exact}: ${own.length === 0 ? 'clean' : `${own.length} errors`}${status === 0 || own.length > 0 ? '' : ' (errors of @types/node alone)'}`,
  );
  if (own.length > 0) failures.push(`typescript ${exact}:\n${own.slice(0, 10).join('\n')}`);
}

function expect(what: string, output: string, wanted: string): void {
  console.log(`${what}: ${output.trim()}`);
  if (output.trim() !== wanted) failures.push(`${what}: expected '${wanted}'`);
}

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
