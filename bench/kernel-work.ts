import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parse as parseHTML } from 'node-html-parser';
import { compileHTMLQuery } from '../src/kernels/html-program.ts';
import { compileJSONQuery } from '../src/kernels/json-program.ts';
import type { KernelHost, KernelName } from '../src/kernels/kernel-host.ts';
import { hostKernels, jsKernels, type Kernels } from '../src/kernels/kernels.ts';

/** What a kernel is measured with. */
export interface KernelWork {
  readonly kernel: KernelName;
  readonly title: string;
  /** An input of about so many octets. */
  readonly input: (size: number) => Uint8Array;
  readonly work: (input: Uint8Array) => (kernels: Kernels) => unknown;
  /** What does the same without kernels. */
  readonly peer?: { readonly name: string; readonly work: (input: Uint8Array) => () => unknown };
}

/** The kernels of a backend, whatever the size of the input; throws if it has not been built. */
export function kernelsOf(name: 'js' | 'native' | 'wasm'): Kernels {
  if (name === 'js') return jsKernels;
  const folder = fileURLToPath(new URL(`../accel/npm/${name}`, import.meta.url));
  return hostKernels(createRequire(import.meta.url)(folder) as KernelHost);
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

const json = (size: number): Uint8Array => {
  // What is shorter than a record has short ones.
  const part = size < 100 ? (index: number): string => `{"id":${index % 10}}` : record;
  return Buffer.from(`[${repeatTo(size - 2, (index) => `${index === 0 ? '' : ','}${part(index)}`)}]`);
};
const html = (size: number): Uint8Array =>
  size < 200
    ? Buffer.from(repeatTo(size, () => '<tr class=item><a href=/>a</a>'))
    : Buffer.from(
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

export const KERNEL_WORK: readonly KernelWork[] = [
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
          JSON.parse(Buffer.from(input).toString('utf8')) as { id: number; price?: number; tags?: string[] }[]
        ).map(({ id, price, tags }) => [id, price, tags?.[0]]),
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
        'Für Größe und Maß gilt: äußerst schön. '.repeat(Math.ceil(size / 38)).slice(0, size),
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

/** With the program `zstd`, because not every Node can. */
function compressZstd(content: Uint8Array): Uint8Array {
  const { stdout, error } = spawnSync('zstd', ['-c', '-q'], { input: content, maxBuffer: 2 ** 30 });
  if (error !== undefined) throw error;
  return stdout;
}

function repeatTo(size: number, part: (index: number) => string): string {
  let text = '';
  for (let index = 0; index === 0 || text.length + part(index).length <= size; index++) text += part(index);
  return text;
}
