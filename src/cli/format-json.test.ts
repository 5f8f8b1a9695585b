import { assert, jsonValue, property } from 'fast-check';
import { expect, test } from 'vitest';
import { palette } from './colours.ts';
import { formatJSON } from './format-json.ts';
import { harmless } from './terminal-text.ts';

const OFF = palette(false);

test.each([
  ['{}', '{}'],
  ['[ \n ]', '[]'],
  ['"a"', '"a"'],
  [' 1.0e3 ', '1.0e3'],
  ['null', 'null'],
  [
    '{"a":[1,{"b":[]}],"c":{}}',
    '{\n    "a": [\n        1,\n        {\n            "b": []\n        }\n    ],\n    "c": {}\n}',
  ],
  ['[1,2]', '[\n    1,\n    2\n]'],
])('%s', (text, expected) => {
  expect(formatJSON(text, OFF)).toBe(expected);
});

test('only white space changes: digits, escapes, order and repeated names stay', () => {
  const text = '{"b":12345678901234567890.10,"a":"\\u00e9\\/ {[,:]}","a":-0}';
  expect(formatJSON(text, OFF)!.replaceAll(/\n */g, '').replaceAll('": ', '":')).toBe(text);
});

test.each(['', '{', '[1,]', "{'a':1}", '<html>', '{"a":1} x'])('%j is no JSON', (text) => {
  expect(formatJSON(text, OFF)).toBeNull();
});

test('names, strings, numbers and literals have colours of their own', () => {
  const on = palette(true);
  expect(formatJSON('{"a" :"b","c":-1,"d":true}', on)).toBe(
    `{\n    ${on.blue('"a"')}: ${on.green('"b"')},\n    ${on.blue('"c"')}: ${on.cyan('-1')},\n    ${on.blue('"d"')}: ${on.magenta('true')}\n}`,
  );
});

test('strings are cleaned before they are painted', () => {
  expect(formatJSON('["\u009B31m"]', OFF, harmless)).toBe('[\n    "<U+009B>31m"\n]');
});

test('is the four-space form of any value', () => {
  assert(
    property(jsonValue(), (value) => {
      expect(formatJSON(JSON.stringify(value), OFF)).toBe(JSON.stringify(value, null, 4));
    }),
  );
});

test('what is nested deeply is not indented beyond all bounds', () => {
  const depth = 20_000;
  const text = formatJSON('['.repeat(depth) + ']'.repeat(depth), OFF)!;
  expect(text.length).toBeLessThan(depth * 600);
  expect(text.replaceAll(/\s/g, '')).toBe('['.repeat(depth) + ']'.repeat(depth));
});
