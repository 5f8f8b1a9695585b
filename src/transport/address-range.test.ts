import { expect, test } from 'vitest';
import { AddressRange } from './address-range.ts';

test.each([
  ['10.0.0.0/8', '10.255.255.255', '11.0.0.0'],
  ['10.1.2.3/32', '10.1.2.3', '10.1.2.4'],
  ['0.0.0.0/0', '255.255.255.255', '::1'],
  ['2001:db8::/32', '2001:db8:ffff::', '2001:db9::'],
  ['[::1]/128', '::1', '::2'],
  ['10.0.0.0/8', '10.0.0.1', '10.0.0.1.test'],
])('%s has %s and not %s', (text, inside, outside) => {
  const range = AddressRange.parse(text)!;
  expect([range.has(inside), range.has(outside)]).toEqual([true, false]);
});

test.each([
  '',
  '10.0.0.0',
  '10.0.0.0/',
  '10.0.0.0/33',
  '10.0.0/8',
  '::/129',
  'a/8',
  '10.0.0.0/8a',
  '10.0.0.0/ 8',
])('%j is no range', (text) => {
  expect(AddressRange.parse(text)).toBeNull();
});
