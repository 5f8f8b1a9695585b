import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { endOfElement, parseElementParameters, quote, splitList, unquote } from './field-list.ts';

describe('splitList', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['a', ['a']],
    ['a, b', ['a', 'b']],
    ['a,b\t,  c ', ['a', 'b', 'c']],
    [' , a ,, b, ', ['a', 'b']],
    ['"d, e", f', ['"d, e"', 'f']],
    ['a="b,c";d, e', ['a="b,c";d', 'e']],
    [String.raw`"a\",b", c`, [String.raw`"a\",b"`, 'c']],
    [String.raw`"a\\",b`, [String.raw`"a\\"`, 'b']],
    ['W/"x,y", "z"', ['W/"x,y"', '"z"']],
    ['a, "b, c', ['a', '"b, c']],
    ['\u00A0a, b', ['\u00A0a', 'b']],
  ])('%s', (value, elements) => {
    expect(splitList(value)).toEqual(elements);
  });

  test('gives back what was joined', () => {
    const element = fc.oneof(
      fc.stringMatching(/^[!#-+\--~]{1,8}$/),
      fc.string({ unit: fc.constantFrom('a', ',', '"', '\\', ' ', 'é') }).map(quote),
    );
    fc.assert(
      fc.property(fc.array(element), (elements) => {
        expect(splitList(elements.join(' ,\t'))).toEqual(elements);
      }),
    );
  });
});

describe('quote and unquote', () => {
  test.each([
    ['a b', '"a b"'],
    ['', '""'],
    [String.raw`say "a\b"`, String.raw`"say \"a\\b\""`],
    ['tab\tü', '"tab\tü"'],
  ])('%s', (text, quoted) => {
    expect(quote(text)).toBe(quoted);
    expect(unquote(quoted)).toBe(text);
  });

  test.each(['token', '"', '"open', '"a" b', 'a "b"', String.raw`"a\"`, '""a"', ''])(
    'unquote leaves %s as it is',
    (text) => {
      expect(unquote(text)).toBe(text);
    },
  );

  test('needless escapes are resolved', () => {
    expect(unquote(String.raw`"\a\b\\\\c\""`)).toBe(String.raw`ab\\c"`);
  });

  test.each(['\r', '\n', '\0', '\u001F', '\u007F'])('quote refuses a control character: %j', (character) => {
    expect(() => quote(`a${character}`)).toThrow(InvalidArgument);
    expect(() => quote(`a${character}`)).toThrow(/U\+00[0-9A-F]{2} at position 1/);
  });

  test('round trip', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '"', '\\', ' ', '\t', ',', '☃') }), (text) => {
        expect(unquote(quote(text))).toBe(text);
      }),
    );
  });
});

describe('parseElementParameters', () => {
  test.each<[string, [string, string][]]>([
    ['a', []],
    ['', []],
    [
      'a; b=c; d="e;f"',
      [
        ['b', 'c'],
        ['d', 'e;f'],
      ],
    ],
    [
      'text/html ;Q = 0.5 ; level=1',
      [
        ['q', '0.5'],
        ['level', '1'],
      ],
    ],
    [
      'a;;flag; =x; b="";c=',
      [
        ['flag', ''],
        ['b', ''],
        ['c', ''],
      ],
    ],
    [
      'a; b="x" junk; b=y',
      [
        ['b', 'x'],
        ['b', 'y'],
      ],
    ],
    ['a; b="x', [['b', 'x']]],
    [String.raw`a; b="x\"`, [['b', 'x"']]],
    ['a; b="x\\', [['b', 'x\\']]],
    ['"a;b"; c=d', [['c', 'd']]],
    ["a; b='c, d'", [['b', "'c"]]],
    ['a; b=c, d', [['b', 'c']]],
  ])('%s', (text, parameters) => {
    expect(parseElementParameters(text, 0).parameters).toEqual(parameters);
  });
});

test('parameters of a list element end at its comma', () => {
  const text = `<x>; a="b,c"; d='e'; f, <y>; g=h`;
  const { parameters, end } = parseElementParameters(text, 3);
  expect(parameters).toEqual([
    ['a', 'b,c'],
    ['d', 'e'],
    ['f', ''],
  ]);
  expect(text.slice(end)).toBe(', <y>; g=h');
  expect(endOfElement(text, 0)).toBe(end);
  expect(parseElementParameters(text, end)).toEqual({ parameters: [], end });
});

test('no text makes the parsers throw', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', '"', '\\', ' ', ',', ';', '=', '<', '>', "'", '*', '\n', '\uD800'),
  });
  fc.assert(
    fc.property(text, (value) => {
      expect(() => {
        splitList(value);
        parseElementParameters(value, 0);
        unquote(value);
      }).not.toThrow();
    }),
    { numRuns: 1000 },
  );
});
