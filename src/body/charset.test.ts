import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { createTextStream, decodeJSONText, decodeText, resolveCharset } from './charset.ts';

test.each([
  ['utf-8', 'utf-8'],
  ['UTF-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['utf_8', 'utf-8'],
  ['U8', 'utf-8'],
  ['utf-8-sig', 'utf-8'],
  [' utf-8\t', 'utf-8'],
  ['latin-1', 'windows-1252'],
  ['latin_1', 'windows-1252'],
  ['iso-8859-1', 'windows-1252'],
  ['iso8859_1', 'windows-1252'],
  ['iso_8859_15', 'iso-8859-15'],
  ['cp1252', 'windows-1252'],
  ['windows_1251', 'windows-1251'],
  ['cp932', 'shift_jis'],
  ['euc_jp', 'euc-jp'],
  ['euckr', 'euc-kr'],
  ['gb2312', 'gbk'],
  ['big5hkscs', 'big5'],
  ['utf-16', 'utf-16le'],
  ['utf_16_be', 'utf-16be'],
  ['iso-8859-16', 'iso-8859-16'],
  ['x-user-defined', 'x-user-defined'],
  ['utf-32', undefined],
  ['utf-7', undefined],
  ['rot13', undefined],
  ['base64', undefined],
  ['iso-2022-kr', undefined],
  ['', undefined],
  ['__proto__', undefined],
  ['constructor', undefined],
  ['x'.repeat(10_000), undefined],
])('the label %j stands for %j', (label, encoding) => {
  expect(resolveCharset(label)).toBe(encoding);
  expect(resolveCharset(label)).toBe(encoding);
});

test('no label is no charset', () => {
  expect(resolveCharset(undefined)).toBeUndefined();
});

test('many labels from the network do not change what known ones mean', () => {
  for (let index = 0; index < 1000; index++) expect(resolveCharset(`unknown-${index}`)).toBeUndefined();
  expect(resolveCharset('latin-1')).toBe('windows-1252');
});

test.each([
  ['utf-8', 'c3a9', 'é'],
  ['latin-1', '80e9', '€é'],
  ['iso-8859-2', 'e9b1', 'éą'],
  ['shift-jis', '836783898378838b', 'トラベル'],
  ['iso-2022-jp', '1b2442254825691b2842', 'トラ'],
  ['utf-16le', '4100e900', 'Aé'],
  ['utf-16be', '004100e9', 'Aé'],
  ['gbk', 'c4e3', '你'],
  ['big5', 'a7da', '我'],
  ['euc-kr', 'c7d1', '한'],
])('decodeText %s', (charset, hex, text) => {
  const bytes = Buffer.from(hex, 'hex');
  expect(decodeText(bytes, charset)).toBe(text);
  const stream = createTextStream(charset);
  expect(Array.from(bytes, (octet) => stream.push(Uint8Array.of(octet))).join('') + stream.end()).toBe(text);
});

describe('byte order mark', () => {
  test.each([
    ['efbbbf61', 'a'],
    ['efbbbf', ''],
    ['feff0061', 'a'],
    ['fffe6100', 'a'],
    ['fffe', ''],
    ['efbbbfefbbbf61', '\uFEFFa'],
  ])('%s is removed and wins against any charset (V-L 132)', (hex, text) => {
    const bytes = Buffer.from(hex, 'hex');
    for (const charset of [
      'utf-8',
      'windows-1252',
      'shift_jis',
      'utf-16be',
      'utf-16le',
      'gbk',
      'iso-2022-jp',
    ]) {
      expect(decodeText(bytes, charset)).toBe(text);
      for (const size of [1, 2, 3, 100]) expect(decodeInPieces(bytes, charset, size)).toBe(text);
    }
  });

  test.each([
    ['utf-8', 'efbb', '\uFFFD'],
    ['utf-8', 'ef', '\uFFFD'],
    ['windows-1252', 'efbb', 'ï»'],
    ['windows-1252', 'ff', 'ÿ'],
    ['windows-1252', 'fe61', 'þa'],
    ['windows-1252', 'efbb61', 'ï»a'],
    ['utf-8', '61efbbbf', 'a\uFEFF'],
  ])('%s %s is not one', (charset, hex, text) => {
    const bytes = Buffer.from(hex, 'hex');
    expect(decodeText(bytes, charset)).toBe(text);
    for (const size of [1, 2, 100]) expect(decodeInPieces(bytes, charset, size)).toBe(text);
  });
});

function decodeInPieces(bytes: Uint8Array, charset: string, size: number): string {
  const stream = createTextStream(charset);
  let text = '';
  for (let at = 0; at < bytes.length; at += size) text += stream.push(bytes.subarray(at, at + size));
  return text + stream.end();
}

describe('streaming', () => {
  test('V-L 129', () => {
    const stream = createTextStream('utf-8');
    expect(stream.push(Uint8Array.of(0xe2, 0x98))).toBe('');
    expect(stream.push(Uint8Array.of(0x83, 0x78))).toBe('☃x');
    expect(stream.push(Uint8Array.of(0xe2))).toBe('');
    expect(stream.end()).toBe('\uFFFD');
  });

  test('V-L 131', () => {
    const stream = createTextStream('shift-jis');
    const chunks = ['8367', '83', '89837883', '8b'].map((hex) => stream.push(Buffer.from(hex, 'hex')));
    expect(chunks).toEqual(['ト', '', 'ラベ', 'ル']);
    expect(stream.end()).toBe('');
  });

  test('empty chunks and an empty text', () => {
    const stream = createTextStream('utf-8');
    expect(stream.push(new Uint8Array(0))).toBe('');
    expect(stream.end()).toBe('');
  });

  test('a chunk may be used again by its owner when push() is back', () => {
    for (const charset of ['utf-8', 'gbk']) {
      const stream = createTextStream(charset);
      const chunk = Uint8Array.of(0xef);
      stream.push(chunk);
      chunk[0] = 0x61;
      expect(stream.push(Uint8Array.of(0xbb, 0xbf)) + stream.end()).toBe('');
      const second = createTextStream(charset);
      const piece = Uint8Array.of(0x61, 0xe2);
      second.push(piece);
      piece.fill(0x61);
      expect(second.push(Uint8Array.of(0x98, 0x83)) + second.end()).toBe(
        charset === 'utf-8' ? '☃' : '鈽\uFFFD',
      );
    }
  });
});

test('an unknown charset is a mistake of the program', () => {
  expect(() => decodeText(new Uint8Array(1), 'rot13')).toThrow(InvalidArgument);
  expect(() => createTextStream('utf-32')).toThrow(`'charset' is "utf-32"`);
});

describe('decodeJSONText', () => {
  const text = '{"a":"é☃😀"}';
  const utf16 = Buffer.from(text, 'utf16le');
  const utf32 = Buffer.alloc(Array.from(text).length * 4);
  for (const [index, character] of Array.from(text).entries())
    utf32.writeUInt32LE(character.codePointAt(0)!, index * 4);

  test.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16LE', utf16],
    ['UTF-16LE with mark', Buffer.concat([Buffer.from('fffe', 'hex'), utf16])],
    ['UTF-16BE', Buffer.from(utf16).swap16()],
    ['UTF-16BE with mark', Buffer.concat([Buffer.from('feff', 'hex'), Buffer.from(utf16).swap16()])],
    ['UTF-32LE', utf32],
    ['UTF-32LE with mark', Buffer.concat([Buffer.from('fffe0000', 'hex'), utf32])],
    ['UTF-32BE', Buffer.from(utf32).swap32()],
    ['UTF-32BE with mark', Buffer.concat([Buffer.from('0000feff', 'hex'), Buffer.from(utf32).swap32()])],
  ])('%s (V-L 133)', (_, bytes) => {
    expect(decodeJSONText(bytes)).toBe(text);
  });

  test('what is invalid becomes U+FFFD', () => {
    expect(decodeJSONText(Buffer.from('22ff22', 'hex'))).toBe('"\uFFFD"');
  });
});
