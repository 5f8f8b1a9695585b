import { reply } from '../../fixtures/reply-server.ts';
import type { ClientOptions, Response } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { collect } from '../support/readers.ts';
import { INVALID } from '../support/refusals.ts';
import { streamed } from '../support/streamed-response.ts';

const latin = (text: string): Buffer => Buffer.from(text, 'latin1');

const hex = (digits: string): Buffer => Buffer.from(digits.replaceAll(' ', ''), 'hex');

/** The response to a request, with a type and a body. */
async function answer(
  t: CaseContext,
  body: string | Uint8Array,
  type?: string,
  options?: ClientOptions,
): Promise<Response> {
  const fields = type === undefined ? [] : ([['Content-Type', type]] as const);
  const server = await t.replies(reply(200, fields, body));
  return t.client(options).get(server.url());
}

/** The text of a body, read and in pieces, which have to agree. */
async function textOf(
  t: CaseContext,
  chunks: readonly (string | Uint8Array)[],
  type?: string,
  options?: ClientOptions,
): Promise<string> {
  const whole = (await (await streamed(t, chunks, type, options)).read()).text;
  const pieces = await collect((await streamed(t, chunks, type, options)).iterText());
  t.assert.equal(pieces.join(''), whole, `pieces, ${type}`);
  t.assert.ok(!pieces.includes(''), 'an empty piece');
  return whole;
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'TX-01',
    rows: ['TX-01'],
    title: 'the charset: the one that is set, else that of the type, else the default, else UTF-8',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const text = latin('caf\xe9');
      const typed = 'text/plain; charset=ISO-8859-1';
      const cyrillic: ClientOptions = { defaultEncoding: 'windows-1251' };
      const seen = async (
        type: string | undefined,
        options?: ClientOptions,
        set?: string,
      ): Promise<unknown[]> => {
        const response = await answer(t, text, type, options);
        if (set !== undefined) response.encoding = set;
        return [response.encoding, response.text];
      };
      t.assert.deepEqual(await seen(typed, cyrillic, 'koi8-r'), ['koi8-r', 'cafИ']);
      t.assert.deepEqual(await seen(typed, cyrillic), ['windows-1252', 'café']);
      t.assert.deepEqual(await seen('text/plain', cyrillic), ['windows-1251', 'cafй']);
      t.assert.deepEqual(await seen(undefined, cyrillic), ['windows-1251', 'cafй']);
      t.assert.deepEqual(await seen('text/plain'), ['utf-8', 'caf\ufffd']);
      t.assert.throws(() => t.client({ defaultEncoding: 'klingon' }), INVALID);
    },
  },
  {
    id: 'TX-01.function',
    rows: ['TX-01'],
    title:
      'the default may be a function of the octets, which is asked once, and only if the type says nothing',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const asked: string[] = [];
      const defaultEncoding = (bytes: Uint8Array): string => {
        asked.push(Buffer.from(bytes).toString('latin1'));
        return 'latin1';
      };
      const guessed = await answer(t, latin('caf\xe9'), 'text/plain', { defaultEncoding });
      t.assert.deepEqual([guessed.encoding, guessed.text, guessed.text], ['windows-1252', 'café', 'café']);
      t.assert.deepEqual(asked, ['caf\xe9']);
      await answer(t, 'é', 'text/plain; charset=utf-8', { defaultEncoding }).then(({ text }) => text);
      t.assert.equal(asked.length, 1);
      for (const nothing of [() => undefined, () => 'klingon'])
        t.assert.equal((await answer(t, 'é', 'text/plain', { defaultEncoding: nothing })).text, 'é');
    },
  },
  {
    id: 'TX-01.stream',
    rows: ['TX-01'],
    title: 'a charset that is set on a streamed response holds for its pieces, and for what it reads',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const chunks = [latin('caf'), latin('\xe9')];
      const pieces = await streamed(t, chunks, 'text/plain; charset=utf-8');
      pieces.encoding = 'latin1';
      t.assert.equal((await collect(pieces.iterText())).join(''), 'café');
      const lines = await streamed(t, chunks);
      lines.encoding = 'latin1';
      t.assert.deepEqual(await collect(lines.iterLines()), ['café']);
      const read = await streamed(t, chunks);
      read.encoding = 'latin1';
      t.assert.equal((await read.read()).text, 'café');
      t.assert.equal((await collect(read.iterText())).join(''), 'café');
    },
  },
  {
    id: 'TX-02',
    rows: ['TX-02'],
    title: 'a charset that nobody knows counts as none',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      for (const label of ['klingon', '', '"', 'base64', 'rot13', 'utf-32', 'x'.repeat(1000)])
        t.assert.equal(await textOf(t, ['é'], `text/plain; charset=${label}`), 'é', label);
      t.assert.equal(
        await textOf(t, [latin('\xe9')], 'text/plain; charset=klingon', { defaultEncoding: 'latin1' }),
        'é',
      );
    },
  },
  {
    id: 'TX-03',
    rows: ['TX-03'],
    title: 'the charset cannot be set after the text was read, nor to one that nobody knows',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const response = await answer(t, 'é');
      t.assert.throws(() => (response.encoding = 'klingon'), INVALID);
      response.encoding = 'latin1';
      response.encoding = 'utf-8';
      t.assert.equal(response.text, 'é');
      t.assert.throws(() => (response.encoding = 'latin1'), INVALID);
      t.assert.throws(() => (response.encoding = 'latin1'), /after the text has been read/);
      t.assert.equal(response.text, 'é');
      const pieces = await streamed(t, ['é']);
      const iterator = pieces.iterText();
      t.assert.throws(() => (pieces.encoding = 'latin1'), INVALID);
      t.assert.equal((await collect(iterator)).join(''), 'é');
    },
  },
  {
    id: 'TX-04',
    rows: ['TX-04'],
    title: 'a default that looks at the octets is not asked while they stream; UTF-8 is taken',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      let asked = 0;
      const defaultEncoding = (): string => {
        asked++;
        return 'latin1';
      };
      const response = await streamed(t, ['caf', 'é'], 'text/plain', { defaultEncoding });
      t.assert.equal(response.encoding, undefined);
      t.assert.equal((await collect(response.iterText())).join(''), 'café');
      t.assert.equal(asked, 0);
      const read = await streamed(t, [latin('\xe9')], 'text/plain', { defaultEncoding });
      await read.read();
      t.assert.equal((await collect(read.iterText())).join(''), 'é');
      t.assert.equal(asked, 1);
    },
  },
  {
    id: 'TX-05',
    rows: ['TX-05'],
    title: 'what is invalid becomes U+FFFD and never an error; what is cut between chunks is joined',
    verdict: 'same',
    rfc: 'Encoding Standard §4',
    layer: 'bytes',
    async run(t) {
      const texts: readonly (readonly [readonly Buffer[], string, string])[] = [
        [[hex('e298'), hex('8378'), hex('e2')], 'utf-8', '☃x\ufffd'],
        [[hex('f09f'), hex('98'), hex('80')], 'utf-8', '😀'],
        [[hex('ff'), hex('61')], 'utf-8', '\ufffda'],
        [[hex('c0af')], 'utf-8', '\ufffd\ufffd'],
        [[hex('eda080')], 'utf-8', '\ufffd\ufffd\ufffd'],
        [[hex('f09f98')], 'utf-8', '\ufffd'],
        [[hex('8367'), hex('83'), hex('8983 7883 8b')], 'shift_jis', 'トラベル'],
        [[hex('d8'), hex('3dde00')], 'utf-16be', '😀'],
        [[hex('3dd8'), hex('00')], 'utf-16le', '\ufffd'],
        [[hex('1b2442'), hex('24'), hex('22')], 'iso-2022-jp', 'あ'],
      ];
      for (const [chunks, charset, text] of texts)
        t.assert.equal(await textOf(t, chunks, `text/plain; charset=${charset}`), text, `${charset} ${text}`);
      const noise = t.random.bytes(2000);
      t.assert.equal(
        await textOf(t, t.random.splits(noise, 7), 'text/plain'),
        new TextDecoder().decode(noise),
      );
    },
  },
  {
    id: 'TX-06',
    rows: ['TX-06'],
    title: 'a byte order mark is removed, and tells the encoding against whatever else is said',
    verdict: 'fixed:D17',
    rfc: 'Encoding Standard §6',
    layer: 'bytes',
    async run(t) {
      const marked: readonly (readonly [string, string])[] = [
        ['efbbbf c3a9', 'é'],
        ['feff 00e9', 'é'],
        ['fffe e900', 'é'],
        ['efbbbf efbbbf 61', '\ufeffa'],
        ['efbbbf', ''],
        ['61 efbbbf', 'a\ufeff'],
      ];
      for (const [digits, text] of marked) {
        const bytes = hex(digits);
        for (const charset of ['utf-8', 'windows-1252']) {
          if (digits.startsWith('61') && charset !== 'utf-8') continue;
          for (const chunks of [[bytes], Array.from(bytes, (byte) => Uint8Array.of(byte))])
            t.assert.equal(
              await textOf(t, chunks, `text/plain; charset=${charset}`),
              text,
              `${digits} ${charset}`,
            );
        }
      }
      t.assert.equal(await textOf(t, [hex('efbb'), hex('61')], 'text/plain'), '\ufffda');
    },
  },
  {
    id: 'TX-07',
    rows: ['TX-07'],
    title: 'charsets are called as on the web, with the usual names of other worlds besides',
    verdict: 'fixed:D17',
    rfc: 'Encoding Standard §4.2',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      const labels: readonly (readonly [string, string, string])[] = [
        ['iso-8859-1', '80 e9', '€é'],
        ['latin1', '80', '€'],
        ['latin-1', '80', '€'],
        ['us-ascii', 'e9', 'é'],
        ['cp1252', '80', '€'],
        ['windows-1252', '80', '€'],
        ['UTF8', 'c3a9', 'é'],
        ['unicode-1-1-utf-8', 'c3a9', 'é'],
        ['utf_8', 'c3a9', 'é'],
        ['x-sjis', '8367', 'ト'],
        ['cp932', '8367', 'ト'],
        ['gb2312', 'd6d0', '中'],
        ['cp936', 'd6d0', '中'],
        ['big5-hkscs', 'a4a4', '中'],
        ['euc-kr', 'c7d1', '한'],
        ['koi8-r', 'c1', 'а'],
        ['iso-8859-15', 'a4', '€'],
        ['macintosh', '8e', 'é'],
      ];
      for (const [label, digits, text] of labels)
        t.assert.equal((await answer(t, hex(digits), `text/plain; charset=${label}`)).text, text, label);
    },
  },
  {
    id: 'TX-08',
    rows: ['TX-08'],
    title: 'spellings of the charset parameter that are understood, and those that are not',
    verdict: 'same',
    rfc: 'RFC 9110 §8.3.2',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      const understood = [
        'text/plain; charset=koi8-r',
        'text/plain;charset=koi8-r',
        'text/plain; charset="koi8-r"',
        'text/plain; Charset=KOI8-R',
        'TEXT/PLAIN; format=flowed; charset=koi8-r',
        'text/plain; charset=koi8-r; charset=utf-8',
        'text/plain; charset="koi8\\-r"',
      ];
      for (const type of understood) t.assert.equal((await answer(t, hex('c1'), type)).text, 'а', type);
      const not = [
        "text/plain; charset='koi8-r'",
        'text/plain; charset = koi8-r',
        'charset=koi8-r',
        'text; charset=koi8-r',
        'text/plain; xcharset=koi8-r',
      ];
      for (const type of not) t.assert.equal((await answer(t, hex('c1'), type)).text, '\ufffd', type);
    },
  },
  {
    id: 'TX-08.several',
    rows: ['TX-08'],
    title: 'of several types the last one counts, with the charset of an equal one before it',
    verdict:
      'differs:the rules of fetch for a repeated Content-Type; an encoded parameter (RFC 2231) is none there',
    rfc: 'Fetch Standard, extract a MIME type',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      for (const [type, text] of [
        ['text/html; charset=koi8-r, text/html', 'а'],
        ['text/html; charset=koi8-r, text/plain', '\ufffd'],
        ['text/html, text/plain; charset=koi8-r', 'а'],
        ["text/plain; charset*=us-ascii'en'koi8-r", '\ufffd'],
      ] as const)
        t.assert.equal((await answer(t, hex('c1'), type)).text, text, type);
      const server = await t.replies(
        reply(
          200,
          [
            ['Content-Type', 'text/html; charset=koi8-r'],
            ['Content-Type', 'text/html'],
          ],
          hex('c1'),
        ),
      );
      t.assert.equal((await t.client().get(server.url())).text, 'а');
    },
  },
  {
    id: 'TX-09',
    rows: ['TX-09'],
    title: 'pieces of text are never empty; a size counts characters and cuts none',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const chunks = [hex('e2'), hex('98'), hex('83'), 'a', '😀b', 'c'];
      const pieces = await collect((await streamed(t, chunks)).iterText());
      t.assert.equal(pieces.join(''), '☃a😀bc');
      t.assert.ok(!pieces.includes(''));
      for (const [size, expected] of [
        [1, ['☃', 'a', '😀', 'b', 'c']],
        [2, ['☃a', '😀b', 'c']],
        [3, ['☃a😀', 'bc']],
        [5, ['☃a😀bc']],
        [50, ['☃a😀bc']],
      ] as const)
        t.assert.deepEqual(await collect((await streamed(t, chunks)).iterText(size)), expected, String(size));
      t.assert.deepEqual(await collect((await streamed(t, [])).iterText(3)), []);
      const response = await streamed(t, ['abc']);
      for (const size of [0, -1, 1.5, Number.NaN, '3' as unknown as number])
        t.assert.throws(() => response.iterText(size), INVALID);
      t.assert.equal((await response.read()).text, 'abc');
    },
  },
];
