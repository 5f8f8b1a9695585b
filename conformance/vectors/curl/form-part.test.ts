import { describe, expect, test } from 'vitest';
import { parseFormPart } from './form-part.ts';

describe('parseFormPart', () => {
  test.each([
    ['name=daniel', { name: 'name', content: { text: 'daniel' }, filename: null }],
    ['name=<log/field', { name: 'name', content: { file: 'log/field' }, filename: null }],
    ['f=@log/a b.txt', { name: 'f', content: { file: 'log/a b.txt' }, filename: 'a b.txt' }],
    [
      'f=@"log/a,and;.txt";type=mo/foo;filename="x,\\"y\\";z"',
      { name: 'f', content: { file: 'log/a,and;.txt' }, type: 'mo/foo', filename: 'x,"y";z' },
    ],
    [
      'html= <b>hello</b>;type=text/html;charset=verymoo',
      { name: 'html', content: { text: '<b>hello</b>' }, type: 'text/html;charset=verymoo', filename: null },
    ],
    [
      'b=" \\\\value;" ; type=text/foo; charset=utf-8 ; filename=param',
      { name: 'b', content: { text: ' \\value;' }, type: 'text/foo; charset=utf-8', filename: 'param' },
    ],
    ['a={"x":"1","y":"2"}', { name: 'a', content: { text: '{"x":"1","y":"2"}' }, filename: null }],
  ])('%s', (spec, part) => {
    expect(parseFormPart(spec)).toEqual(part);
  });

  test.each(['file=@a.txt,b.txt', 'no equals sign', 'a=@b;encoder=base64'])('refuses %s', (spec) => {
    expect(() => parseFormPart(spec)).toThrow(spec.includes('encoder') ? 'encoder' : spec);
  });
});
