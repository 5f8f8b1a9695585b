import { describe, expect, test } from 'vitest';
import { fieldsOf, toRawFields, toRecord } from './raw-fields.ts';

const raw = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text, 'latin1'));

describe('fieldsOf', () => {
  test('octets, text and lists of values', () => {
    expect(fieldsOf(raw('X-A', '1', 'x-b', 'caf\u00e9'), null)).toEqual(['X-A', '1', 'x-b', 'caf\u00e9']);
    expect(fieldsOf(['A', 'b'], null)).toEqual(['A', 'b']);
    expect(fieldsOf([Buffer.from('A'), raw('1', '2')], null)).toEqual(['A', '1', 'A', '2']);
    expect(fieldsOf(null, null)).toEqual([]);
  });

  test('what came over the wire is taken while both agree', () => {
    const wire = raw('X-B', '1', 'X-A', '2', 'x-b', '3');
    expect(fieldsOf(wire, { 'x-b': ['1', '3'], 'x-a': '2' })).toEqual(['X-B', '1', 'X-A', '2', 'x-b', '3']);
  });

  test.each([
    ['a field is gone', { 'x-a': '1' }, ['x-a', '1']],
    ['a field is new', { 'x-a': '1', 'x-b': '2', age: 0 }, ['x-a', '1', 'x-b', '2', 'age', '0']],
    ['a value differs', { 'x-a': '1', 'x-b': '3' }, ['x-a', '1', 'x-b', '3']],
    ['a value is more', { 'x-a': ['1', '1'], 'x-b': '2' }, ['x-a', '1', 'x-a', '1', 'x-b', '2']],
    ['a value is undefined', { 'x-a': '1', 'x-b': undefined }, ['x-a', '1']],
  ])('the object decides where both differ: %s', (_name, headers, expected) => {
    expect(fieldsOf(raw('X-A', '1', 'X-B', '2'), headers)).toEqual(expected);
  });

  test('an object alone', () => {
    expect(fieldsOf(null, { 'set-cookie': ['a', 'b'], x: '1' })).toEqual([
      'set-cookie',
      'a',
      'set-cookie',
      'b',
      'x',
      '1',
    ]);
    expect(fieldsOf({ y: '2' }, { x: '1' })).toEqual(['x', '1']);
    expect(fieldsOf({ y: ['2', '3'] }, {})).toEqual(['y', '2', 'y', '3']);
    expect(fieldsOf(raw('X-A', '1'), {})).toEqual([]);
  });
});

test('toRawFields gives Latin-1 octets', () => {
  expect(toRawFields(['X', '\u00e9'])).toEqual([Buffer.from('X'), Buffer.from([0xe9])]);
});

test('toRecord joins names without case, and takes any name', () => {
  const record = toRecord(['X-A', '1', 'x-a', '2', 'X-a', '3', '__proto__', 'p', 'B', '4']);
  expect(Object.entries(record)).toEqual([
    ['x-a', ['1', '2', '3']],
    ['__proto__', 'p'],
    ['b', '4'],
  ]);
});
