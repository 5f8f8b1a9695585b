import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { parse as parseHTML } from 'node-html-parser';
import { compileHTMLQuery } from '../src/kernels/html-program.ts';
import { compileJSONQuery } from '../src/kernels/json-program.ts';
import { KernelFault } from '../src/kernels/kernel-fault.ts';
import type { KernelHost, KernelName } from '../src/kernels/kernel-host.ts';
import { hostKernels, jsKernels, type Kernels } from '../src/kernels/kernels.ts';
import { minBytes } from '../src/kernels/thresholds.ts';

/*
 * What a kernel costs in TypeScript, in the accelerators that are built (the crossing included) and in what one would
 * use without kernels, by size of input. `node --import tsx bench/kernels.ts --only jsonPluck`
 */

const SIZES = [64, 128, 256, 512, 1024, 4096, 16_384, 131_072, 1_048_576];
/** Milliseconds that one measurement takes, and how many there are, of which the best counts. */
const SLICE = 12;
const TRIES = 7;

type Backend = 'js' | 'native' | 'wasm';
type Work = (kernels: Kernels) => unknown;

interface Row {
  readonly kernel: KernelName;
  readonly title: string;
  /** An input of about so many octets. */
  readonly input: (size: number) => Uint8Array;
  readonly work: (input: Uint8Array) => Work;
  /** What does the same without kernels. */
  readonly peer?: { readonly name: string; readonly work: (input: Uint8Array) => () => unknown };
}

const record = (index: number): string =>
  JSON.stringify({
    id: index,
    name: `item ${index}`,
    price: index * 1.25,
    tags: ['a', 'b'],
    note: 'Größe "L"',
  });
const row = (index: number): string =>
  `<tr class="item"><td><a href="/items/${index}?a=1&amp;b=2" title="Item">Item ${index}</a></td><td>${index}</td></tr>\n`;

const json = (size: number): Uint8Array =>
  Buffer.from(`[${repeatTo(size - 2, (index) => `${index === 0 ? '' : ','}${record(index)}`)}]`);
const html = (size: number): Uint8Array =>
  Buffer.from(
    `<!doctype html><title>Items</title><style>p { color: red }</style><table>${repeatTo(size - 80, row)}</table>`,
  );

const jsonQuery = compileJSONQuery({
  rows: [{ each: true }],
  columns: { id: ['id'], price: ['price'], tag: ['tags', 0] },
});
const htmlQuery = compileHTMLQuery({
  rows: 'tr.item',
  fields: {
    href: { select: 'td > a', take: { attribute: 'href' } },
    name: { select: 'a', take: 'text' },
  },
});

const ROWS: readonly Row[] = [
  {
    kernel: 'jsonValidate',
    title: 'check of a JSON array of records',
    input: json,
    work:
      (input) =>
      ({ jsonValidate }) =>
        jsonValidate(input),
    peer: { name: 'JSON.parse', work: (input) => () => JSON.parse(Buffer.from(input).toString('utf8')) },
  },
  {
    kernel: 'jsonPluck',
    title: 'three columns of a JSON array of records',
    input: json,
    work:
      (input) =>
      ({ jsonPluck }) =>
        jsonPluck(input, jsonQuery),
    peer: {
      name: 'JSON.parse',
      work: (input) => () =>
        (
          JSON.parse(Buffer.from(input).toString('utf8')) as { id: number; price: number; tags: string[] }[]
        ).map(({ id, price, tags }) => [id, price, tags[0]]),
    },
  },
  {
    kernel: 'htmlExtract',
    title: 'link and text of the rows of an HTML table',
    input: html,
    work:
      (input) =>
      ({ htmlExtract }) =>
        htmlExtract(input, htmlQuery),
    peer: {
      name: 'node-html-parser',
      work: (input) => () =>
        parseHTML(Buffer.from(input).toString('utf8'))
          .querySelectorAll('tr.item')
          .map((found) => [found.querySelector('a')?.getAttribute('href'), found.querySelector('a')?.text]),
    },
  },
  {
    kernel: 'charsetDetect',
    title: 'German text in windows-1252',
    input: (size) =>
      Buffer.from(
        repeatTo(size, () => 'Für Größe und Maß gilt: äußerst schön. '),
        'latin1',
      ),
    work:
      (input) =>
      ({ charsetDetect }) =>
        charsetDetect(input),
  },
  {
    kernel: 'zstdDecode',
    title: 'frame of JSON (js: the zlib of Node, from 22.15 on)',
    input: (size) => compressZstd(json(size * 8)),
    work:
      (input) =>
      ({ zstdDecode }) =>
        zstdDecode(input),
  },
];

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
const backends = new Map<Backend, Kernels>([['js', jsKernels]]);
const require = createRequire(import.meta.url);
for (const name of ['native', 'wasm'] as const) {
  const folder = fileURLToPath(new URL(`../accel/npm/${name}`, import.meta.url));
  try {
    backends.set(name, hostKernels(require(folder) as KernelHost));
  } catch (error) {
    console.log(`${name}: not built, run 'npm run build:accel' (${String(error)})`);
  }
}

