import { expect, test } from 'vitest';
import { findJSONFault } from './json-syntax.ts';

test.each<[string, number, string]>([
  ['', 0, 'a value'],
  ['   ', 3, 'a value'],
  ['{', 1, "a property name or '}'"],
  ['{,}', 1, "a property name or '}'"],
  ['{"a"}', 4, "':'"],
  ['{"a":}', 5, 'a value'],
  ['{"a":1', 6, "',' or '}'"],
  ['{"a":1,}', 7, 'a property name'],
  ['{"a":1 "b":2}', 7, "',' or '}'"],
  ['[', 1, "a value or ']'"],
  ['[,1]', 1, "a value or ']'"],
  ['[1,]', 3, 'a value'],
  ['[1 2]', 3, "',' or ']'"],
  ['[1}', 2, "',' or ']'"],
  ['[1', 2, "',' or ']'"],
  ['1 2', 2, 'the end'],
  ['01', 1, 'the end'],
  ['-', 1, 'a digit'],
  ['1.', 2, 'a digit'],
  ['.5', 0, 'a value'],
  ['1e', 2, 'a digit'],
  ['1e+', 3, 'a digit'],
  ['nul', 0, 'a value'],
  ['nulll', 4, 'the end'],
  ['"abc', 4, 'the end of a string'],
  ['"a\nb"', 2, 'no control character inside a string'],
  [String.raw`"\x"`, 1, 'an escape sequence'],
  [String.raw`"\u12g4"`, 1, 'an escape sequence'],
  [String.raw`"\u12`, 1, 'an escape sequence'],
  ['\u00a01', 0, 'a value'],
  ["{'a':1}", 1, "a property name or '}'"],
])('%j: at %i %s is expected', (text, offset, expected) => {
  expect(findJSONFault(text)).toMatchObject({ offset, expected });
  expect(() => JSON.parse(text)).toThrow(SyntaxError);
});

test.each([
  '0',
  '-0',
  '-1.5e+10',
  '1E5',
  '""',
  String.raw`"\"\\\/\b\f\n\r\té"`,
  '[]',
  '{}',
  ' [ ] ',
  '{"a":{"b":[1,{}]},"c":null}',
  '[true,false,null]',
  '\t\r\n1\t',
  '"\u2028\u007f"',
])('%s is JSON', (text) => {
  expect(findJSONFault(text)).toBeNull();
  expect(() => JSON.parse(text)).not.toThrow();
});

test('lines end with LF, CRLF or CR, and columns begin with 1', () => {
  expect(findJSONFault('{\n  "a": 1,\r\n\r  "b" 2}')).toMatchObject({ line: 4, column: 7, offset: 20 });
  expect(findJSONFault('x')).toMatchObject({ line: 1, column: 1 });
  expect(findJSONFault('[1,\r\n')).toMatchObject({ line: 2, column: 1 });
});

test('depth is no limit', () => {
  expect(findJSONFault('['.repeat(200_000))).toMatchObject({ offset: 200_000 });
  expect(findJSONFault(`${'[{"":'.repeat(50_000)}1${'}]'.repeat(50_000)}`)).toBeNull();
});

test('random tokens are judged as JSON.parse judges them', () => {
  const tokens = [
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    String.raw`"\u00e9"`,
    '1',
    '-0',
    '1.5e3',
    'true',
    'null',
    ' ',
    '\n',
  ].concat(String.raw`"\x"`, '01', '"', '\t', '.5', '1.', 'false', '-', '\u00a0');
  let state = 7;
  let valid = 0;
  for (let round = 0; round < 30_000; round++) {
    let text = '';
    for (let count = 1 + (round % 9); count > 0; count--) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      text += tokens[(state >>> 8) % tokens.length]!;
    }
    const isValid = isJSON(text);
    if (isValid) valid++;
    if (isValid !== (findJSONFault(text) === null)) expect(text).toBe('judged alike');
  }
  expect(valid).toBeGreaterThan(500);
});

function isJSON(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
