import { expect, test } from 'vitest';
import { decodeUTF32 } from './utf32.ts';

function encode(codePoints: number[], isLittleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(codePoints.length * 4));
  for (const [index, codePoint] of codePoints.entries()) view.setUint32(index * 4, codePoint, isLittleEndian);
  return new Uint8Array(view.buffer);
}

test.each([true, false])('little endian: %s', (isLittleEndian) => {
  const codePoints = [0x41, 0xe9, 0x2603, 0xffff, 0x1_0000, 0x1_f600, 0x10_ffff];
  expect(decodeUTF32(encode(codePoints, isLittleEndian), isLittleEndian)).toBe(
    String.fromCodePoint(...codePoints),
  );
  const invalid = [0xd800, 0xdfff, 0x11_0000, 0xffff_ffff];
  expect(decodeUTF32(encode(invalid, isLittleEndian), isLittleEndian)).toBe('\uFFFD\uFFFD\uFFFD\uFFFD');
  const cut = encode([0x41, 0x42], isLittleEndian);
  for (const length of [5, 6, 7]) {
    expect(decodeUTF32(cut.subarray(0, length), isLittleEndian)).toBe('A\uFFFD');
  }
  expect(decodeUTF32(new Uint8Array(0), isLittleEndian)).toBe('');
});

test('octets may lie anywhere in their buffer', () => {
  const bytes = Uint8Array.from([9, ...encode([0x41, 0x1_f600], true)]);
  expect(decodeUTF32(bytes.subarray(1), true)).toBe('A😀');
});
