import { EventEmitter, once } from 'node:events';
import { expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { AsyncChunks, SyncChunks } from './body-chunks.ts';

function* letters(log: string[]): Generator {
  try {
    yield 'a';
    yield new Uint8Array(0);
    yield '';
    yield 'b';
    yield 5;
  } finally {
    log.push('released');
  }
}

async function* lettersInTime(log: string[]): AsyncGenerator {
  yield* letters(log);
}

test('empty chunks are skipped, and a chunk of the wrong type releases the source', () => {
  const log: string[] = [];
  const chunks = new SyncChunks(letters(log));
  expect(chunks.next()).toEqual({ done: false, value: new Uint8Array([0x61]) });
  expect(chunks.next()).toEqual({ done: false, value: new Uint8Array([0x62]) });
  expect(() => chunks.next()).toThrow(InvalidArgument);
  expect(log).toEqual(['released']);
  expect(chunks.next()).toEqual({ done: true, value: undefined });
});

test('the same for a source in time', async () => {
  const log: string[] = [];
  const chunks = new AsyncChunks(lettersInTime(log));
  await chunks.next();
  await chunks.next();
  await expect(chunks.next()).rejects.toThrow('a chunk is a number');
  expect(log).toEqual(['released']);
  expect(await chunks.next()).toEqual({ done: true, value: undefined });
});

test('half a character that ends the source is sent as U+FFFD', async () => {
  const chunks = new SyncChunks(['\ud83d'].values());
  expect(chunks.next()).toEqual({ done: false, value: new Uint8Array([0xef, 0xbf, 0xbd]) });
  expect(chunks.next().done).toBe(true);
});

test('return() runs the finally of a generator that has started', async () => {
  const log: string[] = [];
  const sync = new SyncChunks(letters(log));
  sync.next();
  sync.return();
  const timed = new AsyncChunks(lettersInTime(log));
  await timed.next();
  await timed.return();
  await timed.return();
  expect(log).toEqual(['released', 'released']);
});

test('return() during an awaited chunk ends that wait, even if the source fails because of it', async () => {
  const socket = new EventEmitter();
  const source: AsyncIterator<unknown> = {
    next: async () => ({ done: false, value: await once(socket, 'data') }),
    return: async () => {
      socket.emit('error', new Error('torn down'));
      return { done: true, value: undefined };
    },
  };
  const chunks = new AsyncChunks(source);
  const pending = chunks.next();
  await chunks.return();
  expect(await pending).toEqual({ done: true, value: undefined });
});

test('an error of the source comes through as it is, once', async () => {
  const failure = new Error('disk on fire');
  const chunks = new AsyncChunks({ next: () => Promise.reject(failure) });
  await expect(chunks.next()).rejects.toBe(failure);
  expect((await chunks.next()).done).toBe(true);
});
