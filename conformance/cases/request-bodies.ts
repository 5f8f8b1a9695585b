import { createReadStream, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { reply } from '../../fixtures/reply-server.ts';
import type { ReceivedRequest, ReplyServer } from '../../fixtures/reply-server.ts';
import type { Client, Request, RequestOptions } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

/** A client that sends nothing but what the request asks for, and a server that takes everything. */
async function bench(
  t: CaseContext,
): Promise<{ readonly client: Client; readonly server: ReplyServer; readonly send: Send }> {
  const server = await t.replies(reply(200));
  const client = t.client({
    headers: { Accept: null, 'Accept-Encoding': null, Connection: null, 'User-Agent': null },
  });
  const send: Send = async (options, method = 'POST') => {
    const { length } = server.exchanges;
    await client.request(method, server.url('/'), options);
    return server.exchanges[length]!;
  };
  return { client, server, send };
}

type Send = (options?: RequestOptions, method?: string) => Promise<ReceivedRequest>;

/** The field lines behind Host, and the octets of the body as they came over the wire. */
function wire({ raw, body }: ReceivedRequest): readonly [string, string] {
  const lines = raw.split('\r\n');
  return [lines.slice(2, -2).join('|'), body.raw.toString('latin1')];
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function* later(...pieces: readonly (string | Uint8Array)[]): AsyncGenerator<string | Uint8Array> {
  for (const piece of pieces) {
    await new Promise(setImmediate);
    yield piece;
  }
}

/** An argument that the compiler would refuse. */
function wrong<T>(value: unknown): T {
  return value as T;
}

const ILLEGAL = { name: 'LocalProtocolError', code: 'ERR_LOCAL_PROTOCOL' };
const INVALID = { name: 'InvalidArgument', code: 'ERR_INVALID_ARGUMENT' };
const CONSUMED = { name: 'StreamConsumed', code: 'ERR_STREAM_CONSUMED' };
const FORM = 'Content-Type: application/x-www-form-urlencoded';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'RB-01',
    rows: ['RB-01'],
    title: 'any token is a method, and goes out in upper case',
    verdict: 'same',
    rfc: 'RFC 9110 §9.1',
    layer: 'bytes',
    async run(t) {
      const { client, server } = await bench(t);
      for (const method of ['get', 'Post', 'M-SEARCH', "x!#$%&'*+.^_`|~9"]) {
        const request = client.buildRequest(method, server.url('/'));
        t.assert.equal(request.method, method.toUpperCase());
        await client.send(request);
        const sent = server.requests.at(-1)!;
        t.assert.ok(sent.raw.startsWith(`${method.toUpperCase()} / HTTP/1.1\r\n`), sent.raw);
      }
      for (const method of ['', 'GET ', 'GE T', 'GET\r\nX: y', 'GÉT'])
        t.assert.throws(() => client.buildRequest(method, server.url('/')), ILLEGAL);
      t.assert.equal(server.requests.length, 4);
    },
  },
  {
    id: 'RB-02',
    rows: ['RB-02'],
    title: 'what is printed of a request has neither its password nor its secret fields',
    verdict: 'fixed:D35',
    layer: 'model',
    run(t) {
      const request = new t.tern.Request('GET', 'http://user:geheim@h/path?token=geheim&page=2', {
        headers: { Authorization: 'geheim', Cookie: 'geheim' },
      });
      t.assert.equal(inspect(request), '<Request GET http://[secure]@h/path?token=[secure]&page=2>');
      t.assert.equal(String(request), inspect(request));
      for (const shown of [
        inspect({ deep: request }, { depth: 9, showHidden: true }),
        JSON.stringify(request),
      ])
        t.assert.doesNotMatch(shown, /geheim/);
      t.assert.equal(request.url.password, 'geheim');
    },
  },
  {
    id: 'RB-03',
    rows: ['RB-03'],
    title: 'without a body its length is told for methods that are expected to have one',
    verdict: 'same',
    rfc: 'RFC 9110 §8.6',
    layer: 'bytes',
    async run(t) {
      const { send } = await bench(t);
      for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CUSTOM'])
        t.assert.deepEqual(wire(await send({}, method)), ['', ''], method);
      for (const method of ['POST', 'PUT', 'PATCH', 'QUERY'])
        t.assert.deepEqual(wire(await send({}, method)), ['Content-Length: 0', ''], method);
      for (const options of [{ content: null }, { json: null }, { form: null }, { multipart: null }] as const)
        t.assert.deepEqual(wire(await send(options)), ['Content-Length: 0', '']);
    },
  },
  {
    id: 'RB-04',
    rows: ['RB-04'],
    title: 'text goes out as UTF-8, with its length and without a type',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const { send } = await bench(t);
      t.assert.deepEqual(wire(await send({ content: 'ü' })), ['Content-Length: 2', '\xc3\xbc']);
      t.assert.deepEqual(wire(await send({ content: '' })), ['Content-Length: 0', '']);
      // A half of a surrogate pair has no octets.
      t.assert.deepEqual(wire(await send({ content: 'a\ud83d' })), ['Content-Length: 4', 'a\xef\xbf\xbd']);
      t.assert.deepEqual(wire(await send({ content: 'x' }, 'GET')), ['Content-Length: 1', 'x']);
    },
  },
  {
    id: 'RB-05',
    rows: ['RB-05'],
    title: 'octets go out as they are, whatever holds them; none on a GET is no body',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const { send } = await bench(t);
      const octets = Uint8Array.of(0, 255, 13, 10);
      const same = '\0\xff\r\n';
      const holders: readonly RequestOptions['content'][] = [
        octets,
        Buffer.from(octets),
        new Uint8Array([9, 0, 255, 13, 10, 9]).subarray(1, 5),
        octets.buffer,
        new DataView(octets.buffer),
        new Blob([octets]),
      ];
      for (const content of holders)
        t.assert.deepEqual(wire(await send({ content: content! })), ['Content-Length: 4', same]);
      t.assert.deepEqual(wire(await send({ content: new Uint8Array(0) }, 'GET')), ['', '']);
      t.assert.deepEqual(wire(await send({ content: new Uint8Array(0) })), ['Content-Length: 0', '']);
      const large = Buffer.alloc(200_000, 'x');
      const sent = await send({ content: large });
      t.assert.deepEqual([sent.body.framing, sent.body.bytes.equals(large)], ['length', true]);
    },
  },
  {
    id: 'RB-05.blob',
    rows: ['RB-05'],
    title: 'a Blob brings its type, unless there is another one',
    verdict: 'differs:a Blob knows its type, as in fetch; httpx has nothing like it',
    layer: 'bytes',
    async run(t) {
      const { send } = await bench(t);
      const content = new Blob(['{}'], { type: 'application/x-own' });
      t.assert.deepEqual(wire(await send({ content })), [
        'Content-Length: 2|Content-Type: application/x-own',
        '{}',
      ]);
      t.assert.deepEqual(wire(await send({ content, headers: { 'content-type': 'a/b' } })), [
        'content-type: a/b|Content-Length: 2',
        '{}',
      ]);
    },
  },
  {
    id: 'RB-06',
    rows: ['RB-06'],
    title: 'what comes in pieces is chunked; if the length is given, it is not',
    verdict: 'same',
    rfc: 'RFC 9112 §7.1',
    layer: 'bytes',
    async run(t) {
      const { send } = await bench(t);
      const sources: readonly (() => RequestOptions['content'])[] = [
        () => ['Hello, ', bytes('world!')],
        () => ['Hello, ', bytes('world!')].values(),
        () => later('Hello, ', bytes('world!')),
        () => () => later('Hello, ', 'world!'),
        () => Readable.from(['Hello, ', 'world!']),
        () => new Response('Hello, world!').body!,
      ];
      for (const [index, source] of sources.entries()) {
        const chunked = await send({ content: source()! });
        t.assert.equal(wire(chunked)[0], 'Transfer-Encoding: chunked', String(index));
        t.assert.equal(chunked.body.text, 'Hello, world!');
        const sized = await send({ content: source()!, headers: { 'content-length': '13' } });
        t.assert.deepEqual(wire(sized), ['content-length: 13', 'Hello, world!'], String(index));
      }
      const exact = await send({ content: ['Hello, ', '', 'world!'] });
      t.assert.equal(exact.body.raw.toString(), '7\r\nHello, \r\n6\r\nworld!\r\n0\r\n\r\n');
      const empty = await send({ content: later() });
      t.assert.deepEqual(wire(empty), ['Transfer-Encoding: chunked', '0\r\n\r\n']);
    },
  },
  {
    id: 'RB-06.characters',
    rows: ['RB-06'],
    title: 'a character that is split over two pieces of text stays whole',
    verdict: 'differs:text pieces are taken; in httpx pieces are octets',
    layer: 'bytes',
    async run(t) {
      const { send } = await bench(t);
      const sent = await send({ content: later('a\ud83d', '\ude00b', '\ud83d', bytes('c')) });
      t.assert.equal(sent.body.text, 'a😀b\ufffdc');
      await t.assert.rejects(send({ content: wrong([1, 2]) }), INVALID);
    },
  },
  {
    id: 'RB-07',
    rows: ['RB-07'],
    title: 'a given Transfer-Encoding frames content of known length too, and no length goes beside it',
    verdict: 'fixed:D31',
    rfc: 'RFC 9112 §6.2',
    layer: 'bytes',
    async run(t) {
      const { client, send, server } = await bench(t);
      const headers = { 'transfer-encoding': 'chunked' };
      for (const content of ['abc', bytes('abc'), ['abc']])
        t.assert.deepEqual(wire(await send({ content, headers })), [
          'transfer-encoding: chunked',
          '3\r\nabc\r\n0\r\n\r\n',
        ]);
      const { length } = server.requests;
      for (const contradiction of [
        { 'Transfer-Encoding': 'chunked', 'Content-Length': '3' },
        { 'Transfer-Encoding': 'gzip' },
        { 'Transfer-Encoding': 'chunked, gzip' },
        { 'Content-Length': ['3', '4'] },
        { 'Content-Length': 'three' },
        { 'Content-Length': '-3' },
        { 'Content-Length': '3, 3' },
      ]) {
        await t.assert.rejects(
          client.post(server.url(), { content: 'abc', headers: contradiction }),
          ILLEGAL,
          JSON.stringify(contradiction),
        );
      }
      t.assert.equal(server.requests.length, length);
    },
  },
  {
    id: 'RB-08',
    rows: ['RB-08'],
    title: 'content that is in memory and of another length than declared is not sent at all',
    verdict: 'same',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      const { client, server } = await bench(t);
      const declared: readonly (readonly [string | null, string, RegExp])[] = [
        ['ab', '5', /too little data for declared Content-Length: 2 of 5/],
        ['abcdefgh', '5', /too much data for declared Content-Length: 8 instead of 5/],
        [null, '5', /too little data for declared Content-Length: 0 of 5/],
        ['ab', '0', /too much data/],
      ];
      for (const [content, length, message] of declared)
        await t.assert.rejects(
          client.post(server.url(), { content, headers: { 'Content-Length': length } }),
          (error: unknown) => {
            t.assert.ok(error instanceof t.tern.LocalProtocolError);
            const { code, request, message: text } = error as InstanceType<typeof t.tern.LocalProtocolError>;
            t.assert.deepEqual([code, request?.method], ['ERR_LOCAL_PROTOCOL', 'POST']);
            t.assert.match(text, message);
            return true;
          },
        );
      t.assert.equal(server.requests.length, 0);
    },
  },
  {
    id: 'RB-08.streamed',
    rows: ['RB-08'],
    title:
      'a source that gives less or more than declared fails the request, and never with more octets than declared',
    verdict: 'same',
    rfc: 'RFC 9112 §6.2',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readHead();
        await peer.closed;
      });
      for (const [pieces, message] of [
        [['ab'], /too little data for declared Content-Length: 2 of 5/],
        [['abcd', 'efgh'], /too much data for declared Content-Length: more than 5/],
        [['abcdefgh'], /too much data/],
      ] as const) {
        const client = t.client();
        await t.assert.rejects(
          client.post(server.url(), { content: later(...pieces), headers: { 'Content-Length': '5' } }),
          (error: unknown) => {
            t.assert.ok(error instanceof t.tern.LocalProtocolError, String(error));
            t.assert.match((error as Error).message, message);
            return true;
          },
        );
      }
      await server.untilOpen(0);
      for (const received of server.received) {
        const body = received.subarray(received.indexOf('\r\n\r\n') + 4);
        t.assert.ok(body.length < 5, 'what is short of the declared length cannot be taken for a request');
      }
    },
  },
  {
    id: 'RB-09',
    rows: ['RB-09'],
    title: 'a file goes out with its length, as a stream or a handle',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const { send } = await bench(t);
      const path = `${t.tempDir()}/file.bin`;
      const content = Buffer.alloc(150_000, 'abcdefghij');
      writeFileSync(path, content);
      const handle = await open(path);
      t.defer(() => handle.close());
      for (const source of [() => createReadStream(path), () => handle]) {
        const sent = await send({ content: source() });
        t.assert.equal(wire(sent)[0], 'Content-Length: 150000');
        t.assert.ok(sent.body.bytes.equals(content));
      }
      const unknown = await send({ content: Readable.from([content]) });
      t.assert.deepEqual([unknown.body.framing, unknown.body.bytes.equals(content)], ['chunked', true]);
    },
  },
  {
    id: 'RB-09.offset',
    rows: ['RB-09'],
    title: 'the length of a file is that of what is left of it',
    verdict: 'fixed:D31',
    layer: 'bytes',
    async run(t) {
      const { send } = await bench(t);
      const path = `${t.tempDir()}/file.txt`;
      writeFileSync(path, '0123456789');
      const sent = async (content: RequestOptions['content']): Promise<readonly [string, string]> =>
        wire(await send({ content: content! }));
      t.assert.deepEqual(await sent(createReadStream(path, { start: 4 })), ['Content-Length: 6', '456789']);
      t.assert.deepEqual(await sent(createReadStream(path, { start: 2, end: 5 })), [
        'Content-Length: 4',
        '2345',
      ]);
      const begun = createReadStream(path);
      await new Promise((resolve) => {
        begun.once('readable', () => resolve(undefined));
      });
      t.assert.equal(String(begun.read(3)), '012');
      t.assert.deepEqual(await sent(begun), ['Content-Length: 7', '3456789']);
      // A handle stands for the file and not for a place in it.
      const handle = await open(path);
      t.defer(() => handle.close());
      await handle.read(Buffer.alloc(3), 0, 3, null);
      t.assert.deepEqual(await sent(handle), ['Content-Length: 10', '0123456789']);
    },
  },
  {
    id: 'RB-10',
    rows: ['RB-10'],
    title: 'an object as content is refused, with advice',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const refused: readonly (readonly [unknown, RegExp])[] = [
        [{ a: 1 }, /json or form/],
        [new Map([['a', '1']]), /json or form/],
        [new URLSearchParams('a=1'), /as form/],
        [new FormData(), /as multipart/],
        [5, /content/],
        [true, /content/],
        [Promise.resolve('x'), /await/],
      ];
      for (const [content, message] of refused)
        t.assert.throws(
          () => new t.tern.Request('POST', 'http://h/', { content: wrong(content) }),
          (error: unknown) => {
            t.assert.ok(error instanceof t.tern.InvalidArgument, String(error));
            t.assert.match((error as Error).message, message);
            return true;
          },
        );
    },
  },
  {
    id: 'RB-11',
    rows: ['RB-11'],
    title: 'a form is urlencoded in the order of its keys, lists repeat theirs',
    verdict: 'same',
    rfc: 'URL Standard, application/x-www-form-urlencoded',
    layer: 'bytes',
    async run(t) {
      const { send } = await bench(t);
      const sent = async (form: RequestOptions['form']): Promise<string> => {
        const received = await send({ form: form! });
        t.assert.equal(wire(received)[0], `Content-Length: ${received.body.raw.length}|${FORM}`);
        return received.body.text;
      };
      t.assert.equal(await sent({ a: 'b c', d: ['1', true, null] }), 'a=b+c&d=1&d=true&d=');
      t.assert.equal(await sent({ z: 1.5, a: false, '': '', x: undefined }), 'z=1.5&a=false&=');
      t.assert.equal(await sent({ 'é&=': '☃+%' }), '%C3%A9%26%3D=%E2%98%83%2B%25');
      t.assert.equal(
        await sent([
          ['b', '1'],
          ['a', '2'],
          ['b', '3'],
        ]),
        'b=1&a=2&b=3',
      );
      t.assert.equal(await sent(new URLSearchParams('b=1&a=2&b=3')), 'b=1&a=2&b=3');
      t.assert.equal(await sent(new t.tern.QueryParams({ a: [1, 2] })), 'a=1&a=2');
      t.assert.equal(
        wire(await send({ form: { a: 1 }, headers: { 'content-type': 'a/b' } }))[0],
        'content-type: a/b|Content-Length: 3',
      );
    },
  },
  {
    id: 'RB-12',
    rows: ['RB-12'],
    title: 'octets as a value of a form are refused, by the name of the field',
    verdict: 'fixed:D31',
    layer: 'model',
    run(t) {
      for (const value of [bytes('x'), new Date(), { b: 1 }, Symbol('x'), () => 'x', [['x']]])
        t.assert.throws(
          () => new t.tern.Request('POST', 'http://h/', { form: wrong({ photo: value }) }),
          (error: unknown) => {
            t.assert.ok(error instanceof t.tern.InvalidArgument, String(error));
            t.assert.match((error as Error).message, /^form: .*'photo'/);
            return true;
          },
        );
    },
  },
  {
    id: 'RB-13',
    rows: ['RB-13'],
    title: 'a form that is no form is refused, with advice',
    verdict: 'differs:httpx sends it as content, with a warning that this is deprecated',
    layer: 'model',
    run(t) {
      for (const form of ['a=1', bytes('a=1'), 5, ['a'], new Blob(['a=1'])])
        t.assert.throws(
          () => new t.tern.Request('POST', 'http://h/', { form: wrong(form) }),
          INVALID,
          inspect(form),
        );
      t.assert.throws(() => new t.tern.Request('POST', 'http://h/', { form: wrong('a=1') }), /as content/);
      t.assert.throws(() => new t.tern.Request('POST', 'http://h/', wrong({ data: 'a=1' })), INVALID);
    },
  },
  {
    id: 'RB-14',
    rows: ['RB-14'],
    title: 'an empty form has no octets',
    verdict:
      'differs:it is a form all the same and says so in its type, as with fetch; httpx takes it for no body',
    layer: 'bytes',
    async run(t) {
      const { send } = await bench(t);
      for (const form of [{}, [], new URLSearchParams(), { a: undefined, b: [] }])
        t.assert.deepEqual(wire(await send({ form })), [`Content-Length: 0|${FORM}`, '']);
      t.assert.deepEqual(wire(await send({ form: {} }, 'GET')), [FORM, '']);
      t.assert.deepEqual(wire(await send({ form: null })), ['Content-Length: 0', '']);
    },
  },
  {
    id: 'RB-15',
    rows: ['RB-15'],
    title: 'JSON goes out compact, in UTF-8 and with its type, unless there is another one',
    verdict: 'same',
    rfc: 'RFC 8259',
    layer: 'bytes',
    async run(t) {
      const { send } = await bench(t);
      const received = await send({ json: { é: [1, 2.5, null], b: { c: '☃"' } } });
      const text = '{"é":[1,2.5,null],"b":{"c":"☃\\""}}';
      t.assert.equal(received.body.text, text);
      t.assert.equal(
        wire(received)[0],
        `Content-Length: ${Buffer.byteLength(text)}|Content-Type: application/json`,
      );
      t.assert.equal(
        wire(await send({ json: [], headers: { 'content-type': 'application/vnd.api+json' } }))[0],
        'content-type: application/vnd.api+json|Content-Length: 2',
      );
      const canonical = await send({ json: { b: 1, a: { d: 2, c: 3 } }, canonicalJSON: true });
      t.assert.equal(canonical.body.text, '{"a":{"c":3,"d":2},"b":1}');
    },
  },
  {
    id: 'RB-15.values',
    rows: ['RB-15'],
    title: 'values that JSON cannot express are refused, by their path',
    verdict: 'same',
    rfc: 'RFC 8259 §6',
    layer: 'model',
    run(t) {
      const cycle: Record<string, unknown> = {};
      cycle['self'] = cycle;
      const refused: readonly (readonly [unknown, string])[] = [
        [Number.NaN, '$ '],
        [{ a: [1, Infinity] }, '$.a[1] '],
        [{ a: -Infinity }, '$.a '],
        [{ a: 1n }, '$.a '],
        [[undefined], '$[0] '],
        [{ a: new Map([[1, 2]]) }, '$.a '],
        [{ a: bytes('x') }, '$.a '],
        [{ a: () => 1 }, '$.a '],
        [{ a: Symbol('x') }, '$.a '],
        [{ a: new Date(Number.NaN) }, '$.a '],
        [cycle, '$.self '],
      ];
      for (const [json, path] of refused)
        t.assert.throws(
          () => new t.tern.Request('POST', 'http://h/', { json }),
          (error: unknown) => {
            t.assert.ok(error instanceof t.tern.InvalidArgument, String(error));
            t.assert.ok((error as Error).message.startsWith(`json: ${path}`), (error as Error).message);
            return true;
          },
        );
      const fine = { a: undefined, b: new Date(0), c: { toJSON: () => 'own' }, d: -0, e: '\ud800' };
      const { content } = new t.tern.Request('POST', 'http://h/', { json: fine });
      t.assert.equal(
        Buffer.from(content).toString(),
        '{"b":"1970-01-01T00:00:00.000Z","c":"own","d":0,"e":"\\ud800"}',
      );
    },
  },
  {
    id: 'RB-16',
    rows: ['RB-16'],
    title: 'null is no body; false, 0, an empty text and an empty list are sent',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const { send } = await bench(t);
      t.assert.deepEqual(wire(await send({ json: null })), ['Content-Length: 0', '']);
      t.assert.deepEqual(wire(await send({ json: undefined })), ['Content-Length: 0', '']);
      for (const [json, text] of [
        [false, 'false'],
        [0, '0'],
        ['', '""'],
        [[], '[]'],
        [{}, '{}'],
      ] as const)
        t.assert.deepEqual(wire(await send({ json })), [
          `Content-Length: ${text.length}|Content-Type: application/json`,
          text,
        ]);
      t.assert.equal((await send({ content: 'null' })).body.text, 'null');
    },
  },
  {
    id: 'RB-17',
    rows: ['RB-17'],
    title: 'a request has one body: two are refused by name, wherever they are given',
    verdict: 'fixed:D30',
    layer: 'model',
    async run(t) {
      const bodies: Readonly<Record<string, unknown>> = {
        content: 'a',
        json: false,
        form: {},
        multipart: [],
      };
      const client = new t.tern.Client({
        transport: new t.tern.MockTransport(() => new t.tern.Response(200)),
      });
      const request = new t.tern.Request('POST', 'http://h/');
      const names = Object.keys(bodies);
      for (const first of names)
        for (const second of names) {
          if (first === second) continue;
          const options = wrong<RequestOptions>({ [first]: bodies[first], [second]: bodies[second] });
          const refused = (error: unknown): boolean => {
            t.assert.ok(error instanceof t.tern.InvalidArgument, String(error));
            for (const name of [first, second]) t.assert.ok((error as Error).message.includes(name));
            return true;
          };
          await t.assert.rejects(client.post('http://h/', options), refused);
          t.assert.throws(() => client.buildRequest('POST', 'http://h/', options), refused);
          t.assert.throws(() => new t.tern.Request('POST', 'http://h/', wrong(options)), refused);
          t.assert.throws(() => request.with(wrong(options)), refused);
        }
      // What is not there does not count.
      const one = wrong<RequestOptions>({ json: { a: 1 }, form: null, content: undefined });
      t.assert.equal((await client.post('http://h/', one)).request.headers.get('content-length'), '7');
    },
  },
  {
    id: 'RB-18',
    rows: ['RB-18'],
    title: 'given fields keep their case and place; what is missing comes behind them, Host in front',
    verdict: 'same',
    layer: 'bytes',
    needs: ['wire-bytes'],
    async run(t) {
      const { client, send, server } = await bench(t);
      const headers = { 'x-b': '2', 'CONTENT-length': '7', 'X-a': '1', 'content-TYPE': 'a/b', 'x-C': '3' };
      const full = await send({ json: { a: 1 }, headers });
      t.assert.equal(
        full.raw,
        `POST / HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nx-b: 2\r\nCONTENT-length: 7\r\nX-a: 1\r\ncontent-TYPE: a/b\r\nx-C: 3\r\n\r\n`,
      );
      const named = await send({ json: { a: 1 }, headers: { 'X-A': '1', hOST: 'named' } });
      t.assert.equal(
        named.raw,
        'POST / HTTP/1.1\r\nhOST: named\r\nX-A: 1\r\nContent-Length: 7\r\nContent-Type: application/json\r\n\r\n',
      );
      const { raw } = (
        await client.send(
          new t.tern.Request('PUT', server.url('/x'), { form: { a: 1 }, headers: { z: '9' } }),
        )
      ).request.headers;
      t.assert.deepEqual(raw, [
        ['Host', `127.0.0.1:${server.port}`],
        ['z', '9'],
        ['Content-Length', '3'],
        ['Content-Type', 'application/x-www-form-urlencoded'],
      ]);
    },
  },
  {
    id: 'RB-18.host',
    rows: ['RB-18'],
    title: 'a request names one host',
    verdict: 'differs:more than one Host is an error of the request; in httpx the server finds it',
    rfc: 'RFC 9112 §3.2',
    layer: 'model',
    run(t) {
      const headers: [string, string][] = [
        ['Host', 'a'],
        ['host', 'b'],
      ];
      t.assert.throws(() => new t.tern.Request('GET', 'http://h/', { headers }), ILLEGAL);
      const client = new t.tern.Client({
        transport: new t.tern.MockTransport(() => new t.tern.Response(200)),
      });
      t.assert.throws(() => client.buildRequest('GET', 'http://h/', { headers }), ILLEGAL);
    },
  },
  {
    id: 'RB-19',
    rows: ['RB-19'],
    title: 'a request that is made by hand has Host and the fields of its body, whatever the body is',
    verdict: 'differs:there is no request without Host; a stream is content like any other',
    layer: 'model',
    run(t) {
      const request = new t.tern.Request('POST', 'http://h:81/', { content: later('a') });
      t.assert.deepEqual(request.headers.raw, [
        ['Host', 'h:81'],
        ['Transfer-Encoding', 'chunked'],
      ]);
      const own = new t.tern.Request('POST', 'http://h/', {
        content: later('a'),
        headers: { 'Content-Length': '1' },
      });
      t.assert.deepEqual(own.headers.raw, [
        ['Host', 'h'],
        ['Content-Length', '1'],
      ]);
    },
  },
  {
    id: 'RB-20',
    rows: ['RB-20', 'RB-21'],
    title: 'read() takes a stream into memory, so that its octets are there and can be sent again',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const { client, server } = await bench(t);
      const request = client.buildRequest('POST', server.url('/'), { content: later('Hello, ', 'world!') });
      t.assert.throws(() => request.content, { name: 'RequestNotRead', code: 'ERR_REQUEST_NOT_READ' });
      const [content, again] = await Promise.all([request.read(), request.read()]);
      t.assert.equal(Buffer.from(content).toString(), 'Hello, world!');
      t.assert.equal(again, content);
      t.assert.equal(request.content, content);
      for (let round = 0; round < 2; round++) await client.send(request);
      t.assert.deepEqual(
        server.exchanges.map(({ body }) => [body.framing, body.text]),
        [
          ['chunked', 'Hello, world!'],
          ['chunked', 'Hello, world!'],
        ],
      );
    },
  },
  {
    id: 'RB-21',
    rows: ['RB-21'],
    title: 'content that is in memory is there at once; a request without a body has none of it',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const { Request } = t.tern;
      t.assert.equal(new Request('GET', 'http://h/').content.length, 0);
      t.assert.equal(Buffer.from(new Request('POST', 'http://h/', { content: 'é' }).content).toString(), 'é');
      t.assert.equal(
        Buffer.from(new Request('POST', 'http://h/', { form: { a: 1 } }).content).toString(),
        'a=1',
      );
      for (const content of [later('a'), ['a'], Readable.from(['a']), () => 'a', new Blob(['a'])])
        t.assert.throws(
          () => new Request('POST', 'http://h/', { content }).content,
          (error: unknown) =>
            error instanceof t.tern.RequestNotRead &&
            !(error instanceof t.tern.HTTPError) &&
            error.message.includes("'await request.read()'"),
        );
    },
  },
  {
    id: 'RB-22',
    rows: ['RB-22'],
    title: 'a source that can be read once cannot be sent twice, and nothing is sent then',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const { client, server } = await bench(t);
      const sources: readonly (() => RequestOptions['content'])[] = [
        () => later('once'),
        () => ['once'].values(),
        () => Readable.from(['once']),
        () => new Response('once').body!,
      ];
      for (const [index, source] of sources.entries()) {
        const request = client.buildRequest('POST', server.url('/'), { content: source()! });
        await client.send(request);
        await t.assert.rejects(client.send(request), CONSUMED, String(index));
        await t.assert.rejects(request.read(), CONSUMED);
      }
      // A stream that has been used up is known before anything is sent, in a request of its own too.
      const streams = [Readable.from(['once']), new Response('once').body!];
      for (const content of streams) {
        await client.post(server.url('/'), { content });
        const { length } = server.requests;
        await t.assert.rejects(client.post(server.url('/'), { content }), CONSUMED);
        t.assert.equal(server.requests.length, length);
      }
      t.assert.ok(server.exchanges.every(({ body }) => body.text === 'once'));
    },
  },
  {
    id: 'RB-23',
    rows: ['RB-23'],
    title: 'what is in memory, or can be made anew, is sent the same every time',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const { client, server } = await bench(t);
      let made = 0;
      const bodies: readonly RequestOptions[] = [
        { content: 'text' },
        { content: bytes('bytes') },
        { content: new Blob(['blob']) },
        { content: ['a', 'list'] },
        { content: () => later(`made ${++made}`) },
        { json: { a: 1 } },
        { form: { a: 1 } },
        { multipart: { a: '1', file: bytes('x') } },
        { multipart: { file: new Blob(['blob']) } },
      ];
      for (const options of bodies) {
        const request: Request = client.buildRequest('POST', server.url('/'), options);
        t.assert.equal(request.body?.replayable, true);
        const { length } = server.exchanges;
        for (let round = 0; round < 2; round++) await client.send(request);
        const [first, second] = server.exchanges
          .slice(length)
          .map(({ raw, body }) => [raw, body.raw.toString()]);
        if (made === 0 || !first![1]!.includes('made')) t.assert.deepEqual(first, second);
        else
          t.assert.deepEqual(
            [first![1], second![1]],
            ['6\r\nmade 1\r\n0\r\n\r\n', '6\r\nmade 2\r\n0\r\n\r\n'],
          );
      }
    },
  },
  {
    id: 'RB-24',
    rows: ['RB-24'],
    title: 'get, head, options and delete take no body; request() gives any method one',
    verdict: 'differs:the options of the helpers are checked by the compiler; what it lets through is sent',
    layer: 'bytes',
    async run(t) {
      const { client, server } = await bench(t);
      // @ts-expect-error -- a GET has no body
      const get = (): unknown => client.get(server.url('/'), { content: 'x' });
      // @ts-expect-error -- a DELETE has no body
      const remove = (): unknown => client.delete(server.url('/'), { json: {} });
      // @ts-expect-error -- nor has the one-shot form
      const oneShot = (): unknown => t.tern.get(server.url('/'), { form: {} });
      t.assert.equal([get, remove, oneShot].length, 3);
      await client.request('DELETE', server.url('/'), { content: 'gone' });
      await client.request('GET', server.url('/'), { json: 1 });
      t.assert.deepEqual(
        server.exchanges.map(({ method, body }) => [method, body.text]),
        [
          ['DELETE', 'gone'],
          ['GET', '1'],
        ],
      );
    },
  },
  {
    id: 'RB-25',
    rows: ['RB-25'],
    title: 'with Expect: 100-continue the body waits for the server to want it',
    verdict: 'fixed:D22',
    rfc: 'RFC 9110 §10.1.1',
    layer: 'bytes',
    needs: ['expect-continue'],
    async run(t) {
      let early = -1;
      const server = await t.scripted(async (peer) => {
        const head = await peer.readHead();
        for (let turns = 0; turns < 10; turns++) await new Promise(setImmediate);
        early = peer.bytesReceived - head.raw.length;
        await peer.send('HTTP/1.1 100 Continue\r\n\r\n');
        const { text } = await peer.readBody(head);
        await peer.send(`HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
      });
      const client = t.client();
      const headers = { Expect: '100-continue' };
      const response = await client.post(server.url(), { content: 'the body', headers });
      t.assert.deepEqual([response.status, response.text, early], [200, 'the body', 0]);
      t.assert.equal(server.requests[0]!.get('expect'), '100-continue');
    },
  },
  {
    id: 'RB-25.refused',
    rows: ['RB-25'],
    title: 'a server that answers instead does not get the body',
    verdict: 'fixed:D22',
    rfc: 'RFC 9110 §10.1.1',
    layer: 'bytes',
    needs: ['expect-continue'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        const head = await peer.readHead();
        await peer.send('HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n');
        await peer.closed;
        t.assert.equal(peer.bytesReceived, head.raw.length);
      });
      let isRead = false;
      async function* content(): AsyncGenerator<string> {
        isRead = true;
        yield 'x';
      }
      const response = await t.client().post(server.url(), {
        content: content(),
        headers: { Expect: '100-continue' },
      });
      t.assert.deepEqual([response.status, isRead], [417, false]);
      await server.untilOpen(0);
    },
  },
  {
    id: 'RB-25.silent',
    rows: ['RB-25'],
    title: 'a server that does not know the expectation gets the body after a while',
    verdict: 'fixed:D22',
    rfc: 'RFC 9110 §10.1.1',
    layer: 'bytes',
    splits: ['whole'],
    needs: ['expect-continue'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        const { body } = await peer.readRequest();
        await peer.send(reply(200, [], body.text));
      });
      const client = t.client({ expectContinueMs: 20 });
      const response = await client.post(server.url(), { content: 'x', headers: { Expect: '100-continue' } });
      t.assert.equal(response.text, 'x');
    },
  },
  {
    id: 'RB-26',
    rows: ['RB-26'],
    title: 'extensions are copied, and those that do not exist are refused',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const { client, server } = await bench(t);
      const extensions = { target: '*' };
      const request = client.buildRequest('OPTIONS', server.url('/path'), { extensions });
      extensions.target = '/changed';
      await client.send(request);
      t.assert.ok(server.requests[0]!.raw.startsWith('OPTIONS * HTTP/1.1\r\n'));
      t.assert.equal(request.url.pathname, '/path');
      await client.send(request.with({ headers: { A: '1' } }));
      t.assert.equal(server.requests[1]!.target, '*');
      await client.send(request.with({ url: server.url('/other') }));
      t.assert.equal(server.requests[2]!.target, '/other');
      for (const wrongOnes of [
        { sni_hostname: 'h' },
        { sniHostname: 5 },
        { trace: {} },
        { timeout: 'x' },
        'target',
      ])
        t.assert.throws(
          () => client.buildRequest('GET', server.url(), { extensions: wrong(wrongOnes) }),
          INVALID,
          inspect(wrongOnes),
        );
      for (const target of ['', 'a b', '/é', '/a\r\nX: y'])
        t.assert.throws(() => client.buildRequest('GET', server.url(), { extensions: { target } }), ILLEGAL);
    },
  },
  {
    id: 'RB-26.timeout',
    rows: ['RB-26'],
    title: 'limits and trace belong to their request wherever it is sent',
    verdict: 'same',
    layer: 'live',
    needs: ['timeouts', 'trace'],
    async run(t) {
      const server = await t.scripted(async (peer) => {
        await peer.readRequest();
        await peer.closed;
      });
      const events: string[] = [];
      const request = new t.tern.Request('GET', server.url(), {
        extensions: { timeout: { read: 30 }, trace: ({ name }) => void events.push(name) },
      });
      await t.assert.rejects(t.client({ timeout: null }).send(request), { code: 'ERR_READ_TIMEOUT' });
      t.assert.ok(events.includes('http11.send_request_headers.complete'), events.join(' '));
    },
  },
];
