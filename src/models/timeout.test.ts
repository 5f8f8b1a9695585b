import { expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { DEFAULT_TIMEOUT, NO_TIMEOUT, resolveTimeout, type TimeoutInit } from './timeout.ts';

const inherited = { ...DEFAULT_TIMEOUT, firstByte: 11, total: 12 };

test.each([
  [undefined, inherited],
  [null, NO_TIMEOUT],
  [7, { pool: 7, connect: 7, write: 7, read: 7, firstByte: 11, total: 12 }],
  [0, { pool: 0, connect: 0, write: 0, read: 0, firstByte: 11, total: 12 }],
  [Infinity, { pool: null, connect: null, write: null, read: null, firstByte: 11, total: 12 }],
  [{}, inherited],
  [
    { read: 3, total: null },
    { ...inherited, read: 3, total: null },
  ],
  [{ read: undefined }, inherited],
  [{ connect: Infinity }, { ...inherited, connect: null }],
])('%j', (init, expected) => {
  expect(resolveTimeout(init as TimeoutInit, inherited)).toEqual(expected);
});

test('is as long as a timer of Node can be, or none', () => {
  expect(resolveTimeout({ read: 24 * 86_400_000, total: 2 ** 31 }, NO_TIMEOUT)).toMatchObject({
    read: 24 * 86_400_000,
    total: null,
  });
});

test('cannot be changed', () => {
  for (const timeout of [
    DEFAULT_TIMEOUT,
    NO_TIMEOUT,
    resolveTimeout(5, inherited),
    resolveTimeout({}, inherited),
  ]) {
    expect(Object.isFrozen(timeout)).toBe(true);
  }
});

test.each([
  [-1, "'timeout'"],
  [Number.NaN, "'timeout'"],
  ['5', "'timeout'"],
  [true, "'timeout'"],
  [[5, 10], "'timeout.0'"],
  [{ raed: 5 }, "'timeout.raed'"],
  [{ read: -1 }, "'timeout.read'"],
  [{ read: '5' }, "'timeout.read'"],
])('refuses %j, naming %s', (init, name) => {
  expect(() => resolveTimeout(init as never, inherited)).toThrow(InvalidArgument);
  expect(() => resolveTimeout(init as never, inherited)).toThrow(name);
});
