import { isAscii } from 'node:buffer';
import type { TextDecoder as Decoder } from 'node:util';

const SPACE = 0x20;

/**
 * Encodings of the Encoding Standard with one octet for each character (§9) that some releases of Node lack or
 * decode wrongly, and what is to be corrected in them: pairs of octet and code point. Node 20 has the C1 controls
 * in windows-1252, and every release swaps three ASCII controls in IBM866.
 */
const CORRECTIONS: Readonly<Record<string, readonly (readonly [octet: number, codePoint: number])[]>> = {
  ibm866: [],
  'iso-8859-16': pairs(
    0xa0,
    '\u00a0ĄąŁ€„Š§š©Ș«Ź\u00adźŻ°±ČłŽ”¶·žčș»ŒœŸżÀÁÂĂÄĆÆÇÈÉÊËÌÍÎÏĐŃÒÓÔŐÖŚŰÙÚÛÜĘȚßàáâăäćæçèéêëìíîïđńòóôőöśűùúûüęțÿ',
  ),
  'koi8-u': [
    [0xae, 0x045e],
    [0xbe, 0x040e],
  ],
  'windows-874': [0xdb, 0xdc, 0xdd, 0xde, 0xfc, 0xfd, 0xfe, 0xff].map((octet) => [octet, 0xfffd]),
  'windows-1252': pairs(0x80, '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'),
  'windows-1253': [[0xaa, 0xfffd]],
  'windows-1255': [[0xca, 0x05ba]],
  'x-user-defined': Array.from({ length: 128 }, (_, index) => [0x80 + index, 0xf780 + index]),
};

/** Code points of the octets from 0x80 on. */
const tables = new Map<string, Uint16Array>();

/** Whether this is an encoding that is decoded here and not by the platform. */
export function isSingleByte(encoding: string): boolean {
  return Object.hasOwn(CORRECTIONS, encoding);
}

/**
 * Decodes text of a single-byte encoding.
 *
 * @param encoding one that {@link isSingleByte} knows
 */
export function decodeSingleByte(bytes: Uint8Array, encoding: string): string {
  const input = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (isAscii(input)) return input.toString('latin1');
  const table = tables.get(encoding) ?? makeTable(encoding);
  const output = Buffer.allocUnsafe(input.length * 2);
  for (let index = 0; index < input.length; index++) {
    const octet = input[index]!;
    const unit = octet < 0x80 ? octet : table[octet - 0x80]!;
    output[2 * index] = unit;
    output[2 * index + 1] = unit >> 8;
  }
  return output.toString('utf16le');
}

function makeTable(encoding: string): Uint16Array {
  const decoder = platformDecoder(encoding);
  const table = new Uint16Array(128);
  for (let index = 0; index < 128; index++) {
    // Not at the beginning, where Node 22 takes an octet of windows-1252 for a byte order mark.
    const text = decoder?.decode(Uint8Array.of(SPACE, 0x80 + index));
    table[index] = text === undefined ? 0x80 + index : text.charCodeAt(1);
  }
  for (const [octet, codePoint] of CORRECTIONS[encoding]!) table[octet - 0x80] = codePoint;
  tables.set(encoding, table);
  return table;
}

function platformDecoder(encoding: string): Decoder | null {
  try {
    return new TextDecoder(encoding);
  } catch {
    return null; // A RangeError: the platform does not know the encoding.
  }
}

function pairs(first: number, characters: string): [octet: number, codePoint: number][] {
  return Array.from(characters, (character, index) => [first + index, character.charCodeAt(0)]);
}
