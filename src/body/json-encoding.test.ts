import { expect, test } from 'vitest';
import { detectJSONEncoding } from './json-encoding.ts';

test.each<[string, number[], string, number]>([
  ['nothing', [], 'utf-8', 0],
  ['one octet', [0x31], 'utf-8', 0],
  ['ASCII', [0x7b, 0x22], 'utf-8', 0],
  ['ASCII and more', [0x22, 0xc3, 0xa9, 0x22], 'utf-8', 0],
  ['UTF-8 mark', [0xef, 0xbb, 0xbf, 0x31], 'utf-8', 3],
  ['one character, UTF-16BE', [0, 0x31], 'utf-16be', 0],
  ['one character, UTF-16LE', [0x31, 0], 'utf-16le', 0],
  ['UTF-16BE', [0, 0x22, 0x30, 0x42], 'utf-16be', 0],
  ['UTF-16LE', [0x22, 0, 0x42, 0x30], 'utf-16le', 0],
  ['UTF-16LE, second character below 256', [0x22, 0, 0x41, 0], 'utf-16le', 0],
  ['UTF-16BE mark', [0xfe, 0xff, 0, 0x31], 'utf-16be', 2],
  ['UTF-16LE mark', [0xff, 0xfe, 0x31, 0], 'utf-16le', 2],
  ['UTF-16LE mark alone', [0xff, 0xfe], 'utf-16le', 2],
  ['UTF-32BE', [0, 0, 0, 0x31], 'utf-32be', 0],
  ['UTF-32LE', [0x31, 0, 0, 0], 'utf-32le', 0],
  ['UTF-32BE mark', [0, 0, 0xfe, 0xff], 'utf-32be', 4],
  ['UTF-32LE mark', [0xff, 0xfe, 0, 0], 'utf-32le', 4],
])('%s', (_, octets, encoding, markLength) => {
  expect(detectJSONEncoding(Uint8Array.from(octets))).toEqual({ encoding, markLength });
});
