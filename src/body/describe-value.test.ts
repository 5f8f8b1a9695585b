import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { describeValue } from './describe-value.ts';

class Endpoint {
  readonly path = '/';
}

const cases: readonly (readonly [unknown, string])[] = [
  [undefined, 'undefined'],
  [null, 'null'],
  ['x', 'a string'],
  [1, 'a number'],
  [1n, 'a bigint'],
  [() => {}, 'a function'],
  [[1], 'an array'],
  [{ a: 1 }, 'a plain object'],
  [Object.create(null), 'a plain object'],
  [runInNewContext('({})'), 'a plain object'],
  [new Map(), 'a Map'],
  [new Uint8Array(1), 'a Uint8Array'],
  [new Endpoint(), 'an Endpoint'],
  [
    new (class {
      a = 1;
    })(),
    'an object',
  ],
];

test.each(cases)('%o is described without its content', (value, description) => {
  expect(describeValue(value)).toBe(description);
});
