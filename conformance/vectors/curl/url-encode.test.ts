import { expect, test } from 'vitest';
import { urlEncoded } from './url-encode.ts';

test.each([
  ['my name is moo[]', 'my+name+is+moo%5B%5D'],
  ['=a=b', 'a%3Db'],
  ['yes=s i r', 'yes=s+i+r'],
  ['v@file', 'v=a%0A~_b'],
  ['@file', 'a%0A~_b'],
])('%s', (spec, encoded) => {
  expect(urlEncoded(spec, () => 'a\n~_b')).toBe(encoded);
});
