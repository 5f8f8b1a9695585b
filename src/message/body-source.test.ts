import { expect, test, vi } from 'vitest';
import { encodeContent } from '../body/content.ts';
import { type BodySource, bytesSource, iteratedSource } from './body-source.ts';

const TRAILERS = ['X-Sum', '3'];
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function collect(source: BodySource): Promise<string[]> {
  const pieces: string[] = [];
  for (let chunk = await source.next(); chunk !== null; chunk = await source.next()) {
    pieces.push(Buffer.from(chunk).toString());
  }
  return pieces;
}

const sources: readonly (readonly [string, () => BodySource])[] = [
  ['in memory', () => bytesSource(bytes('abc'), TRAILERS)],
  ['made by a program', () => iteratedSource(encodeContent(['a', 'bc']), TRAILERS)],
  ['content that is in memory', () => iteratedSource(encodeContent('abc'), TRAILERS)],
];

test.each(sources)('%s: the trailers come with the end', async (_name, make) => {
  const pieced = make();
  expect(pieced.trailers).toBeNull();
  expect((await collect(pieced)).join('')).toBe('abc');
  expect(pieced.trailers).toBe(TRAILERS);
  expect(pieced.bytesReceived).toBe(3);
  expect(await pieced.next()).toBeNull();

  const whole = make();
  expect(Buffer.from(await whole.all()).toString()).toBe('abc');
  expect(whole.trailers).toBe(TRAILERS);
});

test.each(sources)('%s: what is given up has no trailers', (_name, make) => {
  const source = make();
  source.cancel();
  source.cancel();
  expect(source.trailers).toBeNull();
});

test('nothing in memory is no chunk', async () => {
  const source = bytesSource(bytes(''));
  expect(await source.next()).toBeNull();
  expect(source.all()).toEqual(bytes(''));
});

test('a program is not run before its content is wanted, and told when it is not wanted', async () => {
  const closed = vi.fn<() => void>();
  let isStarted = false;
  async function* made(): AsyncGenerator<string> {
    isStarted = true;
    try {
      yield 'a';
      yield 'b';
    } finally {
      closed();
    }
  }
  const unread = made();
  const unreadReturn = vi.spyOn(unread, 'return');
  iteratedSource(encodeContent(unread)).cancel();
  expect(isStarted).toBe(false);
  expect(unreadReturn).toHaveBeenCalledTimes(1);

  const source = iteratedSource(encodeContent(made()));
  await source.next();
  source.cancel();
  await new Promise(setImmediate);
  expect(closed).toHaveBeenCalledTimes(1);
  await expect(source.next()).rejects.toMatchObject({ code: 'ERR_STREAM_CLOSED' });
  await expect(source.all()).rejects.toMatchObject({ code: 'ERR_STREAM_CLOSED' });
});

test('who waits for a program that hangs is told when the content is given up', async () => {
  async function* hanging(): AsyncGenerator<string> {
    yield 'a';
    await new Promise(() => {});
  }
  for (const take of ['next', 'all'] as const) {
    const source = iteratedSource(encodeContent(hanging()));
    if (take === 'next') await source.next();
    const taken = source[take]();
    setImmediate(() => source.cancel());
    await expect(taken).rejects.toMatchObject({ code: 'ERR_STREAM_CLOSED' });
  }
});

test('a program that fails has failed for good: its content cannot be taken for whole afterwards', async () => {
  const failure = new Error('of the program');
  async function* failing(): AsyncGenerator<string> {
    yield 'a';
    throw failure;
  }
  const source = iteratedSource(encodeContent(failing()), TRAILERS);
  await source.next();
  await expect(source.next()).rejects.toBe(failure);
  await expect(source.next()).rejects.toBe(failure);
  source.cancel();
  await expect(source.next()).rejects.toBe(failure);
  expect(source.trailers).toBeNull();
});

test('giving up does not throw, whatever the program throws when it is told', async () => {
  function* spiteful(): Generator<string, void> {
    try {
      for (;;) yield 'x';
    } finally {
      // oxlint-disable-next-line no-unsafe-finally -- this is what the test is about
      throw new Error('cleanup failed');
    }
  }
  const source = iteratedSource(encodeContent(spiteful()));
  await source.next();
  source.cancel();
  await expect(source.next()).rejects.toMatchObject({ code: 'ERR_STREAM_CLOSED' });
});
