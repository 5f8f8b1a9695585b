import { expect, test } from 'vitest';
import { decodeSingleByte, isSingleByte } from './single-byte.ts';

test.each([
  ['windows-1252', [0x80, 0x8d, 0x9f, 0xa0, 0xff], '€\u008dŸ\u00a0ÿ'],
  ['windows-1252', [0xff, 0x41], 'ÿA'],
  ['windows-1253', [0xaa, 0xe1], '\uFFFDα'],
  ['windows-1255', [0xca, 0xe0], '\u05baא'],
  ['windows-874', [0xdb, 0xa1, 0xff], '\uFFFDก\uFFFD'],
  ['koi8-u', [0xae, 0xbe, 0xc1], 'ўЎа'],
  ['iso-8859-16', [0x80, 0xa4, 0xaa, 0xff], '\u0080€Șÿ'],
  ['ibm866', [0x1a, 0x1c, 0x7f, 0x80], '\u001a\u001c\u007fА'],
  ['x-user-defined', [0x41, 0x80, 0xff], 'A\uf780\uf7ff'],
])('%s %j', (encoding, octets, text) => {
  expect(isSingleByte(encoding)).toBe(true);
  expect(decodeSingleByte(Uint8Array.from(octets), encoding)).toBe(text);
});

test('ASCII and nothing', () => {
  expect(decodeSingleByte(Buffer.from('plain'), 'windows-1252')).toBe('plain');
  expect(decodeSingleByte(new Uint8Array(0), 'koi8-u')).toBe('');
});

test('other encodings are left to the platform', () => {
  expect(['utf-8', 'iso-8859-2', 'gbk', 'toString'].filter(isSingleByte)).toEqual([]);
});
