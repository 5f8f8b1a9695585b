import { createReadStream, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { MultipartInit, RequestOptions } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { bytes } from '../support/contents.ts';
import { TYPE, bodyOf, receiver, refuses } from '../support/multipart.ts';

/** The head of the one part that a value makes. */
function headOf(t: CaseContext, value: unknown, name = 'n'): string {
  const text = bodyOf(t, { [name]: value } as MultipartInit);
  return text.slice('--B⏎Content-Disposition: form-data; '.length, text.indexOf('⏎⏎'));
}

const UPLOAD = 'name="n"; filename="upload"⏎Content-Type: application/octet-stream';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'MP-05',
    rows: ['MP-05'],
    title: 'the head of a field is its name and nothing else',
    verdict: 'same',
    rfc: 'RFC 7578 §4.2',
    layer: 'model',
    run(t) {
      for (const value of ['abc', '', 5, true, null]) t.assert.equal(headOf(t, value), 'name="n"');
      t.assert.equal(
        bodyOf(t, { n: 'a\nb\rc\r\nd' }),
        '--B⏎Content-Disposition: form-data; name="n"⏎⏎a⏎b⏎c⏎d⏎--B--⏎',
      );
    },
  },
  {
    id: 'MP-06',
    rows: ['MP-06'],
    title: 'the head of a file: disposition, own fields, type; a type among the own fields wins',
    verdict: 'same',
    rfc: 'RFC 7578 §4',
    layer: 'model',
    run(t) {
      const content = bytes('x');
      t.assert.equal(
        headOf(t, {
          content,
          filename: 'a.txt',
          headers: { Expires: '0', 'X-Own': '☃' },
        }),
        'name="n"; filename="a.txt"⏎Expires: 0⏎X-Own: ☃⏎Content-Type: text/plain',
      );
      t.assert.equal(
        headOf(t, {
          content,
          filename: 'a.txt',
          type: 'image/png',
          headers: [
            ['X-A', '1'],
            ['X-A', '2'],
          ],
        }),
        'name="n"; filename="a.txt"⏎X-A: 1⏎X-A: 2⏎Content-Type: image/png',
      );
      t.assert.equal(
        headOf(t, {
          content,
          filename: 'a.txt',
          type: 'image/png',
          headers: { 'content-type': 'text/csv', 'X-A': '1' },
        }),
        'name="n"; filename="a.txt"⏎content-type: text/csv⏎X-A: 1',
      );
      for (const headers of [
        { 'X A': '1' },
        { 'X-A': '1\r\nX-B: 2' },
        { 'Content-Disposition': 'form-data' },
        { 'X-A': bytes('1') },
      ])
        refuses(t, { n: { content, headers } }, /^multipart: part 'n': /);
      refuses(t, { n: { content, type: 'a/b\r\nX: y' } }, /part 'n': type/);
    },
  },
  {
    id: 'MP-07',
    rows: ['MP-07'],
    title: 'a bare file is named by its path or its own name, else upload',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const { send } = await receiver(t);
      const path = `${t.tempDir()}/notes.md`;
      writeFileSync(path, 'text');
      const handle = await open(path);
      t.defer(() => handle.close());
      const named: readonly (readonly [RequestOptions['multipart'], string])[] = [
        [{ n: createReadStream(path) }, 'name="n"; filename="notes.md"⏎Content-Type: text/markdown'],
        [{ n: new File(['text'], 'own.csv') }, 'name="n"; filename="own.csv"⏎Content-Type: text/csv'],
        [{ n: bytes('text') }, UPLOAD],
        [{ n: new Blob(['text']) }, UPLOAD],
        [{ n: Readable.from([bytes('text')]) }, UPLOAD],
        [{ n: handle }, UPLOAD],
        [
          { n: { content: createReadStream(path), filename: 'other.txt' } },
          'name="n"; filename="other.txt"⏎Content-Type: text/plain',
        ],
      ];
      for (const [multipart, head] of named)
        t.assert.equal(
          (await send({ multipart: multipart!, headers: TYPE })).body.text.replaceAll('\r\n', '⏎'),
          `--B⏎Content-Disposition: form-data; ${head}⏎⏎text⏎--B--⏎`,
        );
    },
  },
  {
    id: 'MP-08',
    rows: ['MP-08'],
    title:
      'a file name can be switched off, and the guessed type with it; a given type is written all the same',
    verdict: 'same',
    layer: 'model',
    run(t) {
      for (const filename of [null, '']) {
        t.assert.equal(headOf(t, { content: bytes('x'), filename }), 'name="n"');
        t.assert.equal(
          headOf(t, { content: bytes('x'), filename, type: 'a/b' }),
          'name="n"⏎Content-Type: a/b',
        );
      }
      t.assert.equal(headOf(t, { content: 'text' }), 'name="n"');
      t.assert.equal(
        headOf(t, { content: bytes('x'), filename: 'a.txt', type: null }),
        'name="n"; filename="a.txt"',
      );
    },
  },
  {
    id: 'MP-09',
    rows: ['MP-09'],
    title: 'the type is guessed from the extension, else it is octets; a Blob says its own',
    verdict: 'same',
    layer: 'model',
    run(t) {
      for (const [filename, type] of [
        ['a.txt', 'text/plain'],
        ['a.JSON', 'application/json'],
        ['a.b.png', 'image/png'],
        ['a', 'application/octet-stream'],
        ['a.unheard-of', 'application/octet-stream'],
      ] as const)
        t.assert.equal(
          headOf(t, { content: bytes('x'), filename }),
          `name="n"; filename="${filename}"⏎Content-Type: ${type}`,
        );
    },
  },
  {
    id: 'MP-10',
    rows: ['MP-10'],
    title: 'in names only quotes and line ends are escaped, everything else goes out as UTF-8',
    verdict: 'fixed:D29',
    rfc: 'HTML Standard, multipart/form-data encoding algorithm',
    layer: 'bytes',
    async run(t) {
      const { send } = await receiver(t);
      const content = bytes('x');
      t.assert.equal(
        headOf(t, { content, filename: 'a"\\b\n\r%22\t\0.txt', type: null }),
        'name="n"; filename="a%22\\b%0A%0D%22\t\0.txt"',
      );
      t.assert.equal(headOf(t, 'x', 'a"\\b%22'), 'name="a%22\\b%22"');
      t.assert.equal(headOf(t, 'x', 'a\nb\rc\r\nd'), 'name="a%0D%0Ab%0D%0Ac%0D%0Ad"');
      const sent = await send({
        multipart: { 'näme☃': { content, filename: 'fïle', type: null } },
        headers: TYPE,
      });
      t.assert.ok(sent.body.bytes.includes(Buffer.from('name="näme☃"; filename="fïle"\r\n\r\n')));
    },
  },
  {
    id: 'MP-11',
    rows: ['MP-11'],
    title: 'the values of fields are text, numbers, booleans and null; anything else is refused by name',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const text = (value: unknown): string => {
        const body = bodyOf(t, { n: value } as MultipartInit);
        return body.slice(body.indexOf('⏎⏎') + 2, body.indexOf('⏎--B--'));
      };
      t.assert.deepEqual(['abc', 1.5, 10n, true, false, null].map(text), [
        'abc',
        '1.5',
        '10',
        'true',
        'false',
        '',
      ]);
      for (const value of [{ a: 1 }, {}, new Map(), new Date(), Symbol('x'), [['x']]])
        refuses(t, { n: value }, /^multipart: part 'n': /);
      refuses(t, [['n', undefined]], /part 'n': got undefined/);
      refuses(t, [[1, 'x']], /the name of item 0 must be a string, not a number/);
      refuses(t, [['n']], /item 0 is an array, not a pair/);
      for (const init of ['a=1', 5, bytes('x'), new Blob(['x'])]) refuses(t, init, /^multipart: got /);
    },
  },
  {
    id: 'MP-11.bytes',
    rows: ['MP-11'],
    title: 'octets are a file; as a field they are a part whose file name is switched off',
    verdict: 'differs:fields and files are one list, so the kind of the value tells them apart',
    layer: 'model',
    run(t) {
      t.assert.equal(headOf(t, bytes('x')), UPLOAD);
      t.assert.equal(headOf(t, { content: bytes('x'), filename: null }), 'name="n"');
    },
  },
  {
    id: 'MP-12',
    rows: ['MP-12'],
    title: 'the content of a file is octets or text in UTF-8; a stream in text mode is refused',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const { send } = await receiver(t);
      const filename = 'a.bin';
      for (const content of [
        'é\n',
        bytes('é\n'),
        new Blob(['é\n']),
        ['é', bytes('\n')],
        Readable.from(['é', '\n']),
      ]) {
        const sent = await send({ multipart: { n: { content, filename } }, headers: TYPE });
        t.assert.ok(sent.body.text.endsWith('\r\n\r\né\n\r\n--B--\r\n'), sent.body.text);
      }
      const inTextMode = Readable.from([Buffer.from('\xff', 'latin1')], { objectMode: false }).setEncoding(
        'latin1',
      );
      refuses(t, { n: inTextMode }, /part 'n': the stream gives text.*without an encoding/);
      refuses(t, { n: { content: inTextMode, filename } }, /part 'n': the stream gives text/);
      refuses(t, { n: { content: 5 } }, /part 'n': .*a number/);
    },
  },
];
