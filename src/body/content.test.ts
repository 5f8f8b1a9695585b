import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { collectText } from '../../fixtures/collect-body.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { StreamConsumed } from '../errors/stream-consumed.ts';
import { QueryParams } from '../models/query-params.ts';
import { type ContentInit, encodeContent } from './content.ts';
import type { RequestBody } from './request-body.ts';

/** As JavaScript calls it. */
function encodeAny(value: unknown): RequestBody {
  return Reflect.apply(encodeContent, undefined, [value]);
}

let folder: string;
let path: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tern-'));
  path = join(folder, 'snow.txt');
  writeFileSync(path, '☃☃');
});
afterAll(() => rmSync(folder, { recursive: true }));

function* generate(): Generator<string> {
  yield '☃';
  yield '☃';
}

async function* generateInTime(): AsyncGenerator<string> {
  yield* generate();
}

const sources: readonly (readonly [
  kind: string,
  make: () => ContentInit,
  length: number | null,
  replayable: boolean,
])[] = [
  ['a string', () => '☃☃', 6, true],
  ['bytes', () => Buffer.from('☃☃'), 6, true],
  ['an ArrayBuffer', () => new TextEncoder().encode('☃☃').buffer, 6, true],
  ['a DataView', () => new DataView(new TextEncoder().encode('☃☃').buffer), 6, true],
  ['a Blob', () => new Blob(['☃☃']), 6, true],
  ['a File', () => new File(['☃', '☃'], 'snow.txt'), 6, true],
  ['a web stream', () => new Blob(['☃☃']).stream(), null, false],
  ['a Node.js stream', () => Readable.from(['☃☃']), null, false],
  ['a file stream', () => createReadStream(path), 6, false],
  ['an array', () => ['☃', Buffer.from('☃')], null, true],
  ['a generator', () => generate(), null, false],
  ['an async generator', () => generateInTime(), null, false],
  ['a function', () => () => '☃☃', null, true],
  ['a function of streams', () => () => createReadStream(path), null, true],
  ['a function of promises', () => async () => new Blob(['☃☃']), null, true],
  ['a generator function', () => generate, null, true],
  ['an async generator function', () => generateInTime, null, true],
];

test.each(sources)('%s', async (_kind, make, length, replayable) => {
  const body = encodeContent(make());
  expect(body.length).toBe(length);
  expect(body.replayable).toBe(replayable);
  expect(await collectText(body)).toBe('☃☃');
});

const replayableSources = sources.filter(([, , , replayable]) => replayable);
const oneShotSources = sources.filter(([, , , replayable]) => !replayable);

test.each(replayableSources)('%s is sent twice', async (_kind, make) => {
  const body = encodeContent(make());
  await collectText(body);
  expect(await collectText(body)).toBe('☃☃');
});

test.each(oneShotSources)('%s is sent once', async (_kind, make) => {
  const body = encodeContent(make());
  await collectText(body);
  expect(() => body.open()).toThrow(StreamConsumed);
});

test('a FileHandle', async () => {
  const handle = await open(path);
  const body = encodeContent(handle);
  expect(body).toMatchObject({ length: 6, replayable: true });
  expect([await collectText(body), await collectText(body)]).toEqual(['☃☃', '☃☃']);
  await handle.close();
});

test('what is in memory is there at once, uncopied', () => {
  const bytes = new Uint8Array([1, 2]);
  expect(encodeContent(bytes).bytes).toBe(bytes);
  expect(encodeContent('ü').bytes).toEqual(new Uint8Array([0xc3, 0xbc]));
  expect(encodeContent('').length).toBe(0);
});

const refused: readonly (readonly [unknown, string])[] = [
  [{ a: 1 }, 'content: got a plain object, which has no octets of its own; pass it as json or form'],
  [5, 'content: got a number'],
  [true, 'content: got a boolean'],
  [null, 'content: got null'],
  [undefined, 'content: got undefined'],
  [new Map([['a', 'b']]), 'content: got a Map'],
  [new FormData(), 'content: got a FormData, which has no octets of its own; pass it as multipart'],
  [new URLSearchParams('a=b'), 'pass it as form'],
  [new QueryParams('a=b'), 'pass it as form'],
  [new Headers({ a: 'b' }), 'content: got a Headers'],
  [new Date(), 'content: got a Date'],
  [Promise.resolve('a'), 'content: got a Promise; await it'],
];

test.each(refused)('%o is refused with advice', (value, message) => {
  expect(() => encodeAny(value)).toThrow(InvalidArgument);
  expect(() => encodeAny(value)).toThrow(message);
});

test('a chunk of the wrong type is refused when it comes', async () => {
  await expect(collectText(encodeAny([1, 2]))).rejects.toThrow(InvalidArgument);
  await expect(collectText(encodeAny(() => 5))).rejects.toThrow('content: got a number');
});