for (const { kernel, title, input, work, peer } of ROWS) {
  if (!(values.only?.includes(kernel) ?? true)) continue;
  console.log(`\n${kernel}: ${title}; microseconds a call, and how many times as fast as js`);
  console.log(line(['octets', 'js', 'native', '', 'wasm', '', peer?.name ?? '']));
  for (const size of SIZES) {
    const bytes = input(size);
    const subject = work(bytes);
    const costs = measureAll([
      ...(['js', 'native', 'wasm'] as const).map((name) => {
        const kernels = backends.get(name);
        return kernels === undefined || !works(() => subject(kernels)) ? null : () => subject(kernels);
      }),
      peer === undefined ? null : peer.work(bytes),
    ]);
    const [js = null, native, wasm, other] = costs;
    const ratio = (cost: number | null | undefined): string =>
      cost == null || js === null ? '' : `${(js / cost).toFixed(2)}x`;
    console.log(
      line([
        String(bytes.length),
        figure(js),
        figure(native),
        ratio(native),
        figure(wasm),
        ratio(wasm),
        figure(other),
      ]),
    );
  }
  console.log(
    `accelerated from: native ${minBytes('native', kernel)} octets, wasm ${minBytes('wasm', kernel)} octets on`,
  );
}
recordedPage();

/** With the program `zstd`, because not every Node can. */
function compressZstd(content: Uint8Array): Uint8Array {
  const { stdout, error } = spawnSync('zstd', ['-c', '-q'], { input: content, maxBuffer: 2 ** 30 });
  if (error !== undefined) throw error;
  return stdout;
}

/** One large real page, if it is at hand. */
function recordedPage(): void {
  const vectors =
    process.env['TERN_VECTORS'] ?? fileURLToPath(new URL('../../shared/vectors', import.meta.url));
  const path = `${vectors}/../play-pages/app-minecraft-2026.html.gz`;
  if (!existsSync(path) || values.only !== undefined) return;
  const bytes = gunzipSync(readFileSync(path));
  const query = compileHTMLQuery({
    fields: { links: { select: 'a[href]', take: { attribute: 'href' }, all: true } },
  });
  const costs = measureAll([
    ...(['js', 'native', 'wasm'] as const).map((name) => {
      const kernels = backends.get(name);
      return kernels === undefined ? null : () => kernels.htmlExtract(bytes, query);
    }),
    () => parseHTML(bytes.toString('utf8')).querySelectorAll('a[href]').length,
  ]);
  console.log(`\nhtmlExtract: all links of a recorded page of ${bytes.length} octets; microseconds`);
  console.log(line(['', 'js', 'native', '', 'wasm', '', 'node-html-parser']));
  console.log(
    line([
      '',
      ...costs
        .flatMap((cost, index) => [cost == null ? '' : cost.toFixed(0), index % 3 === 0 ? [] : ''])
        .flat(),
    ]),
  );
}

function figure(cost: number | null | undefined): string {
  return cost == null ? '' : cost.toFixed(cost < 10 ? 2 : 0);
}

/** Whether a backend can do this on this Node. */
function works(call: () => unknown): boolean {
  try {
    call();
    return true;
  } catch (error) {
    if (error instanceof KernelFault && error.code === 'unsupported') return false;
    throw error;
  }
}

/** Microseconds a call, the best of several measurements that alternate. */
function measureAll(calls: readonly ((() => unknown) | null)[]): (number | null)[] {
  const best: (number | null)[] = calls.map(() => null);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    calls.forEach((call, index) => {
      if (call === null) return;
      const cost = measure(call);
      best[index] = Math.min(best[index] ?? Number.POSITIVE_INFINITY, cost);
    });
  }
  return best;
}

function measure(call: () => unknown): number {
  let count = 0;
  const started = performance.now();
  let now = started;
  do {
    for (let index = 0; index < 8; index++) call();
    count += 8;
    now = performance.now();
  } while (now - started < SLICE);
  return ((now - started) * 1000) / count;
}

function repeatTo(size: number, part: (index: number) => string): string {
  let text = '';
  for (let index = 0; index === 0 || text.length + part(index).length <= size; index++) text += part(index);
  return text;
}

function line(cells: readonly string[]): string {
  return cells.map((cell, index) => (index === 6 ? cell.padStart(18) : cell.padStart(9))).join('');
}
