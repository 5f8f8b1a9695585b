import { expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { multipartType } from './multipart-boundary.ts';

test('without a header the boundary is random: 32 hex digits', () => {
  const { boundary, contentType } = multipartType(null);
  expect(boundary).toMatch(/^[\da-f]{32}$/);
  expect(contentType).toBe(`multipart/form-data; boundary=${boundary}`);
  expect(multipartType(undefined).boundary).not.toBe(boundary);
});

test.each([
  'multipart/form-data; boundary=+++; charset=utf-8',
  'multipart/form-data; charset=utf-8; boundary=+++',
  'multipart/form-data; boundary=+++',
  'multipart/form-data; boundary=+++ ;',
  'multipart/form-data; boundary="+++"; charset=utf-8',
  'multipart/form-data; charset=utf-8; boundary="+++"',
  'multipart/form-data; boundary="+++"',
  'multipart/form-data; boundary="+++" ;',
  'Multipart/Related; BOUNDARY="+++"; type="text/xml; boundary=x"',
])('the boundary of %s is used and the header kept', (contentType) => {
  expect(multipartType(contentType)).toEqual({ boundary: '+++', contentType });
});

test.each([
  'multipart/form-data',
  'multipart/form-data; charset=utf-8',
  'multipart/form-data;charset=utf-8 ; ',
])('a boundary is added to %s', (given) => {
  const { boundary, contentType } = multipartType(given);
  expect(boundary).toMatch(/^[\da-f]{32}$/);
  expect(contentType).toBe(`${given.replace(/[ ;]+$/, '')}; boundary=${boundary}`);
});

test('any character of RFC 2046 is legal in a boundary, up to 70 of them', () => {
  const all = `'()+_,-./:=? aZ09`;
  expect(multipartType(`multipart/form-data; boundary="${all}"`).boundary).toBe(all);
  const long = 'x'.repeat(70);
  expect(multipartType(`multipart/form-data; boundary=${long}`).boundary).toBe(long);
});

test.each([
  'multipart/form-data; boundary=',
  'multipart/form-data; boundary=""',
  'multipart/form-data; boundary="ends with space "',
  'multipart/form-data; boundary="a\\"b"',
  'multipart/form-data; boundary=a*b',
  'multipart/form-data; boundary=é',
  `multipart/form-data; boundary=${'x'.repeat(71)}`,
])('an illegal boundary is refused: %s', (contentType) => {
  expect(() => multipartType(contentType)).toThrow(InvalidArgument);
  expect(() => multipartType(contentType)).toThrow('RFC 2046 §5.1.1');
});

test.each(['application/json', 'text/plain; boundary=x', 'multipart', ''])(
  'a header that cannot announce a multipart body is refused: %s',
  (contentType) => {
    expect(() => multipartType(contentType)).toThrow('does not describe a multipart body');
  },
);
