import { openAsBlob, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { collectBytes, collectText } from '../../fixtures/collect-body.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { encodeMultipart, type MultipartInit } from './multipart.ts';

const TYPE = 'multipart/form-data; boundary=B';

/** The body in one line with `⏎` for CRLF. */
async function encode(init: MultipartInit): Promise<string> {
  const { body, contentType } = encodeMultipart(init, { contentType: TYPE });
  expect(contentType).toBe(TYPE);
  const text = await collectText(body);
  expect([null, Buffer.byteLength(text)]).toContain(body.length);
  return text.replaceAll('\r\n', '⏎');
}

const field = (name: string, value: string) =>
  `--B⏎Content-Disposition: form-data; name="${name}"⏎⏎${value}⏎`;
const upload = (name: string, value: string, filename = 'upload', type = 'application/octet-stream') =>
  `--B⏎Content-Disposition: form-data; name="${name}"; filename="${filename}"⏎Content-Type: ${type}⏎⏎${value}⏎`;

test('a field and a file without a name', async () => {
  const expected = `${field('text', 'abc')}${upload('file', '<bytes>')}--B--⏎`;
  expect(await encode({ text: 'abc', file: Buffer.from('<bytes>') })).toBe(expected);
  expect(
    await encode([
      ['text', 'abc'],
      ['file', new Blob(['<bytes>'])],
    ]),
  ).toBe(expected);
  expect(
    await encode(
      new Map<string, string | Uint8Array>([
        ['text', 'abc'],
        ['file', Buffer.from('<bytes>')],
      ]),
    ),
  ).toBe(expected);
});

test('the length of a file of 14 bytes is exact', () => {
  const contentType = 'multipart/form-data; boundary=+++';
  const { body } = encodeMultipart({ file: Buffer.from('<file content>') }, { contentType });
  expect(body.length).toBe(138);
});

test('the order is that of the record or the pairs, and lists repeat the name', async () => {
  expect(await encode({ b: new Uint8Array(0), a: [1, true, null, 1.5], u: undefined, c: [] })).toBe(
    `${upload('b', '')}${field('a', '1')}${field('a', 'true')}${field('a', '')}${field('a', '1.5')}--B--⏎`,
  );
  expect(
    await encode([
      ['z', '1'],
      ['a', ['2', { content: '3', filename: 'x.txt' }]],
      ['z', '4'],
    ]),
  ).toBe(
    `${field('z', '1')}${field('a', '2')}${upload('a', '3', 'x.txt', 'text/plain')}${field('z', '4')}--B--⏎`,
  );
});

test('a FormData is sent as the platform sends it', async () => {
  const form = new FormData();
  form.append('na"me\n', 'line 1\nline 2');
  form.append('f', new File(['\n☃\r'], 'sn"ow\n.bin', { type: 'x/y' }));
  form.append('f', new Blob(['b'], { type: 'x/z' }));
  const reference = new Request('http://localhost/', { method: 'POST', body: form });
  const contentType = reference.headers.get('content-type')!;
  const { body } = encodeMultipart(form, { contentType });
  const text = await collectText(body);
  // undici ends the body without the line end that the multipart syntax allows and browsers send.
  expect(text.trimEnd()).toBe((await reference.text()).trimEnd());
});

test('the platform reads what is written', async () => {
  const bytes = new Uint8Array([0, 13, 10, 255]);
  const { body, contentType } = encodeMultipart([
    ['ü', 'ü'],
    ['file', { content: Readable.from(['stream ', 'of ', 'text']), filename: 'ü.txt' }],
    ['bin', bytes],
  ]);
  expect(body.length).toBeNull();
  expect(contentType).toMatch(/^multipart\/form-data; boundary=[\da-f]{32}$/);
  const response = new Response(await collectBytes(body), { headers: { 'content-type': contentType } });
  const form = new Map(await response.formData());
  expect(form.get('ü')).toBe('ü');
  expect(form.get('file')).toMatchObject({ name: 'ü.txt', type: 'text/plain', size: 14 });
  expect(await new Response(form.get('bin')).arrayBuffer()).toEqual(bytes.buffer);
});

test('a body in memory, of blobs or of a file can be sent again; the same file twice is the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tern-'));
  const path = join(folder, 'a.txt');
  writeFileSync(path, 'from disk');
  const { body } = encodeMultipart({
    a: 'b',
    file: await openAsBlob(path),
    made: { content: () => ['x'], length: 1 },
  });
  expect(body.replayable).toBe(true);
  const first = await collectText(body);
  expect(await collectText(body)).toBe(first);
  expect(body.length).toBe(first.length);
  rmSync(folder, { recursive: true });
});

function streams(length?: number): MultipartInit {
  return {
    web: { content: new Blob(['web']).stream(), length },
    node: { content: Readable.from(['node']), filename: 'n.txt', length: 4 },
  };
}

test('streams in time are sent, with or without a length', async () => {
  expect(encodeMultipart(streams()).body.length).toBeNull();
  expect(encodeMultipart(streams(3)).body.length).not.toBeNull();
  const expected = `${upload('web', 'web')}${upload('node', 'node', 'n.txt', 'text/plain')}--B--⏎`;
  expect(await encode(streams())).toBe(expected);
  expect(await encode(streams(3))).toBe(expected);
});

test('no parts is a closing boundary', async () => {
  expect(await encode({})).toBe('--B--⏎');
  expect(await encode(new FormData())).toBe('--B--⏎');
});

const refused: readonly (readonly [unknown, string])[] = [
  ['a=b', 'multipart: got a string'],
  [5, 'multipart: got a number'],
  [new Blob(['x']), 'multipart: got a Blob'],
  [new Uint8Array(1), 'multipart: got a Uint8Array'],
  [['ab'], 'multipart: item 0 is a string, not a pair'],
  [[['a', 'b', 'c']], 'multipart: item 0 is an array, not a pair'],
  [
    [
      ['a', 'b'],
      [5, 'c'],
    ],
    'multipart: the name of item 1 must be a string, not a number',
  ],
  [{ a: { b: 1 } }, "multipart: part 'a': got a plain object without content"],
  [{ a: [['b']] }, "multipart: part 'a': a list in a list"],
  [[['a', undefined]], "multipart: part 'a': got undefined"],
];

test.each(refused)('%o is refused', (init, message) => {
  expect(() => Reflect.apply(encodeMultipart, undefined, [init])).toThrow(InvalidArgument);
  expect(() => Reflect.apply(encodeMultipart, undefined, [init])).toThrow(message);
});
