import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ServerThread, startServerThread } from '../../fixtures/server-thread.ts';
import { thrown } from '../../fixtures/thrown.ts';
import {
  DecodingError,
  InvalidArgument,
  LocalProtocolError,
  Request,
  StreamClosed,
  StreamConsumed,
  UnsupportedOption,
} from '../index.ts';
import { SyncClient, SyncStreamResponse } from '../sync.ts';
import { readBody } from './read-body.ts';

let server: ServerThread;
let client: SyncClient;
const folder = mkdtempSync(join(tmpdir(), 'tern-sync-'));

beforeAll(async () => {
  server = await startServerThread();
  client = new SyncClient({ baseURL: server.origin });
});
afterAll(async () => {
  client.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

const sha = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');
const LARGE = Buffer.alloc(3_000_000, 'abcdefghijk');

describe('uploads', () => {
  test.each<[string, () => unknown]>([
    ['bytes', () => LARGE],
    ['a view', () => LARGE.subarray(0)],
    ['an array', () => [LARGE.subarray(0, 1_000_000), LARGE.subarray(1_000_000)]],
    [
      'a generator',
      () =>
        (function* () {
          for (let i = 0; i < 3; i++) yield LARGE.subarray(i * 1_000_000, (i + 1) * 1_000_000);
        })(),
    ],
    ['a function', () => () => LARGE],
    ['a function that makes an iterable', () => () => [LARGE]],
    ['a Blob', () => new Blob([LARGE])],
  ])('%s', (_name, make) => {
    const response = client.post('/upload', { content: make() as Uint8Array });
    expect(response.json()).toMatchObject({ sha256: sha(LARGE) });
  });

  test('a file, by its handle, and again after a redirect', async () => {
    const path = join(folder, 'in.bin');
    writeFileSync(path, LARGE);
    const handle = await open(path);
    const response = client.post('/redirect-to?status=307&url=/upload', { content: handle, redirect: true });
    expect(response.json()).toMatchObject({ sha256: sha(LARGE) });
    await handle.close();
  });

  test('forms with files and streams', () => {
    const form = new FormData();
    form.append('a', '1');
    form.append('f', new File([LARGE], 'x.bin'));
    const own = client.post('/multipart', { multipart: form });
    expect(own.text).toContain('x.bin');
    const parts = { a: '1', f: { content: ['x', 'y'], filename: 'n.txt' } };
    expect(client.post('/multipart', { multipart: parts }).text).toContain('n.txt');
    const short = { f: { content: ['x', 'y'], filename: 'n.txt', length: 5 } };
    expect(thrown(() => client.post('/echo', { multipart: short }))).toBeInstanceOf(LocalProtocolError);
  });

  test.each<[string, () => unknown]>([
    [
      'an async generator',
      () =>
        (async function* () {
          yield 'x';
        })(),
    ],
    ['a web stream', () => new Blob(['x']).stream()],
    ['a Node stream', () => Readable.from(['x'])],
    ['a function that gives a promise', () => async () => 'x'],
  ])('%s is refused with what to do', (_name, make) => {
    const error = thrown(() => client.post('/upload', { content: make() as never }));
    expect(error).toBeInstanceOf(UnsupportedOption);
    expect(error).toMatchObject({ option: 'content', backend: 'sync' });
    expect((error as Error).message).toContain('generator');
    const parts = { f: { content: make() as never } };
    expect(thrown(() => client.post('/upload', { multipart: parts }))).toBeInstanceOf(UnsupportedOption);
  });

  test('what a source throws, the caller gets, and the source is closed', () => {
    const own = new Error('source');
    let isClosed = false;
    function* source(): Generator<string> {
      try {
        yield 'x';
        throw own;
      } finally {
        isClosed = true;
      }
    }
    expect(thrown(() => client.post('/upload', { content: source() }))).toBe(own);
    expect(isClosed).toBe(true);
  });

  test('an upload may come from a download', () => {
    const down = client.stream('GET', '/bytes/500000');
    const expected = client.get('/bytes/500000').bytes;
    expect(client.post('/upload', { content: down.iterBytes() }).json()).toMatchObject({
      sha256: sha(expected),
    });
  });

  test('request bodies are read before a flow that needs them, blobs too', () => {
    for (const content of [['a', 'b'], new Blob(['ab'])]) {
      const request = new Request('POST', 'http://a.test/', { content });
      expect(Buffer.from(readBody(request)).toString()).toBe('ab');
      expect(request.content).toHaveLength(2);
    }
  });
});

describe('downloads', () => {
  test('piece by piece, in sizes, as text, lines and JSON', () => {
    const expected = client.get('/bytes/300000').bytes;
    const pieces = [...client.stream('GET', '/bytes/300000')];
    expect(sha(Buffer.concat(pieces))).toBe(sha(expected));
    const cut = [...client.stream('GET', '/bytes/300000').iterBytes(70_000)];
    expect(cut.map(({ length }) => length)).toEqual([70_000, 70_000, 70_000, 70_000, 20_000]);
    expect([...client.stream('GET', '/gzip').iterText()].join('')).toBe(client.get('/gzip').text);
    const handmade = (body: string[]): SyncStreamResponse => new SyncStreamResponse(200, { body });
    expect([...handmade(['one\r', '\ntwo\nth', 'ree']).iterLines()]).toEqual(['one', 'two', 'three']);
    expect([...handmade(['{"a":1}\n\nnu', 'll\n']).iterJSONLines()]).toEqual([{ a: 1 }, null]);
    expect([...handmade(['aü', 'b']).iterText(2)]).toEqual(['aü', 'b']);
    expect(() => [...handmade(['{']).iterJSONLines()]).toThrow(DecodingError);
  });

  test('content codings are undone where the octets are, and for those that are made here', () => {
    const text = 'x'.repeat(2_000_000);
    const coded = gzipSync(text);
    const make = (): SyncStreamResponse =>
      new SyncStreamResponse(200, {
        headers: { 'Content-Encoding': 'gzip' },
        body: [coded.subarray(0, 100), coded.subarray(100)],
      });
    expect(make().read().text).toBe(text);
    expect([...make().iterText()].join('')).toBe(text);
    const cutOff = new SyncStreamResponse(200, {
      headers: { 'Content-Encoding': 'gzip' },
      body: coded.subarray(0, -10),
    });
    expect(thrown(() => cutOff.read())).toMatchObject({ code: 'ERR_CONTENT_CODING' });
    expect(client.get('/brotli').text.length).toBeGreaterThan(0);
    expect([...client.stream('GET', '/stacked').iterBytes()].length).toBeGreaterThan(0);
  });

  test('a large one goes no faster than it is taken: the credit, one read, and the piece that is read ahead', () => {
    const total = 64 * 1024 * 1024;
    const response = client.stream('GET', `/bytes/${total}?seed=5`);
    const hash = createHash('sha256');
    let length = 0;
    let highest = 0;
    for (const piece of response) {
      length += piece.length;
      highest = Math.max(highest, response.bytesReceived - length);
      hash.update(piece);
    }
    expect(length).toBe(total);
    expect(response.headers.get('repr-digest')).toBe(`sha-256=:${hash.digest('base64')}:`);
    expect(highest).toBeLessThan(1024 * 1024);
  });

  test('limits on size', () => {
    const own = new SyncClient({ baseURL: server.origin, decode: { maxBytes: 1000 } });
    expect(thrown(() => own.get('/bytes/5000'))).toMatchObject({ code: 'ERR_CONTENT_LIMIT' });
    expect(thrown(() => own.stream('GET', '/bytes/5000').read())).toMatchObject({
      code: 'ERR_CONTENT_LIMIT',
    });
    expect(thrown(() => [...own.stream('GET', '/bytes/5000')])).toMatchObject({ code: 'ERR_CONTENT_LIMIT' });
    own.close();
  });

  test('leaving early lets the connection go', () => {
    const own = new SyncClient({ baseURL: server.origin });
    for (const piece of own.stream('GET', '/bytes/5000000')) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(own.stats.active).toBe(0);
    const response = own.stream('GET', '/bytes/5000000');
    expect(own.stats.active).toBe(1);
    response[Symbol.dispose]();
    expect(own.stats.active).toBe(0);
    expect(response.isClosed).toBe(true);
    expect(thrown(() => response.read())).toBeInstanceOf(StreamClosed);
    own.close();
  });

  test('a content is taken once, and again after it was read', () => {
    const response = client.stream('GET', '/bytes/10');
    expect(response.read()).toBe(response.read());
    expect([...response.iterBytes()]).toHaveLength(1);
    expect(thrown(() => response.iterRaw())).toBeInstanceOf(StreamConsumed);
    expect(response.trailers.size).toBe(0);
    expect(client.get('/trailers').trailers.get('x-checksum')).toBe('42');
    const streamed = client.stream('GET', '/trailers');
    expect([...streamed].length).toBeGreaterThan(0);
    expect(streamed.trailers.get('x-checksum')).toBe('42');
    expect(streamed.bytesReceived).toBe(14);
    expect(streamed.timings?.total).toBeGreaterThan(0);
  });

  test('into a file', () => {
    const path = join(folder, 'out.bin');
    expect(client.stream('GET', '/bytes/100000').pipeTo(path)).toBe(100_000);
    expect(readFileSync(path)).toHaveLength(100_000);
    const nowhere = client.stream('GET', '/bytes/100000');
    expect(thrown(() => nowhere.pipeTo(join(folder, 'no', 'such')))).toMatchObject({ code: 'ENOENT' });
    expect(nowhere.isClosed).toBe(true);
  });

  test('a response by hand', () => {
    const response = new SyncStreamResponse(201, {
      headers: { 'Content-Type': 'text/plain; charset=latin1' },
    });
    expect(String(response)).toBe('<SyncStreamResponse [201 Created]>');
    expect(response.encoding).toBe('windows-1252');
    response.encoding = 'utf-8';
    expect(response.encoding).toBe('utf-8');
    expect(() => new SyncStreamResponse(200, { nope: 1 } as never)).toThrow(InvalidArgument);
    const waits = new SyncStreamResponse(200, { body: new Blob(['x']) });
    expect(thrown(() => waits.read())).toBeInstanceOf(UnsupportedOption);
  });
});
