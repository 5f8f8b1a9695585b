/**
 * Judges the character that begins with four octets: its length in the lower three bits, its score above. The scores
 * know where an encoding has its frequent characters: kana, the ideographs and syllables of the first level.
 */
export type MultiByteRule = (first: number, second: number, third: number, fourth: number) => number;

const INVALID = (-60 << 3) | 1;

/** In the order of their numbers, from that of `shift_jis` on. */
export const MULTI_BYTE_RULES: readonly MultiByteRule[] = [shiftJIS, eucJP, eucKR, gb18030, big5];

function shiftJIS(first: number, second: number): number {
  if (isIn(first, 0xa1, 0xdf)) return judged(1, -1);
  if (!isIn(first, 0x81, 0x9f) && !isIn(first, 0xe0, 0xfc)) return INVALID;
  if (!isIn(second, 0x40, 0x7e) && !isIn(second, 0x80, 0xfc)) return INVALID;
  if (first === 0x82) return judged(2, isIn(second, 0x9f, 0xf1) ? 6 : 2);
  if (first === 0x83 && second <= 0x96) return judged(2, 5);
  if (first === 0x81) return judged(2, 3);
  if (isIn(first, 0x88, 0x97)) return judged(2, 4);
  return judged(2, isIn(first, 0x98, 0xea) ? 1 : -3);
}

function eucJP(first: number, second: number, third: number): number {
  if (first === 0x8e && isIn(second, 0xa1, 0xdf)) return judged(2, 0);
  if (first === 0x8f && isIn(second, 0xa1, 0xfe) && isIn(third, 0xa1, 0xfe)) return judged(3, 0);
  if (!isIn(first, 0xa1, 0xfe) || !isIn(second, 0xa1, 0xfe)) return INVALID;
  if (first === 0xa4) return judged(2, 6);
  if (first === 0xa5) return judged(2, 5);
  if (first === 0xa1) return judged(2, 3);
  if (first === 0xa3) return judged(2, 2);
  if (isIn(first, 0xb0, 0xcf)) return judged(2, 4);
  return judged(2, isIn(first, 0xd0, 0xf4) ? 1 : -3);
}

function eucKR(first: number, second: number): number {
  if (isIn(first, 0xa1, 0xfe) && isIn(second, 0xa1, 0xfe)) {
    if (isIn(first, 0xb0, 0xc8)) return judged(2, 5);
    if (isIn(first, 0xa1, 0xa4)) return judged(2, 2);
    return judged(2, isIn(first, 0xca, 0xfd) ? 1 : -2);
  }
  const isExtension =
    isIn(first, 0x81, 0xc6) &&
    (isIn(second, 0x41, 0x5a) || isIn(second, 0x61, 0x7a) || isIn(second, 0x81, 0xfe));
  return isExtension ? judged(2, 0) : INVALID;
}

function gb18030(first: number, second: number, third: number, fourth: number): number {
  if (!isIn(first, 0x81, 0xfe)) return INVALID;
  if (isIn(second, 0x30, 0x39)) {
    return isIn(third, 0x81, 0xfe) && isIn(fourth, 0x30, 0x39) ? judged(4, 0) : INVALID;
  }
  if (!isIn(second, 0x40, 0x7e) && !isIn(second, 0x80, 0xfe)) return INVALID;
  if (second >= 0xa1) {
    if (isIn(first, 0xb0, 0xd7)) return judged(2, 4);
    if (isIn(first, 0xd8, 0xf7)) return judged(2, 1);
    if (isIn(first, 0xa1, 0xa3)) return judged(2, 2);
  }
  return judged(2, -2);
}

function big5(first: number, second: number): number {
  if (!isIn(first, 0x81, 0xfe)) return INVALID;
  if (!isIn(second, 0x40, 0x7e) && !isIn(second, 0xa1, 0xfe)) return INVALID;
  if (isIn(first, 0xa4, 0xc6)) return judged(2, 4);
  if (isIn(first, 0xc9, 0xf9)) return judged(2, 1);
  return judged(2, isIn(first, 0xa1, 0xa3) ? 3 : -3);
}

function isIn(octet: number, from: number, to: number): boolean {
  return octet >= from && octet <= to;
}

function judged(length: number, score: number): number {
  return (score << 3) | length;
}
