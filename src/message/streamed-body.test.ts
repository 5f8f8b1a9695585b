import { Duplex } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { encodeContent } from '../body/content.ts';
import { failWithoutRequest } from '../body/fail.ts';
import { type BodySource, bytesSource, iteratedSource } from './body-source.ts';
import { StreamedBody } from './streamed-body.ts';

const OWNER = { label: 'the response to GET http://h/' };
const CONSUMED = { code: 'ERR_STREAM_CONSUMED', message: expect.stringContaining(OWNER.label) };
const CLOSED = { code: 'ERR_STREAM_CLOSED', message: expect.stringContaining(OWNER.label) };

function sourceOf(
  ...pieces: readonly (string | Uint8Array)[]
): BodySource & { cancel: ReturnType<typeof vi.fn> } {
  const source = iteratedSource(encodeContent(pieces));
  return Object.assign(source, { cancel: vi.fn(source.cancel.bind(source)) });
}

function bodyOf(source: BodySource): StreamedBody {
  return new StreamedBody(source, OWNER);
}

test('it is taken once, and not after it was given up', () => {
  const body = bodyOf(bytesSource(new Uint8Array(1)));
  body.take("'first'");
  expect(() => body.take("'second'")).toThrow(expect.objectContaining(CONSUMED));
  expect(() => body.take("'second'")).toThrow("'second' cannot be used");
  body.cancel();
  expect(() => body.take("'third'")).toThrow(expect.objectContaining(CONSUMED));

  const given = bodyOf(bytesSource(new Uint8Array(1)));
  given.cancel();
  expect(() => given.take("'first'")).toThrow(expect.objectContaining(CLOSED));
});

test('its end closes it, and there is nothing left to cancel', async () => {
  const source = sourceOf('a', 'b');
  const body = bodyOf(source);
  body.take("'test'");
  const pieces = body.pieces();
  await pieces.next();
  await pieces.next();
  expect(body.isClosed).toBe(false);
  expect((await pieces.next()).done).toBe(true);
  expect(body.isClosed).toBe(true);
  body.cancel();
  expect(source.cancel).not.toHaveBeenCalled();
});

test.each([
  ['before the first piece', 0],
  ['in the middle', 1],
])('leaving %s cancels the source', async (_when, count) => {
  const source = sourceOf('a', 'b');
  const body = bodyOf(source);
  body.take("'test'");
  const pieces = body.pieces();
  for (let i = 0; i < count; i++) await pieces.next();
  await pieces.return();
  expect(body.isClosed).toBe(true);
  expect(source.cancel).toHaveBeenCalledTimes(1);
});

test('leaving while a piece is awaited cancels the source at once', async () => {
  const cancel = vi.fn<() => void>();
  const source: BodySource = {
    bytesReceived: 0,
    trailers: null,
    next: () => new Promise(() => {}),
    all: () => new Promise(() => {}),
    cancel,
  };
  const body = bodyOf(source);
  body.take("'test'");
  const pieces = body.pieces();
  void pieces.next();
  await pieces.return();
  expect(cancel).toHaveBeenCalledTimes(1);
});

test('pieces are octets that are not a Buffer, and never empty', async () => {
  const source: BodySource = {
    bytesReceived: 0,
    trailers: null,
    next: vi
      .fn<BodySource['next']>()
      .mockResolvedValueOnce(Buffer.from('a'))
      .mockResolvedValueOnce(new Uint8Array(0))
      .mockResolvedValueOnce(new Uint8Array([98]))
      .mockResolvedValueOnce(null),
    all: () => new Uint8Array(0),
    cancel() {},
  };
  const body = bodyOf(source);
  body.take("'test'");
  const pieces: Uint8Array[] = [];
  for await (const piece of body.pieces()) pieces.push(piece);
  expect(pieces).toEqual([new Uint8Array([97]), new Uint8Array([98])]);
  expect(pieces[0]).not.toBeInstanceOf(Buffer);
});

test('what is given up from outside while it is read does not end as if it were whole', async () => {
  // A source that takes being cancelled for its end.
  let isCancelled = false;
  const source: BodySource = {
    bytesReceived: 0,
    trailers: null,
    next: async () => (isCancelled ? null : new Uint8Array(1)),
    all: async () => {
      await new Promise(setImmediate);
      return new Uint8Array(1);
    },
    cancel: () => void (isCancelled = true),
  };
  const body = bodyOf(source);
  body.take("'test'");
  const pieces = body.pieces();
  await pieces.next();
  body.cancel();
  await expect(pieces.next()).rejects.toMatchObject(CLOSED);

  isCancelled = false;
  const whole = bodyOf(source);
  whole.take("'test'");
  const all = whole.all(Infinity, failWithoutRequest);
  whole.cancel();
  await all;
  expect(() => whole.checkOpen()).toThrow(expect.objectContaining(CLOSED));
});

test('all() stops as soon as there is too much', async () => {
  let made = 0;
  function* endless(): Generator<Uint8Array> {
    for (;;) {
      made++;
      yield new Uint8Array(10);
    }
  }
  const body = bodyOf(iteratedSource(encodeContent(endless())));
  body.take("'test'");
  await expect(body.all(25, failWithoutRequest)).rejects.toMatchObject({ code: 'ERR_CONTENT_LIMIT' });
  expect(made).toBe(3);
});

test.each([
  ['one piece', ['abc']],
  ['several', ['a', 'bc']],
])('all() within a limit gives %s', async (_name, pieces) => {
  const body = bodyOf(sourceOf(...pieces));
  body.take("'test'");
  expect(Buffer.from(await body.all(3, failWithoutRequest)).toString()).toBe('abc');
});

test('whoever waits for its end is told once, and at once if that has been', () => {
  const body = bodyOf(sourceOf('a'));
  const first = vi.fn<() => void>();
  const second = vi.fn<() => void>();
  const late = vi.fn<() => void>();
  body.onceClosed(first);
  body.onceClosed(second);
  expect(first).not.toHaveBeenCalled();
  body.release(true);
  body.cancel();
  body.onceClosed(late);
  for (const callback of [first, second, late]) expect(callback).toHaveBeenCalledTimes(1);
});

test('as a duplex it is over when the duplex is', async () => {
  for (const isDead of [false, true]) {
    const duplex = new Duplex({ read() {}, write: (_chunk, _encoding, callback) => callback() });
    if (isDead) {
      duplex.destroy();
      await new Promise(setImmediate);
    }
    const source = Object.assign(sourceOf('a'), { upgrade: () => duplex });
    const body = bodyOf(source);
    expect(body.canUpgrade).toBe(true);
    body.take("'upgrade()'");
    expect(body.upgrade()).toBe(duplex);
    expect(body.isClosed).toBe(isDead);
    duplex.destroy();
    await new Promise(setImmediate);
    expect(body.isClosed).toBe(true);
    expect(source.cancel).not.toHaveBeenCalled();
  }
  expect(bodyOf(sourceOf('a')).canUpgrade).toBe(false);
});

test('a failure closes it', async () => {
  const failure = new Error('gone');
  async function* failing(): AsyncGenerator<string> {
    yield 'a';
    throw failure;
  }
  const body = bodyOf(iteratedSource(encodeContent(failing())));
  const closed = vi.fn<() => void>();
  body.onceClosed(closed);
  body.take("'test'");
  const pieces = body.pieces();
  await pieces.next();
  await expect(pieces.next()).rejects.toBe(failure);
  expect(closed).toHaveBeenCalledTimes(1);
});
