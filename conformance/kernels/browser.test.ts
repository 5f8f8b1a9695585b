import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { findProgram, hasPrograms } from '../../fixtures/daemon.ts';
import { listen, stopListening } from '../../fixtures/listening.ts';
import { bundleBrowserEntry } from '../../scripts/accel/bundle-browser.ts';
import { compileHTMLQuery } from '../../src/kernels/html-program.ts';
import { compileJSONQuery } from '../../src/kernels/json-program.ts';
import { jsKernels } from '../../src/kernels/kernels.ts';
import { type BrowserCase, runCases } from './browser-cases.ts';
import { randomHTML, randomHTMLQuery, randomJSON, randomJSONQuery } from './inputs.ts';
import { mutate, Random } from './random.ts';

/*
 * `@ternhttp/wasm` in Chromium, on a page and in a worker: `apt-get install chromium`. Where it is not installed, this
 * is told of and passed over; under CI=true that is a failure.
 */

const seed = Number(process.env['TERN_SEED'] ?? 1);
const ROUNDS = 150;
const folder = fileURLToPath(new URL('../../accel/npm/wasm/', import.meta.url));

/** What a page and a worker run: each has its own way to the module. */
const PROGRAM = `
  import * as tern from './browser.mjs';
  import { runCases } from './browser-cases.mjs';
  const isWorker = typeof document === 'undefined';
  const report = { where: isWorker ? 'worker' : 'page' };
  try {
    const { cases } = await (await fetch('cases')).json();
    const bytes = async () => new Uint8Array(await (await fetch('kernels.wasm')).arrayBuffer());
    const kernels = await (isWorker ? tern.loadKernels(await bytes()) : tern.loadKernels());
    report.results = runCases(kernels, tern, cases);
    // More than memory can be made to hold is a trap; the next call has a new instance.
    try {
      kernels.jsonValidate({ length: 2 ** 32 - 1 });
    } catch (error) {
      report.trap = error instanceof tern.KernelFault ? error.code : String(error);
    }
    report.afterTrap = kernels.jsonValidate(new TextEncoder().encode('[1,]'));
    await tern.loadKernels('untyped.wasm');
    await tern.loadKernels('missing').catch((error) => { report.missing = error.message; });
  } catch (error) {
    report.error = String(error?.stack ?? error);
  }
  await fetch('report', { method: 'POST', body: JSON.stringify(report) });
`;
const PAGE = `<!doctype html><script type="module">
  const failed = (where) => (event) =>
    fetch('report', { method: 'POST', body: JSON.stringify({ where, error: event.message ?? 'it does not load' }) });
  addEventListener('error', failed('page'), true);
  const worker = new Worker('program.mjs', { type: 'module' });
  worker.addEventListener('error', failed('worker'));
</script><script type="module" src="program.mjs"></script>`;

interface Report {
  readonly where: 'page' | 'worker';
  readonly error?: string;
  readonly results?: readonly unknown[];
}

const isBuilt = existsSync(`${folder}kernels.wasm`);
if (!isBuilt) console.warn("NOT RUN: the kernels in browsers, because 'npm run build:accel' did not run");
const random = new Random(seed);
let entry: string;

beforeAll(async () => {
  entry = await bundleBrowserEntry();
});

