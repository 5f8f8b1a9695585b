import { createReadStream, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { reply } from '../../fixtures/reply-server.ts';
import type { ReceivedRequest, ReplyServer } from '../../fixtures/reply-server.ts';
import type { MultipartInit, RequestOptions } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

/** Sends bodies and gives what arrived. */
async function receiver(t: CaseContext): Promise<{
  readonly server: ReplyServer;
  readonly send: (options: RequestOptions) => Promise<ReceivedRequest>;
}> {
  const server = await t.replies(reply(200));
  const client = t.client();
  return {
    server,
    async send(options) {
      const { length } = server.exchanges;
      await client.post(server.url('/'), options);
      return server.exchanges[length]!;
    },
  };
}

const TYPE = { 'Content-Type': 'multipart/form-data; boundary=B' };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The body of a request with the boundary `B`, with its line ends shown as `⏎`. */
function bodyOf(t: CaseContext, multipart: MultipartInit): string {
  const { content } = new t.tern.Request('POST', 'http://h/', { multipart, headers: TYPE });
  return Buffer.from(content).toString().replaceAll('\r\n', '⏎');
}

/** The head of the one part that a value makes. */
function headOf(t: CaseContext, value: unknown, name = 'n'): string {
  const text = bodyOf(t, { [name]: value } as MultipartInit);
  return text.slice('--B⏎Content-Disposition: form-data; '.length, text.indexOf('⏎⏎'));
}

function refuses(t: CaseContext, multipart: unknown, message: RegExp): void {
  t.assert.throws(
    () => new t.tern.Request('POST', 'http://h/', { multipart: multipart as MultipartInit }),
    (error: unknown) => {
      t.assert.ok(error instanceof t.tern.InvalidArgument, String(error));
      t.assert.match((error as Error).message, message);
      return true;
    },
  );
}

async function* later(...pieces: readonly string[]): AsyncGenerator<string> {
  for (const piece of pieces) {
    await new Promise(setImmediate);
    yield piece;
  }
}

const UPLOAD = 'name="n"; filename="upload"⏎Content-Type: application/octet-stream';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'MP-01',
    rows: ['MP-01'],
    title: 'multipart is what is given as multipart, fields alone included; a form is urlencoded',
    verdict: 'differs:there are two options, so it is the caller who says it, and not the presence of files',
    layer: 'bytes',
    async run(t) {
      const { send } = await receiver(t);
      const fields = { a: '1' };
      t.assert.equal((await send({ form: fields })).body.text, 'a=1');
      const sent = await send({ multipart: fields });
      t.assert.match(sent.get('content-type')!, /^multipart\/form-data; boundary=[0-9a-f]{32}$/);
      t.assert.match(
        sent.body.text,
        /^--[0-9a-f]{32}\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--[0-9a-f]{32}--\r\n$/,
      );
      const none = await send({ multipart: {}, headers: TYPE });
      t.assert.equal(none.body.text, '--B--\r\n');
      t.assert.equal((await send({ multipart: null })).get('content-type'), undefined);
    },
  },
  {
    id: 'MP-01.form-data',
    rows: ['MP-01'],
    title: 'a FormData goes out as a browser sends it',
    verdict: 'differs:a type of the platform that httpx does not have',
    rfc: 'HTML Standard, multipart/form-data encoding algorithm',
    layer: 'bytes',
    async run(t) {
      const { send } = await receiver(t);
      const multipart = new FormData();
      multipart.append('text', 'a\nb');
      multipart.append('file', new File(['x\ny'], 'n.txt', { type: 'text/x-own' }));
      multipart.append('blob', new Blob(['z']));
      multipart.append('nameless', new File([''], ''));
      t.assert.equal(
        (await send({ multipart, headers: TYPE })).body.text.replaceAll('\r\n', '⏎'),
        '--B⏎Content-Disposition: form-data; name="text"⏎⏎a⏎b⏎' +
          '--B⏎Content-Disposition: form-data; name="file"; filename="n.txt"⏎Content-Type: text/x-own⏎⏎x\ny⏎' +
          '--B⏎Content-Disposition: form-data; name="blob"; filename="blob"⏎Content-Type: application/octet-stream⏎⏎z⏎' +
          '--B⏎Content-Disposition: form-data; name="nameless"; filename=""⏎Content-Type: application/octet-stream⏎⏎⏎' +
          '--B--⏎',
      );
    },
  },
  {
    id: 'MP-02',
    rows: ['MP-02'],
    title: 'the boundary is random, or the one of the given type, which then stays as it is',
    verdict: 'same',
    rfc: 'RFC 2046 §5.1.1',
    layer: 'bytes',
    async run(t) {
      const { send } = await receiver(t);
      const random = new Set<string>();
      for (let i = 0; i < 20; i++) {
        const request = new t.tern.Request('POST', 'http://h/', { multipart: { a: '1' } });
        const boundary = /^multipart\/form-data; boundary=([0-9a-f]{32})$/.exec(
          request.headers.get('content-type')!,
        )?.[1];
        t.assert.ok(boundary !== undefined);
        t.assert.ok(Buffer.from(request.content).includes(`--${boundary}--\r\n`));
        random.add(boundary!);
      }
      t.assert.equal(random.size, 20);
      for (const type of [
        'multipart/form-data; boundary=+++',
        'multipart/form-data; boundary=+++;',
        'multipart/form-data; boundary="+++"',
        'multipart/form-data; boundary="+++";',
        'multipart/form-data; boundary=+++; charset=utf-8',
        'multipart/form-data; charset=utf-8; boundary="+++"',
        'multipart/form-data;  boundary=+++  ; x=y',
        'Multipart/Form-Data; Boundary=+++',
      ]) {
        const sent = await send({ multipart: { a: '1' }, headers: { 'content-TYPE': type } });
        t.assert.equal(
          sent.body.text,
          '--+++\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--+++--\r\n',
          type,
        );
        t.assert.ok(sent.raw.includes(`\r\ncontent-TYPE: ${type}\r\n`), sent.raw);
      }
      const spaced = await send({
        multipart: { a: '1' },
        headers: { 'Content-Type': 'multipart/form-data; boundary="a b"' },
      });
      t.assert.ok(spaced.body.text.startsWith('--a b\r\n'));
    },
  },
  {
    id: 'MP-02.illegal',
    rows: ['MP-02'],
    title: 'a type that is not multipart, or whose boundary is illegal, is refused',
    verdict: 'differs:httpx sends a body that nobody can read',
    rfc: 'RFC 2046 §5.1.1',
    layer: 'model',
    run(t) {
      for (const type of [
        'application/json',
        'text/plain; boundary=B',
        'multipart',
        'multipart/form-data; boundary=""',
        'multipart/form-data; boundary=',
        `multipart/form-data; boundary=${'b'.repeat(71)}`,
        'multipart/form-data; boundary="b "',
        'multipart/form-data; boundary="b@"',
      ])
        t.assert.throws(
          () =>
            new t.tern.Request('POST', 'http://h/', {
              multipart: { a: '1' },
              headers: { 'Content-Type': type },
            }),
          { name: 'InvalidArgument', code: 'ERR_INVALID_ARGUMENT' },
          type,
        );
    },
  },
  {
    id: 'MP-03',
    rows: ['MP-03'],
    title: 'a multipart type that is given without a boundary gets that of the body',
    verdict: 'fixed:D29',
    rfc: 'RFC 2046 §5.1',
    layer: 'bytes',
    async run(t) {
      const { send, server } = await receiver(t);
      const multipart = { a: '1' };
      for (const type of [
        'multipart/form-data',
        'multipart/form-data;',
        'multipart/mixed; x=y',
        'Multipart/Form-Data; charset="a;b"',
      ]) {
        const headers = { 'content-type': type };
        const request = new t.tern.Request('POST', server.url(), { multipart, headers });
        const made = await send({ multipart, headers });
        const changed = new t.tern.Request('PUT', server.url()).with({ multipart, headers });
        for (const [contentType, content] of [
          [made.get('content-type')!, made.body.bytes],
          [request.headers.get('content-type')!, Buffer.from(request.content)],
          [changed.headers.get('content-type')!, Buffer.from(changed.content)],
        ] as const) {
          const boundary = /; boundary=([0-9a-f]{32})$/.exec(contentType)?.[1] ?? 'none';
          t.assert.equal(contentType, `${type.replace(/;$/, '')}; boundary=${boundary}`);
          t.assert.ok(
            content.toString().endsWith(`\r\n--${boundary}--\r\n`),
            `${contentType} ${String(content)}`,
          );
        }
      }
    },
  },
  {
    id: 'MP-04',
    rows: ['MP-04'],
    title: 'each part is delimiter, head, empty line, content; the delimiter with two hyphens ends the body',
    verdict: 'same',
    rfc: 'RFC 2046 §5.1.1',
    layer: 'bytes',
    async run(t) {
      const { send } = await receiver(t);
      const sent = await send({ multipart: { text: 'abc', file: bytes('<file content>') }, headers: TYPE });
      const expected =
        '--B\r\nContent-Disposition: form-data; name="text"\r\n\r\nabc\r\n' +
        '--B\r\nContent-Disposition: form-data; name="file"; filename="upload"\r\n' +
        'Content-Type: application/octet-stream\r\n\r\n<file content>\r\n' +
        '--B--\r\n';
      t.assert.equal(sent.body.raw.toString(), expected);
      t.assert.equal(sent.get('content-length'), String(expected.length));
      const single = await send({
        multipart: { file: bytes('<file content>') },
        headers: { 'Content-Type': 'multipart/form-data; boundary=+++' },
      });
      t.assert.equal(single.get('content-length'), '138');
    },
  },
  {
    id: 'MP-04.order',
    rows: ['MP-04'],
    title: 'parts go out in the order given, fields and files mixed; a list repeats its name',
    verdict: 'differs:it is one list, and its order is the caller’s; httpx puts the fields first',
    layer: 'model',
    run(t) {
      const names = (multipart: MultipartInit): string[] =>
        Array.from(
          bodyOf(t, multipart).matchAll(/ name="(\w)".*?⏎⏎(.*?)⏎/g),
          ([, name, value]) => `${name}${value}`,
        );
      t.assert.deepEqual(
        names([
          ['b', bytes('1')],
          ['a', '2'],
          ['b', '3'],
          ['c', ['4', bytes('5')]],
        ]),
        ['b1', 'a2', 'b3', 'c4', 'c5'],
      );
      t.assert.deepEqual(names({ z: bytes('1'), a: ['2', '3'], n: undefined, m: [] }), ['z1', 'a2', 'a3']);
      t.assert.deepEqual(names(new Map([['q', '1']])), ['q1']);
    },
  },
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
  {
    id: 'MP-13',
    rows: ['MP-13'],
    title: 'the length is known if that of every part is, else the body is chunked',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const { send } = await receiver(t);
      const path = `${t.tempDir()}/file.txt`;
      writeFileSync(path, 'from a file');
      const known: RequestOptions['multipart'] = {
        text: 'é',
        bytes: bytes('octets'),
        blob: new Blob(['blob']),
        file: createReadStream(path),
        declared: { content: later('fi', 've!'), length: 5 },
      };
      const sent = await send({ multipart: known, headers: TYPE });
      t.assert.deepEqual(
        [sent.body.framing, sent.get('content-length')],
        ['length', String(sent.body.raw.length)],
      );
      t.assert.ok(sent.body.text.includes('\r\n\r\nfive!\r\n--B--\r\n'));
      t.assert.ok(sent.body.text.includes('\r\n\r\nfrom a file\r\n'));
      const unknown = await send({ multipart: { text: 'é', stream: later('fi', 've!') }, headers: TYPE });
      t.assert.deepEqual([unknown.body.framing, unknown.get('transfer-encoding')], ['chunked', 'chunked']);
      t.assert.ok(unknown.body.text.endsWith('\r\n\r\nfive!\r\n--B--\r\n'));
    },
  },
  {
    id: 'MP-13.broken',
    rows: ['MP-13'],
    title: 'a part that does not have the length that it was announced with fails the request',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.closed;
      });
      for (const content of [later('four'), later('seven!!')])
        await t.assert.rejects(
          t.client().post(server.url(), { multipart: { n: { content, length: 5 } } }),
          (error: unknown) => {
            t.assert.ok(error instanceof t.tern.LocalProtocolError, String(error));
            t.assert.match((error as Error).message, /part 'n' was announced with 5 bytes/);
            return true;
          },
        );
      refuses(t, { n: { content: bytes('four'), length: 5 } }, /length is 5, but the content has 4 bytes/);
      await server.untilOpen(0);
    },
  },
  {
    id: 'MP-14',
    rows: ['MP-14'],
    title: 'a file is sent from its start each time, also after a redirect that repeats the request',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies(({ target }) =>
        target === '/from' ? reply(307, [['Location', '/to']]) : reply(200),
      );
      const client = t.client({ redirect: true });
      const path = `${t.tempDir()}/file.txt`;
      writeFileSync(path, 'from the start');
      const handle = await open(path);
      t.defer(() => handle.close());
      await handle.read(Buffer.alloc(5), 0, 5, null);
      const multipart: MultipartInit = {
        handle,
        blob: new Blob(['a blob']),
        made: () => createReadStream(path, { start: 9 }),
      };
      const request = client.buildRequest('POST', server.url('/from'), { multipart, headers: TYPE });
      await client.send(request);
      await client.send(request);
      const [first, ...others] = server.exchanges.map(({ body }) => body.text);
      t.assert.equal(others.length, 3);
      for (const other of others) t.assert.equal(other, first);
      t.assert.match(first!, /from the start[^]*a blob[^]*start\r\n--B--/);
    },
  },
  {
    id: 'MP-14.once',
    rows: ['MP-14'],
    title: 'a body with a part that can be read once is sent once',
    verdict: 'differs:a stream of Node cannot be rewound; a function makes a new one each time',
    layer: 'bytes',
    async run(t) {
      const { server } = await receiver(t);
      const client = t.client();
      const request = client.buildRequest('POST', server.url(), { multipart: { a: '1', n: later('once') } });
      await client.send(request);
      await t.assert.rejects(client.send(request), (error: unknown) => {
        t.assert.ok(error instanceof t.tern.StreamConsumed, String(error));
        t.assert.match((error as Error).message, /part 'n'/);
        return true;
      });
      t.assert.equal(server.exchanges.length, 1);
    },
  },
  {
    id: 'MP-15',
    rows: ['MP-15'],
    title: 'parts may come from asynchronous sources, and those that are not reached are let go of',
    verdict: 'fixed:D29',
    layer: 'bytes',
    async run(t) {
      const { send } = await receiver(t);
      const sent = await send({
        multipart: {
          generator: later('a', 'b'),
          node: Readable.from([bytes('c')]),
          web: new Response('d').body!,
          made: async () => later('e'),
        },
        headers: TYPE,
      });
      const contents = Array.from(
        sent.body.text.matchAll(/octet-stream\r\n\r\n(.*?)\r\n--B/g),
        ([, content]) => content,
      );
      t.assert.deepEqual(contents, ['ab', 'c', 'd', 'e']);
      const failure = new Error('of the source');
      async function* failing(): AsyncGenerator<string> {
        yield 'x';
        throw failure;
      }
      const unreached = Readable.from([bytes('never')]);
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.closed;
      });
      await t.assert.rejects(
        t.client().post(server.url(), { multipart: { failing: failing(), unreached } }),
        (error: unknown) => error === failure,
      );
      await new Promise(setImmediate);
      t.assert.equal(unreached.destroyed, true);
      await server.untilOpen(0);
    },
  },
];
