import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeExtendedValue, decodeOctets, percentDecode, splitExtendedValue } from './extended-value.ts';

test.each([
  ["UTF-8''%e2%82%ac%20rates", '€ rates'],
  ["utf-8'en'a", 'a'],
  ["UTF-8''", ''],
  ["UTF-8''it's", "it's"],
  ["UTF-8''%EF%BF%BD", '\uFFFD'],
  ["us-ascii'en-us'This%20is", 'This is'],
  ["iso-8859-1'en'%A3%20rates", '£ rates'],
])('%s', (value, text) => {
  expect(decodeExtendedValue(value)).toBe(text);
});

test.each([
  ['no quotes', 'foo'],
  ['one quote', "UTF-8'foo"],
  ['no charset', "''foo"],
  ['an unknown charset', "ISO-8859-15''a"],
  ['half an escape', "UTF-8''a%4"],
  ['a bad escape', "UTF-8''a%zz"],
  ['octets that are not UTF-8', "UTF-8''%e4"],
  ['a surrogate in UTF-8', "UTF-8''%ED%A0%80"],
  ['octets that are not ASCII', "us-ascii''%e4"],
  ['a character that is not ASCII', "UTF-8''ä"],
])('is ignored: %s', (_, value) => {
  expect(decodeExtendedValue(value)).toBeUndefined();
});

test('its parts', () => {
  expect(splitExtendedValue("UTF-8'de'a%20b'c")).toEqual({ charset: 'utf-8', encoded: "a%20b'c" });
  const octets: number[] = [];
  expect(percentDecode('a%4A', octets)).toBe(true);
  expect(octets).toEqual([0x61, 0x4a]);
  expect(decodeOctets('utf-8', octets)).toBe('aJ');
});

test('gives back what encodeURIComponent wrote', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(decodeExtendedValue(`UTF-8''${encodeURIComponent(text)}`)).toBe(text);
    }),
  );
});
