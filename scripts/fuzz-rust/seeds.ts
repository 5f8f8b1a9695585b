import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileHTMLQuery } from '../../src/kernels/html-program.ts';
import { compileJSONQuery } from '../../src/kernels/json-program.ts';
import { KERNEL_VECTORS } from '../../src/kernels/kernel-vectors.ts';

const vectors =
  process.env['TERN_VECTORS'] ?? fileURLToPath(new URL('../../../shared/vectors', import.meta.url));

/** What is fuzzed, by name. */
export const TARGETS = [
  'http1',
  'http2',
  'hpack',
  'jsonValidate',
  'jsonPluck',
  'htmlExtract',
  'charsetDetect',
  'zstdDecode',
] as const;

export type Target = (typeof TARGETS)[number];

const JSON_QUERIES = [
  compileJSONQuery({ columns: { a: ['a'] } }),
  compileJSONQuery({
    rows: [{ each: true }],
    columns: { id: ['id'], tag: ['tags', 0], field: [{ field: 3 }] },
  }),
  compileJSONQuery({ columns: { inner: ['a', { embedded: true }, 0] } }),
];
const HTML_QUERIES = [
  compileHTMLQuery({ rows: 'li, tr', fields: { link: { select: 'a[href]', take: { attribute: 'href' } } } }),
  compileHTMLQuery({ fields: { text: { select: 'p:not(.a) > b', take: 'text', all: true } } }),
  compileHTMLQuery({ fields: { all: { select: ':nth-child(2n+1) ~ *', take: 'outer', all: true } } }),
];

/** Writes the inputs to begin with into a folder, and says how many they are. They are of the vectors, if those are there. */
export function writeSeeds(target: Target, folder: string): number {
  mkdirSync(folder, { recursive: true });
  const seeds = seedsOf(target);
  seeds.forEach((seed, index) => {
    writeFileSync(join(folder, String(index)), seed);
  });
  return seeds.length;
}

/** Puts octets in front of an input. */
function behind(...front: number[]): (input: Uint8Array) => Buffer {
  return (input) => Buffer.concat([Buffer.from(front), input]);
}

function seedsOf(target: Target): Uint8Array[] {
  switch (target) {
    case 'http1':
      return textsIn('http1-parsing/hyper-client.json', 'http1-parsing/go-response.json')
        .filter((text) => text.startsWith('HTTP/'))
        .map((text) => behind(0, 20)(Buffer.from(text, 'latin1')));
    case 'http2':
      return FRAMES.map(behind(10));
    case 'hpack':
      return SECTIONS.map(behind(10));
    case 'jsonValidate':
      return jsonTexts();
    case 'jsonPluck':
      return jsonTexts().map((input, index) => withProgram(JSON_QUERIES[index % 3]!.bytes, input));
    case 'htmlExtract':
      return textsIn('html/html5lib-tokenizer.json', 'html/html5lib-tree-construction.json')
        .filter((text) => text.includes('<'))
        .map((text, index) => withProgram(HTML_QUERIES[index % 3]!.bytes, Buffer.from(text)));
    case 'charsetDetect':
      return [
        ...base64In('charset/html5lib-encoding.json'),
        Buffer.from(KERNEL_VECTORS.charsetDetect[0]!.input, 'latin1'),
      ].map(behind(0));
    default:
      return [
        ...base64In('content-encoding/share.json').filter((octets) => octets.readUInt32LE(0) === 0xfd2fb528),
        Buffer.from(KERNEL_VECTORS.zstdDecode[0]!.input, 'latin1'),
      ].map(behind(16));
  }
}

/** A length in words, the program, and the input. */
function withProgram(program: Uint8Array, input: Uint8Array): Uint8Array {
  const words = Math.ceil(program.length / 4);
  const padding = Buffer.alloc(words * 4 - program.length);
  return Buffer.concat([Buffer.from([words]), program, padding, input]);
}

function jsonTexts(): Buffer[] {
  return [
    ...base64In('json/JSONTestSuite.json'),
    Buffer.from('[{"id":1,"tags":["a"]},{"a":"[\\"\\u00e9\\"]"}]'),
  ];
}

/** Every text in files of vectors that is long enough to be one. */
function textsIn(...files: string[]): string[] {
  return files.flatMap((file) => {
    const path = join(vectors, file);
    const texts: string[] = [];
    if (!existsSync(path)) return texts;
    JSON.parse(readFileSync(path, 'utf8'), (_key, value: unknown) => {
      if (typeof value === 'string' && value.length < 4096) texts.push(value);
      return null;
    });
    return texts;
  });
}

function base64In(file: string): Buffer[] {
  const texts = textsIn(file).filter((text) => /^(?:[\w+/]{4})+(?:[\w+/]{2}==|[\w+/]{3}=)?$/.test(text));
  return texts.map((text) => Buffer.from(text, 'base64')).filter(({ length }) => length >= 4);
}

const OK = 0x88;
/** `:status: 200`; a literal that is kept; one that is not; a change of the table's size; Huffman-coded text. */
const SECTIONS = [
  [OK],
  [OK, 0x40, 1, 0x61, 1, 0x62, 0xbe],
  [OK, 0, 1, 0x61, 1, 0x62, 0x10, 1, 0x63, 0],
  [0x20, 0x3f, 0xe1, 0x1f, OK],
  [OK, 0x54, 0x83, 0xee, 0x3a, 0x2d, 0x2f],
  [0x48, 0x03, 0x31, 0x30, 0x33, OK, OK],
].map((octets) => Buffer.from(octets));

function frame(kind: number, flags: number, stream: number, payload: readonly number[]): number[] {
  return [0, 0, payload.length, kind, flags, 0, 0, 0, stream, ...payload];
}

/** Of every kind one, and a response whose fields are in two. */
const FRAMES = [
  frame(0, 1, 1, [0x61, 0x62]),
  [...frame(1, 4, 1, [OK]), ...frame(0, 8, 1, [1, 0x61, 0]), ...frame(0, 1, 1, [0x62])],
  [...frame(1, 0, 1, [OK, 0x40, 1]), ...frame(9, 4, 1, [0x61, 1, 0x62]), ...frame(1, 5, 1, [0xbe])],
  frame(1, 0x2d, 3, [2, 0, 0, 0, 0, 9, OK, 0, 0]),
  frame(2, 0, 1, [0, 0, 0, 0, 9]),
  frame(3, 0, 1, [0, 0, 0, 8]),
  [...frame(4, 0, 0, [0, 3, 0, 0, 0, 9, 0, 4, 0, 1, 0, 0]), ...frame(4, 1, 0, [])],
  frame(5, 4, 1, [0, 0, 0, 2, OK]),
  frame(6, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]),
  frame(7, 0, 0, [0, 0, 0, 1, 0, 0, 0, 0]),
  frame(8, 0, 5, [0, 0, 1, 0]),
].map((octets) => Buffer.from(octets));
