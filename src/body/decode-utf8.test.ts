import { isUtf8 } from 'node:buffer';
import { expect, test } from 'vitest';
import { decodeUTF8, findInvalidUTF8, UTF8Stream } from './decode-utf8.ts';

/** Valid sequences, beginnings of some, and octets that are wrong in every way the encoding knows. */
const PIECES = [
  '41',
  '20',
  'c3a9',
  'e29883',
  'f09f9880',
  'efbbbf',
  'efbfbd',
  'c3',
  'e2',
  'e298',
  'f0',
  'f09f',
  'f09f98',
  '80',
  'bfbf',
  'c0',
  'c180',
  'f5',
  'ff',
  'fe',
  'eda080',
  'e080',
  'e09f',
  'f4908080',
  'f48fbfbf',
  'f08f',
  'f880808080',
].map((hex) => Buffer.from(hex, 'hex'));

class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return (this.#state >>> 8) % limit;
  }
}

function randomOctets(random: Random, length: number): Buffer {
  const parts: Buffer[] = [];
  for (let size = 0; size < length; size += parts.at(-1)!.length) {
    parts.push(
      random.below(5) === 0 ? Buffer.from([random.below(256)]) : PIECES[random.below(PIECES.length)]!,
    );
  }
  return Buffer.concat(parts);
}

const reference = new TextDecoder('utf-8', { ignoreBOM: true });

test('every sequence is decoded as TextDecoder does it, valid or not', () => {
  const random = new Random(1);
  for (let round = 0; round < 4000; round++) {
    const bytes = randomOctets(random, round % 100 === 0 ? 5000 + random.below(5000) : 1 + random.below(300));
    const text = decodeUTF8(bytes);
    if (text !== reference.decode(bytes))
      expect(bytes.toString('hex')).toBe('decoded as TextDecoder does it');
  }
  expect.assertions(0);
});

test('valid text of every kind and length', () => {
  for (const unit of ['a', 'é', 'ab é', '☃', '😀', 'plain text and one ☃ ']) {
    for (const length of [0, 1, 50, 127, 128, 129, 4095, 4096, 5000, 70_000]) {
      const text = unit.repeat(Math.ceil(length / unit.length));
      const bytes = new TextEncoder().encode(`x${text}`).subarray(1);
      expect(decodeUTF8(bytes) === text).toBe(true);
    }
  }
});

test('a decoder that was stopped inside a sequence does not touch the next text', () => {
  const cut = Buffer.from(`${'☃'.repeat(100)}☃`).subarray(0, -1);
  expect(decodeUTF8(cut)).toBe(`${'☃'.repeat(100)}\uFFFD`);
  expect(decodeUTF8(Buffer.from('☃'.repeat(100)))).toBe('☃'.repeat(100));
});

test('pieces decode to what the whole decodes to', () => {
  const random = new Random(2);
  for (let round = 0; round < 3000; round++) {
    const bytes = randomOctets(random, 1 + random.below(60));
    const stream = new UTF8Stream();
    let text = '';
    for (let at = 0; at < bytes.length;) {
      const length = random.below(8);
      text += stream.push(bytes.subarray(at, at + length));
      at += length;
    }
    text += stream.end();
    if (text !== reference.decode(bytes)) expect(bytes.toString('hex')).toBe('decoded as in one piece');
  }
  expect.assertions(0);
});

test('V-L 129: a character comes with its last octet, and one that does not go on with the end', () => {
  const stream = new UTF8Stream();
  expect(stream.push(Uint8Array.of(0xe2, 0x98))).toBe('');
  expect(stream.push(Uint8Array.of(0x83, 0x78))).toBe('☃x');
  expect(stream.push(Uint8Array.of(0xe2))).toBe('');
  expect(stream.end()).toBe('\uFFFD');
  expect(stream.end()).toBe('');
});

test('the first invalid octet is found', () => {
  const random = new Random(3);
  for (let round = 0; round < 2000; round++) {
    const bytes = randomOctets(random, 1 + random.below(30));
    const at = findInvalidUTF8(bytes);
    expect(at === -1).toBe(isUtf8(bytes));
    expect(at === -1 || isUtf8(bytes.subarray(0, at))).toBe(true);
  }
  expect(findInvalidUTF8(Buffer.from('61c3a9e298', 'hex'))).toBe(3);
});
