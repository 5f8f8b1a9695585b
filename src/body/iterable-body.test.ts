import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { collectText } from '../../fixtures/collect-body.ts';
import { StreamConsumed } from '../errors/stream-consumed.ts';
import { asyncIterableBody, iterableBody } from './iterable-body.ts';
import type { RequestBody } from './request-body.ts';

const repeatable: readonly (readonly [string, RequestBody])[] = [
  ['an array', iterableBody(['a', Buffer.from('b')])],
  [
    'an object with a generator method',
    iterableBody({
      *[Symbol.iterator]() {
        yield 'ab';
      },
    }),
  ],
  [
    'an object with an async generator method',
    asyncIterableBody({
      async *[Symbol.asyncIterator]() {
        yield 'a';
        yield 'b';
      },
    }),
  ],
];

test.each(repeatable)('%s makes new iterators and can be sent again', async (_kind, body) => {
  expect(body).toMatchObject({ bytes: null, length: null, replayable: true });
  expect(await collectText(body)).toBe('ab');
  expect(await collectText(body)).toBe('ab');
});

test('a generator cannot, and the error says so', async () => {
  const body = iterableBody(
    (function* () {
      yield 'ab';
    })(),
  );
  expect(body).toMatchObject({ replayable: false, description: 'a one-shot iterable' });
  expect(await collectText(body)).toBe('ab');
  expect(() => body.open()).toThrow(StreamConsumed);
  expect(() => body.open()).toThrow('a one-shot iterable');

  const timed = asyncIterableBody(
    (async function* () {
      yield 'ab';
    })(),
  );
  expect(timed).toMatchObject({ replayable: false, description: 'a one-shot async iterable' });
  expect(await collectText(timed)).toBe('ab');
  expect(() => timed.open()).toThrow(StreamConsumed);
});

test('an iterator is asked for once per sending', async () => {
  let made = 0;
  const body = iterableBody({
    [Symbol.iterator]() {
      made++;
      return ['a'].values();
    },
  });
  await collectText(body);
  expect(made).toBe(1);
  await collectText(body);
  expect(made).toBe(2);
});

test('an iterable that keeps one iterator is not sent as nothing the second time', async () => {
  const lines = createInterface({ input: Readable.from(['a\nb\n']) });
  const body = asyncIterableBody(lines);
  expect(await collectText(body)).toBe('ab');
  expect(() => body.open()).toThrow(StreamConsumed);
});

test('cancel() of an unopened body closes the iterator', async () => {
  let isClosed = false;
  const iterator: AsyncIterableIterator<string> = {
    next: async () => ({ done: true, value: undefined }),
    return: async () => {
      isClosed = true;
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  const body = asyncIterableBody(iterator);
  await body.cancel?.();
  await body.cancel?.();
  expect(isClosed).toBe(true);
  expect(() => body.open()).toThrow('has been cancelled');
});
