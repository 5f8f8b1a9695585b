import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { parse as parseHTML } from 'node-html-parser';
import { compileHTMLQuery } from '../src/kernels/html-program.ts';
import { KernelFault } from '../src/kernels/kernel-fault.ts';
import type { Kernels } from '../src/kernels/kernels.ts';
import { minBytes } from '../src/kernels/thresholds.ts';
import { KERNEL_WORK, kernelsOf } from './kernel-work.ts';

/*
 * What a kernel costs in TypeScript, in the accelerators that are built (the crossing included) and in what one would
 * use without kernels, by size of input. `node --import tsx bench/kernels.ts --only jsonPluck`
 */

const SIZES = [16, 32, 48, 64, 96, 128, 192, 256, 512, 1024, 4096, 16_384, 131_072, 1_048_576];
/** Milliseconds that one measurement takes at least, and how many there are, of which the best counts. */
const SLICE = 3;
const TRIES = 25;
/** Milliseconds after which no other try is made. */
const PATIENCE = 3000;
/** An accelerator wins where it is so many times as fast: less is noise. */
const MARGIN = 1.2;

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } });
const backends = new Map<string, Kernels>([['js', kernelsOf('js')]]);
for (const name of ['native', 'wasm'] as const) {
  try {
    backends.set(name, kernelsOf(name));
  } catch (error) {
    console.log(`${name}: not built, run 'npm run build:accel' (${String(error)})`);
  }
}

for (const { kernel, title, input, work, peer } of KERNEL_WORK) {
  if (!(values.only?.includes(kernel) ?? true)) continue;
  console.log(`\n${kernel}: ${title}; microseconds a call, and how many times as fast as js`);
  console.log(line(['octets', 'js', 'native', '', 'wasm', '', peer?.name ?? '']));
  const won = { native: Number.POSITIVE_INFINITY, wasm: Number.POSITIVE_INFINITY };
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
    for (const [name, cost] of [
      ['native', native],
      ['wasm', wasm],
    ] as const) {
      const wins = cost != null && (js === null || js / cost >= MARGIN);
      won[name] = wins ? Math.min(won[name], bytes.length) : Number.POSITIVE_INFINITY;
    }
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
    `wins by ${MARGIN}x from: native ${won.native} octets, wasm ${won.wasm} octets on; ` +
      `is used from: native ${minBytes('native', kernel)}, wasm ${minBytes('wasm', kernel)}`,
  );
}
recordedPage();

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
  const until = performance.now() + PATIENCE;
  for (let attempt = 0; attempt < TRIES && (attempt < 3 || performance.now() < until); attempt++) {
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
  // What is long is not measured more often than it has to be.
  let batch = 1;
  const started = performance.now();
  let now = started;
  do {
    for (let index = 0; index < batch; index++) call();
    count += batch;
    batch = 8;
    now = performance.now();
  } while (now - started < SLICE);
  return ((now - started) * 1000) / count;
}

function line(cells: readonly string[]): string {
  return cells.map((cell, index) => (index === 6 ? cell.padStart(18) : cell.padStart(9))).join('');
}
