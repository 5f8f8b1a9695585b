import { expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { parseURL } from '../models/url.ts';
import { BypassList } from './bypass-list.ts';

test.each([
  ['a.test, b.test\tc.test', 'http://x.c.test/', 'http://d.test/'],
  ['.a.test', 'http://x.a.test/', 'http://a.test/'],
  ['10.0.0.0/8', 'http://10.1.1.1/', 'http://10.1.1.1.test/'],
  ['[::1]:81', 'http://[::1]:81/', 'http://[::1]/'],
  ['*', 'https://any.test/', ''],
  ['https://a.test', 'https://a.test/', 'http://a.test/'],
])('%s exempts %s and not %s', (list, inside, outside) => {
  expect(new BypassList(list, 'bypass').has(parseURL(inside))).toBe(true);
  expect(new BypassList(list.split(/[\s,]+/), 'bypass').has(parseURL(inside))).toBe(true);
  if (outside !== '') expect(new BypassList(list, 'bypass').has(parseURL(outside))).toBe(false);
});

test('what is not understood is an error in an option, and nothing in a variable', () => {
  for (const entry of ['a b/8', '10.0.0.0/40', 'a.test:port', '[']) {
    expect(() => new BypassList([entry], 'bypass')).toThrow(InvalidArgument);
    expect(new BypassList(entry, null).has(parseURL('http://x.test/'))).toBe(false);
  }
  expect(new BypassList('', null).has(parseURL('http://x.test/'))).toBe(false);
});
