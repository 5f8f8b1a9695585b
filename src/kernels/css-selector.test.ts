import { expect, test } from 'vitest';
import { parseSelectors } from './css-selector.ts';

test('compounds and combinators', () => {
  expect(parseSelectors(' DIV#x.a > *.b\t+ p~ q  [HREF] ')).toEqual([
    [
      {
        combinator: null,
        tag: 'div',
        conditions: [
          { kind: 'id', name: 'x', isNegated: false },
          { kind: 'class', name: 'a', isNegated: false },
        ],
      },
      { combinator: '>', tag: null, conditions: [{ kind: 'class', name: 'b', isNegated: false }] },
      { combinator: '+', tag: 'p', conditions: [] },
      { combinator: '~', tag: 'q', conditions: [] },
      { combinator: ' ', tag: null, conditions: [{ kind: 'attribute', name: 'href', isNegated: false }] },
    ],
  ]);
});

test('lists', () => {
  expect(parseSelectors('a , b,c').map(([compound]) => compound!.tag)).toEqual(['a', 'b', 'c']);
});

test.each([
  ['[a=b]', '=', 'b', false],
  ["[a ~= 'b c' ]", '~=', 'b c', false],
  ['[a|="b\\"c"]', '|=', 'b"c', false],
  ['[a^="\\41 b" i]', '^=', 'Ab', true],
  ['[a$=b S]', '$=', 'b', false],
  ['[a*=""]', '*=', '', false],
])('%s', (source, operator, value, ignoresCase) => {
  const condition = { kind: 'value', name: 'a', operator, value, ignoresCase, isNegated: false };
  expect(parseSelectors(source)).toEqual([[{ combinator: null, tag: null, conditions: [condition] }]]);
});

test.each([
  [':first-child', 0, 1],
  [':nth-child(3)', 0, 3],
  [':nth-child(odd)', 2, 1],
  [':NTH-CHILD( even )', 2, 0],
  [':nth-child(2n+1)', 2, 1],
  [':nth-child(-n + 2)', -1, 2],
  [':nth-child(n)', 1, 0],
  [':nth-child(+3n-2)', 3, -2],
])('%s', (source, step, offset) => {
  expect(parseSelectors(source)[0]![0]!.conditions).toEqual([
    { kind: 'nth', step, offset, isNegated: false },
  ]);
});

test('negations and escaped names', () => {
  expect(parseSelectors(':not(.a):not( B )')[0]![0]!.conditions).toEqual([
    { kind: 'class', name: 'a', isNegated: true },
    { kind: 'tag', name: 'b', isNegated: true },
  ]);
  expect(parseSelectors('.a\\:b#\\31 23')[0]![0]!.conditions.map((one) => 'name' in one && one.name)).toEqual(
    ['a:b', '123'],
  );
});

test.each([
  '',
  ' ',
  ',',
  'a,',
  'a >',
  '> a',
  'a..b',
  'a:hover',
  ':not()',
  ':not(:not(a))',
  '[a',
  '[=a]',
  '[a=]',
  ':nth-child(x)',
  'a)',
  '#',
])('%j is not understood', (source) => {
  expect(() => parseSelectors(source)).toThrow('is not understood at');
});
