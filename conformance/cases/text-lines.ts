import type { CaseContext, ConformanceCase } from '../case.ts';
import { collect } from '../support/readers.ts';
import { INVALID } from '../support/refusals.ts';
import { streamed } from '../support/streamed-response.ts';

async function linesOf(
  t: CaseContext,
  chunks: readonly (string | Uint8Array)[],
  separators?: 'lf' | 'universal',
): Promise<string[]> {
  const response = await streamed(t, chunks, 'text/plain; charset=utf-8');
  return collect(separators === undefined ? response.iterLines() : response.iterLines({ separators }));
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'TX-10',
    rows: ['TX-10'],
    title: 'lines end with LF, CRLF or CR, also between chunks; a final line end makes no further line',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const texts: readonly (readonly [readonly string[], readonly string[]])[] = [
        [['a\n\nb\nc'], ['a', '', 'b', 'c']],
        [['a\r\rb\rc\r'], ['a', '', 'b', 'c']],
        [['a\r\n\r\nb\r\n'], ['a', '', 'b']],
        [
          ['a\r', '\n\r\nb'],
          ['a', '', 'b'],
        ],
        [
          ['a\r', 'b'],
          ['a', 'b'],
        ],
        [
          ['a\r', '\r\n'],
          ['a', ''],
        ],
        [
          ['12345\n', 'foo ', 'bar ', 'baz\n'],
          ['12345', 'foo bar baz'],
        ],
        [['\n'], ['']],
        [
          ['\r\n', '\n'],
          ['', ''],
        ],
        [['a'], ['a']],
        [[], []],
        [
          ['é\n', '☃'],
          ['é', '☃'],
        ],
      ];
      for (const [chunks, lines] of texts)
        t.assert.deepEqual(await linesOf(t, chunks), lines, JSON.stringify(chunks));
      const random = Array.from({ length: 300 }, () => t.random.pick(['a', '\r', '\n', '\r\n', '☃'])).join(
        '',
      );
      const expected = random.split(/\r\n|[\r\n]/);
      if (expected.at(-1) === '') expected.pop();
      t.assert.deepEqual(await linesOf(t, t.random.splits(Buffer.from(random), 5)), expected);
    },
  },
  {
    id: 'TX-10.at-once',
    rows: ['TX-10'],
    title: 'a line is there as soon as its end has come',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      for (const end of ['\n', '\r\n', '\r']) {
        let goOn!: () => void;
        const rest = new Promise<void>((resolve) => {
          goOn = resolve;
        });
        const server = await t.scripted(async (peer) => {
          await peer.readRequest();
          await peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${6 + end.length}\r\n\r\nfirst${end}`);
          await rest;
          await peer.send('x');
        });
        const lines = (await t.client().stream('GET', server.url())).iterLines();
        t.assert.deepEqual(await lines.next(), { done: false, value: 'first' });
        goOn();
        t.assert.deepEqual(await lines.next(), { done: false, value: 'x' });
        t.assert.equal((await lines.next()).done, true);
      }
    },
  },
  {
    id: 'TX-10.broken',
    rows: ['TX-10', 'TX-09'],
    title: 'what breaks off ends in the error, and what has no end is no line and no text',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.send('HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\none\ntwo\xe2\x98');
        await peer.end();
      });
      const client = t.client();
      const seen: string[] = [];
      await t.assert.rejects(async () => {
        for await (const line of (await client.stream('GET', server.url())).iterLines()) seen.push(line);
      }, t.tern.RemoteProtocolError);
      t.assert.deepEqual(seen, ['one']);
      let text = '';
      await t.assert.rejects(async () => {
        for await (const piece of (await client.stream('GET', server.url())).iterText()) text += piece;
      }, t.tern.RemoteProtocolError);
      t.assert.equal(text, 'one\ntwo');
    },
  },
  {
    id: 'TX-11',
    rows: ['TX-11'],
    title: 'other separators of Unicode are content: VT, FF, FS, GS, RS, NEL, LS and PS break no line',
    verdict: 'fixed:D16',
    layer: 'bytes',
    async run(t) {
      const line = 'a\v\f\x1c\x1d\x1e\u0085\u2028\u2029b';
      t.assert.deepEqual(await linesOf(t, [`${line}\n${line}`]), [line, line]);
      t.assert.deepEqual(await linesOf(t, ['a\rb\r\nc\n'], 'lf'), ['a\rb\r', 'c']);
      t.assert.deepEqual(await linesOf(t, ['a\rb\r\nc\n'], 'universal'), ['a', 'b', 'c']);
      const response = await streamed(t, ['a']);
      t.assert.throws(() => response.iterLines({ separators: 'cr' as 'lf' }), INVALID);
      await response.cancel();
    },
  },
  {
    id: 'TX-11.json',
    rows: ['TX-11'],
    title: 'lines of JSON come as values, blank lines skipped; the first that is none ends it, by its number',
    verdict: 'fixed:D16',
    layer: 'bytes',
    async run(t) {
      const values = [{ text: 'a\u2028b\u0085\rc' }, null, [1], 'é', 0];
      const text = values.map((value) => JSON.stringify(value)).join('\n');
      const response = await streamed(
        t,
        [text.slice(0, 9), `${text.slice(9)}\r\n\n \n`],
        'application/x-ndjson',
      );
      t.assert.deepEqual(await collect(response.iterJSONLines()), values);
      const broken = await streamed(t, ['{"a":1}\n\n{"geheim":}\n{"b":2}\n']);
      const seen: unknown[] = [];
      await t.assert.rejects(
        async () => {
          for await (const value of broken.iterJSONLines()) seen.push(value);
        },
        (error: unknown) => {
          t.assert.ok(error instanceof t.tern.DecodingError, String(error));
          const { code, message } = error as InstanceType<typeof t.tern.DecodingError>;
          t.assert.equal(code, 'ERR_INVALID_JSON');
          t.assert.match(message, /line 3 /);
          t.assert.doesNotMatch(message, /geheim/);
          return true;
        },
      );
      t.assert.deepEqual([seen, broken.isClosed], [[{ a: 1 }], true]);
    },
  },
];
