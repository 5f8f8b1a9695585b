import { expect, test } from 'vitest';
import { kindOfContent, kindOfType } from './content-kind.ts';

test.each([
  ['application/json', 'json'],
  ['application/problem+json; charset=utf-8', 'json'],
  ['text/json', 'json'],
  ['text/html', 'text'],
  ['TEXT/Plain; charset=latin1', 'text'],
  ['application/xml', 'text'],
  ['application/atom+xml', 'text'],
  ['image/svg+xml', 'text'],
  ['application/x-ndjson', 'text'],
  ['application/x-www-form-urlencoded', 'text'],
  ['application/whatever; charset=utf-8', 'text'],
  ['image/png', 'binary'],
  ['video/mp4', 'binary'],
  ['application/octet-stream', 'binary'],
  ['application/whatever', undefined],
  ['nonsense', undefined],
  ['', undefined],
])('%s is %s', (type, kind) => {
  expect(kindOfType([type])).toBe(kind);
});

test('without a type the octets decide', () => {
  expect(kindOfType([])).toBeUndefined();
  expect(kindOfContent(Buffer.from('grüße\r\n\t\f\u001B[0m'))).toBe('text');
  expect(kindOfContent(Buffer.from('\u0089PNG\r\n\u001A\n', 'latin1'))).toBe('binary');
  expect(kindOfContent(Buffer.from([0]))).toBe('binary');
  expect(kindOfContent(Buffer.alloc(0))).toBe('text');
  expect(kindOfContent(Buffer.concat([Buffer.alloc(1445, 'a'), Buffer.from([0])]))).toBe('text');
});
