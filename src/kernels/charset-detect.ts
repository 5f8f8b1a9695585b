import { isAscii, isUtf8 } from 'node:buffer';
import { CHARSETS, charsetModels, CLASS, LATIN, MODEL_SIZE, VALUE_BIAS } from './charset-models.ts';
import { MULTI_BYTE_RULES } from './charset-rules.ts';

/** Octets that are judged, from the first one on that is not ASCII. */
const SAMPLE = 16 * 1024;
/** Octets in which zeros are counted. */
const ZEROS = 512;

const ESCAPE = 0x1b;
const UTF_8 = 0;
const UTF_16LE = 1;
const UTF_16BE = 2;
const ISO_2022_JP = 3;
const FIRST_MULTI_BYTE = 4;

/** Encodings with one octet for each character have the numbers behind those of {@link MULTI_BYTE_RULES}. */
const FIRST_MODEL: number = FIRST_MULTI_BYTE + MULTI_BYTE_RULES.length;

/**
 * Guesses the encoding of a text from its octets: a byte order mark, zeros of UTF-16, escapes of ISO-2022-JP and valid
 * UTF-8 decide; else how well the octets read in each of 17 legacy encodings. Text in ASCII is `utf-8`.
 *
 * @returns the name of an encoding of the Encoding Standard, in lower case; `windows-1252` if nothing reads well
 */
export function detectCharset(input: Uint8Array): string {
  return CHARSETS[guess(input)]!;
}

function guess(input: Uint8Array): number {
  const [first, second, third] = input;
  if (first === 0xef && second === 0xbb && third === 0xbf) return UTF_8;
  if (first === 0xfe && second === 0xff) return UTF_16BE;
  if (first === 0xff && second === 0xfe) return UTF_16LE;
  const wide = countZeros(input);
  if (wide !== UTF_8) return wide;
  if (isAscii(input)) return hasEscapes(input) ? ISO_2022_JP : UTF_8;
  if (isUTF8(input)) return UTF_8;
  let start = 0;
  while (input[start]! < 0x80) start++;
  // The octet in front, because letters are judged by their neighbours.
  return best(input.subarray(Math.max(0, start - 1), start + SAMPLE));
}

/** ASCII in UTF-16 is every other octet a zero. */
function countZeros(input: Uint8Array): number {
  const pairs = Math.min(input.length, ZEROS) >> 1;
  if (pairs < 2) return UTF_8;
  let even = 0;
  let odd = 0;
  for (let at = 0; at < pairs * 2; at += 2) {
    if (input[at] === 0) even++;
    if (input[at + 1] === 0) odd++;
  }
  if (even === 0 && odd * 10 >= pairs * 4) return UTF_16LE;
  return odd === 0 && even * 10 >= pairs * 4 ? UTF_16BE : UTF_8;
}

/** Whether there is a sequence that only ISO-2022-JP has: ESC $ @, ESC $ B, ESC ( J or ESC ( I. */
function hasEscapes(input: Uint8Array): boolean {
  for (let at = input.indexOf(ESCAPE); at !== -1; at = input.indexOf(ESCAPE, at + 1)) {
    const set = String.fromCharCode(input[at + 1] ?? 0, input[at + 2] ?? 0);
    if (set === '$@' || set === '$B' || set === '(J' || set === '(I') return true;
  }
  return false;
}

/** Whether the octets are UTF-8, of which the last character may be cut off. */
function isUTF8(input: Uint8Array): boolean {
  if (isUtf8(input)) return true;
  let start = input.length - 1;
  while (start > 0 && start > input.length - 3 && (input[start]! & 0xc0) === 0x80) start--;
  const tail = input.subarray(start);
  const length = sequenceLength(tail[0]!);
  if (length <= tail.length || !isUtf8(input.subarray(0, start))) return false;
  // Cut off means that some continuation makes it valid; which ones do depends on the first two octets only.
  return [0x80, 0x90, 0xa0].some((octet) => {
    const whole = new Uint8Array(length).fill(octet);
    whole.set(tail);
    return isUtf8(whole);
  });
}

function sequenceLength(lead: number): number {
  return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
}

function best(sample: Uint8Array): number {
  const models = charsetModels();
  let found = FIRST_MODEL;
  let score = 0;
  MULTI_BYTE_RULES.forEach((rule, index) => {
    const own = 2 * scoreMultiByte(sample, rule);
    if (own > score) {
      score = own;
      found = FIRST_MULTI_BYTE + index;
    }
  });
  for (let model = 0; model * MODEL_SIZE < models.length; model++) {
    const own = scoreSingleByte(sample, models, model * MODEL_SIZE);
    if (own > score) {
      score = own;
      found = FIRST_MODEL + model;
    }
  }
  return found;
}

function scoreMultiByte(
  sample: Uint8Array,
  rule: (first: number, second: number, third: number, fourth: number) => number,
): number {
  let score = 0;
  for (let at = 0; at < sample.length;) {
    const first = sample[at]!;
    if (first < 0x80) {
      at++;
      continue;
    }
    // Zeros behind the end fit nothing, but the last character may be cut off.
    const judged = rule(first, sample[at + 1] ?? 0, sample[at + 2] ?? 0, sample[at + 3] ?? 0);
    const length = judged & 7;
    if (length === 1 && at + 4 > sample.length && judged >> 3 < 0) break;
    score += judged >> 3;
    at += length;
  }
  return score;
}

function scoreSingleByte(sample: Uint8Array, models: Uint8Array, start: number): number {
  const isLatin = (models[start]! & LATIN) !== 0;
  const own = isLatin ? -1 : 1;
  const foreign = isLatin ? 1 : -6;
  let score = 0;
  /** Class of the octet before, and whether it was ASCII. */
  let before: number = CLASS.INVALID;
  let wasASCII = true;
  for (const octet of sample) {
    if (octet < 0x80) {
      const kind = asciiClass(octet);
      if (kind !== CLASS.INVALID && !wasASCII && isLetter(before)) {
        score += foreign;
        if (kind === CLASS.UPPER && before === CLASS.LOWER) score -= 5;
      }
      before = kind;
      wasASCII = true;
      continue;
    }
    const judged = models[start + 1 + octet]!;
    const kind = judged & 3;
    if (kind === CLASS.INVALID) score -= 40;
    else {
      score += (judged >> 2) - VALUE_BIAS;
      if (isLetter(kind) && isLetter(before)) {
        score += wasASCII ? foreign : own;
        if (kind === CLASS.UPPER && before === CLASS.LOWER) score -= 5;
      }
    }
    before = kind;
    wasASCII = false;
  }
  return score;
}

function isLetter(kind: number): boolean {
  return kind === CLASS.LOWER || kind === CLASS.UPPER;
}

/** Everything else counts as no letter. */
function asciiClass(octet: number): number {
  if (octet >= 0x61 && octet <= 0x7a) return CLASS.LOWER;
  return octet >= 0x41 && octet <= 0x5a ? CLASS.UPPER : CLASS.INVALID;
}
