import { inspect } from 'node:util';
import { reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';

/** A JSON text in an encoding, with a byte order mark or without one. */
function encoded(text: string, encoding: string, hasMark: boolean): Buffer {
  const marked = hasMark ? `\ufeff${text}` : text;
  const [family, order] = encoding.split(' ');
  if (family === 'utf-8') return Buffer.from(marked);
  const width = family === 'utf-16' ? 2 : 4;
  const units =
    width === 2
      ? Array.from(
          Buffer.from(marked, 'utf16le').toString('binary').match(/../gs) ?? [],
          (pair) => pair.charCodeAt(0) + pair.charCodeAt(1) * 256,
        )
      : Array.from(marked, (char) => char.codePointAt(0)!);
  const bytes = Buffer.alloc(units.length * width);
  for (const [index, unit] of units.entries()) {
    if (order === 'le') bytes.writeUIntLE(unit, index * width, width);
    else bytes.writeUIntBE(unit, index * width, width);
  }
  return bytes;
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RS-14',
    rows: ['RS-14'],
    title:
      'json() finds the encoding out from the octets: UTF-8, UTF-16 or UTF-32, with a mark or without one',
    verdict: 'same',
    rfc: 'RFC 8259 §8.1',
    layer: 'bytes',
    splits: ['whole', 'random'],
    async run(t) {
      const value = { greeting: 'hé☃😀', n: [1, null, true] };
      const text = JSON.stringify(value);
      for (const encoding of ['utf-8', 'utf-16 le', 'utf-16 be', 'utf-32 le', 'utf-32 be'])
        for (const hasMark of [false, true]) {
          const server = await t.replies(
            reply(
              200,
              [['Content-Type', 'application/json; charset=koi8-r']],
              encoded(text, encoding, hasMark),
            ),
          );
          const response = await t.client().get(server.url());
          t.assert.deepEqual(response.json(), value, `${encoding} ${hasMark}`);
          t.assert.deepEqual(response.json(), value);
        }
    },
  },
  {
    id: 'RS-14.invalid',
    rows: ['RS-14'],
    title: 'what is no JSON is an error of the response, which quotes nothing of it; so is an empty body',
    verdict: 'differs:the error is one of the tree, and tells line and column',
    layer: 'bytes',
    async run(t) {
      for (const [content, message] of [
        ['', /the body is empty/],
        ['\ufeff', /the body is empty/],
        ['{"geheim": }', /position 11 \(line 1, column 12\)/],
        ['{"geheim":\n1,}', /line 2, column 3/],
        ['[NaN]', /position 1 /],
        [Buffer.from('22c328', 'hex'), /octet 1 is not valid UTF-8/],
        ['1 2', /position 2 /],
      ] as const) {
        const server = await t.replies(reply(200, [], content));
        const response = await t.client().get(server.url());
        t.assert.throws(
          () => response.json(),
          (error: unknown) => {
            t.assert.ok(error instanceof t.tern.DecodingError, String(error));
            const { code, request, message: text } = error as InstanceType<typeof t.tern.DecodingError>;
            t.assert.deepEqual([code, request], ['ERR_INVALID_JSON', response.request]);
            t.assert.match(text, message);
            t.assert.doesNotMatch(inspect(error), /geheim/);
            return true;
          },
        );
      }
    },
  },
  {
    id: 'RS-14.reviver',
    rows: ['RS-14'],
    title: 'a reviver is handed on to the parser, and what it throws comes out',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const response = new t.tern.Response(200, { json: { at: '1970-01-01T00:00:00.000Z' } });
      const revived = response.json<{ at: Date }>((key, value) =>
        key === 'at' ? new Date(String(value)) : value,
      );
      t.assert.equal(revived.at.getTime(), 0);
      const failure = new Error('of the reviver');
      t.assert.throws(
        () =>
          response.json(() => {
            throw failure;
          }),
        (error: unknown) => error === failure,
      );
    },
  },
];
