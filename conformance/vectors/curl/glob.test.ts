import { describe, expect, test } from 'vitest';
import { expandGlob, fillOutputName } from './glob.ts';

describe('expandGlob', () => {
  test.each([
    ['http://h/plain?a=b', ['http://h/plain?a=b']],
    ['http://h/{a,b}', ['http://h/a', 'http://h/b']],
    ['{a,b}-{1,2}', ['a-1', 'a-2', 'b-1', 'b-2']],
    ['[a-c]x', ['ax', 'bx', 'cx']],
    ['[08-11:2]', ['08', '10']],
    ['[1-1][b-b:1]', ['1b']],
    [String.raw`\{\}\[\]\/`, [String.raw`{}[]\/`]],
    ['http://[::1]:80/{1,2}', ['http://[::1]:80/1', 'http://[::1]:80/2']],
    ['open{brace', ['open{brace']],
  ])('%s', (pattern, texts) => {
    expect(expandGlob(pattern).map(({ text }) => text)).toEqual(texts);
  });

  test('says what it does not understand', () => {
    expect(() => expandGlob('[z]')).toThrow('not a range: [z]');
  });
});

test('the parts of a pattern name the output', () => {
  const [, second] = expandGlob('{<host>one,two}.example/[7-8]');
  expect(second!.text).toBe('one.example/8');
  expect(fillOutputName('#1_#<host>_#2_#3', second!)).toBe('one_one_8_#3');
});