test('the entry for browsers is where the manifest says, and needs nothing of Node', () => {
  const manifest = JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as Record<string, unknown>;
  const target = { types: './browser.d.mts', default: './browser.mjs' };
  expect(manifest['exports']).toMatchObject({ '.': { browser: target }, './browser': target });
  expect(manifest['files']).toEqual(expect.arrayContaining(['browser.mjs', 'browser.d.mts', 'kernels.wasm']));
  expect(entry).not.toMatch(/\bprocess\b|\brequire\(|from ["']|import\(/);
});

test('a page and a worker get what TypeScript gets', { timeout: 60_000 }, async () => {
  if (!isBuilt || !hasPrograms('chromium')) return;
  const cases = makeCases();
  const reports = await runBrowser([...cases, ...ZSTD.map(([each]) => each)]);
  const own = runCases(jsKernels, { compileHTMLQuery, compileJSONQuery }, cases);
  // As JSON has it: no negative zero, nothing infinite.
  const expected = JSON.parse(JSON.stringify([...own, ...ZSTD.map(([, result]) => result)])) as unknown[];
  for (const where of ['page', 'worker'] as const) {
    const { results, ...rest } = reports.get(where)!;
    const missing = expect.stringMatching(/\/missing is answered with status 404$/) as unknown;
    expect(rest).toEqual({ where, trap: 'internal', afterTrap: 3, missing });
    expect(results).toEqual(expected);
  }
  const good = own.filter((each) => typeof each !== 'object' || each === null || !('code' in each));
  console.log(`kernels in Chromium: ${expected.length} inputs on a page and in a worker (seed ${seed})`);
  expect(good.length / own.length).toBeGreaterThan(0.3);
});

const BIRD = 'Tern is a fast bird. A tern is also a set of three. Tern, tern, tern: the bird and the set.';
/** Made by the program `zstd`. */
const PACKED =
  'KLUv/SRbDQIAAkQMEKCrA+sqf+5gfFVLmBZVsQYhi2bdRbnIwWolh7ah/LCz+M1Q5eNgWion3vnG9GolAQQAMIV4dfUpZaDExANNIwbL';
/** With their results, because not every Node has Zstandard. */
const ZSTD: readonly (readonly [BrowserCase, unknown])[] = [
  [{ kernel: 'zstdDecode', input: PACKED }, [...Buffer.from(BIRD)]],
  [
    { kernel: 'zstdDecode', input: Buffer.from(PACKED, 'base64').toString('base64', 0, 40) },
    { code: 'truncated', offset: 0 },
  ],
  [
    { kernel: 'zstdDecode', input: PACKED, maxOutput: 10 },
    { code: 'limit', offset: 0 },
  ],
];

function makeCases(): BrowserCase[] {
  const cases: BrowserCase[] = [];
  const add = (kernel: BrowserCase['kernel'], input: Buffer, query?: BrowserCase['query']): void => {
    cases.push({ kernel, input: input.toString('base64'), ...(query === undefined ? {} : { query }) });
  };
  for (let round = 0; round < ROUNDS; round++) {
    const json = Buffer.from(randomJSON(random));
    const damaged = mutate(json, random, Buffer.from('{}[]:,"\\t0.-é'));
    const html = Buffer.from(randomHTML(random));
    for (const input of [json, damaged]) {
      add('jsonValidate', input);
      add('jsonPluck', input, randomJSONQuery(random));
    }
    add('htmlExtract', html, randomHTMLQuery(random));
    add('charsetDetect', html);
    const octet = (): number => (random.chance(3) ? 0x20 + random.below(0x5f) : 0x80 + random.below(0x80));
    add('charsetDetect', Buffer.from(Array.from({ length: 4 + random.below(20) }, octet)));
  }
  // Results longer than what one call brings across.
  const row = '<tr class="row"><td>größer</td><td><a href="/a?b=1&amp;c=2">Ü</a></td></tr>';
  const fields = {
    cell: { select: 'td', take: 'text', all: true },
    link: { select: 'a', take: { attribute: 'href' } },
  } as const;
  add('htmlExtract', Buffer.from(`<table>${row.repeat(3000)}</table>`), { rows: 'tr.row', fields });
  const rows = Array.from({ length: 5000 }, (_, id) => ({ id, name: `Näme "${id}"`, tags: [id, null] }));
  add('jsonPluck', Buffer.from(JSON.stringify({ rows })), {
    rows: ['rows', { each: true }],
    columns: { id: ['id'], name: ['name'], tag: ['tags', 0] },
  });
  add('charsetDetect', Buffer.from('d\xe9j\xe0 vu, \xe0 c\xf4t\xe9 de l\x92\xe9cole', 'latin1'));
  add('charsetDetect', Buffer.from('\xcf\xf0\xe8\xe2\xe5\xf2, \xea\xe0\xea \xe4\xe5\xeb\xe0?', 'latin1'));
  return cases;
}

/** What the page and the worker report. */
async function runBrowser(cases: readonly BrowserCase[]): Promise<ReadonlyMap<string, Report>> {
  const wasm = readFileSync(`${folder}kernels.wasm`);
  const files: Readonly<Record<string, readonly [type: string, content: string | Buffer]>> = {
    '/': ['text/html', PAGE],
    '/program.mjs': ['text/javascript', PROGRAM],
    '/browser.mjs': ['text/javascript', entry],
    '/browser-cases.mjs': ['text/javascript', await bundleCases()],
    '/kernels.wasm': ['application/wasm', wasm],
    '/untyped.wasm': ['application/octet-stream', wasm],
    '/cases': ['application/json', JSON.stringify({ cases })],
  };
  const reports = new Map<string, Report>();
  let finish: (error?: Error) => void;
  const finished = new Promise<void>((resolve, reject) => {
    finish = (error) => (error === undefined ? resolve() : reject(error));
  });
  const receive = (body: string): void => {
    const report = JSON.parse(body) as Report;
    reports.set(report.where, report);
    if (report.error !== undefined) finish(new Error(`${report.where}: ${report.error}`));
    else if (reports.size === 2) finish();
  };
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      response.end();
      text(request).then(receive).catch(finish);
      return;
    }
    const [type, content] = files[request.url ?? ''] ?? ['text/plain', null];
    response.writeHead(content === null ? 404 : 200, { 'Content-Type': type }).end(content);
  });
  const port = await listen(server);
  onTestFinished(async () => {
    server.closeAllConnections();
    await stopListening(server);
  });

  const home = mkdtempSync(join(tmpdir(), 'tern-chromium-'));
  const flags =
    '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking ' +
    '--disable-component-update --disable-sync --disable-dev-shm-usage --no-proxy-server';
  const browser = spawn(
    findProgram('chromium')!,
    [
      ...flags.split(' '),
      '--remote-debugging-port=0',
      `--user-data-dir=${home}`,
      `http://127.0.0.1:${port}/`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, HOME: home } },
  );
  let output = '';
  browser.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const exited = once(browser, 'exit');
  onTestFinished(async () => {
    browser.kill('SIGTERM');
    const force = setTimeout(() => browser.kill('SIGKILL'), 3000);
    await exited;
    clearTimeout(force);
    // Its helpers may still be writing.
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  });
  browser.once('exit', (code) => finish(new Error(`Chromium ended with ${code}: ${output}`)));
  const limit = setTimeout(() => finish(new Error(`Chromium does not report: ${output}`)), 50_000);
  try {
    await finished;
  } finally {
    clearTimeout(limit);
  }
  return reports;
}

/** What runs the calls here, for a browser. */
async function bundleCases(): Promise<string> {
  const bundle = await rolldown({ input: fileURLToPath(new URL('browser-cases.ts', import.meta.url)) });
  const { output } = await bundle.generate({ format: 'esm' });
  await bundle.close();
  return output[0].code;
}
