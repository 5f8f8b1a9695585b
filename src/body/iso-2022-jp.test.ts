import { expect, test } from 'vitest';
import { decodeISO2022JP, ISO2022JPStream } from './iso-2022-jp.ts';

const ESC = '\u001b';

test.each([
  ['plain', 'plain'],
  [`${ESC}$B%H%i%Y%k${ESC}(B!`, 'トラベル!'],
  [`${ESC}$@0!${ESC}(J\\~`, '亜\u00a5\u203e'],
  [`${ESC}(I1${ESC}(B1`, '\uff711'],
  [`${ESC}$B%`, '\uFFFD'],
  [`${ESC}$B%${ESC}(Ba`, '\uFFFDa'],
  [`${ESC}$B%\n`, '\uFFFD'],
  [`${ESC}$B\n`, '\uFFFD'],
  [`${ESC}(B${ESC}(Ba`, '\uFFFDa'],
  [`${ESC}(Xa`, '\uFFFD(Xa'],
  [`${ESC}${ESC}$B0!`, '\uFFFD亜'],
  [`a${ESC}$`, 'a\uFFFD$'],
  ['\u000e\u000f', '\uFFFD\uFFFD'],
  [`${ESC}$B~~`, '\uFFFD'],
])('%j', (ascii, text) => {
  const bytes = Buffer.from(ascii, 'latin1');
  expect(decodeISO2022JP(bytes)).toBe(text);
  const stream = new ISO2022JPStream();
  const pieces = Array.from(bytes, (octet) => stream.push(Uint8Array.of(octet)));
  expect(pieces.join('') + stream.end()).toBe(text);
});

test('octets above 127 are invalid in every mode', () => {
  for (const mode of ['(B', '(J', '(I', '$B']) {
    const bytes = Buffer.concat([Buffer.from(`${ESC}${mode}`), Buffer.from([0xa1])]);
    expect(decodeISO2022JP(bytes)).toBe('\uFFFD');
  }
});
