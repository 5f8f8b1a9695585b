import { expect, test } from 'vitest';
import { MultiByteStream, multiByteRule } from './multi-byte-stream.ts';

function decodeInPieces(bytes: Uint8Array, encoding: string, sizes: () => number): string {
  const stream = new MultiByteStream(
    new TextDecoder(encoding, { ignoreBOM: true }),
    multiByteRule(encoding)!,
  );
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const size = sizes();
    text += stream.push(bytes.subarray(at, at + size));
    at += size;
  }
  return text + stream.end();
}

test.each([
  ['gbk', 'c4e3bac3', '你好'],
  ['gb18030', 'c4e38130813061', '你\u0080a'],
  ['gb18030', '9439da33', '💩'],
  ['euc-jp', 'a5c8a5e98ecf8fb0a1', 'トラﾏ丂'],
])('%s %s in pieces', (encoding, hex, text) => {
  const bytes = Buffer.from(hex, 'hex');
  expect(new TextDecoder(encoding).decode(bytes)).toBe(text);
  for (const size of [1, 2, 3, 100]) expect(decodeInPieces(bytes, encoding, () => size)).toBe(text);
});

test.each(['gbk', 'gb18030'])(
  '%s: invalid octets decode in pieces as they do in one, and never throw',
  (encoding) => {
    const whole = new TextDecoder(encoding, { ignoreBOM: true });
    let state = 1;
    const below = (limit: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return (state >>> 8) % limit;
    };
    for (let round = 0; round < 5000; round++) {
      const bytes = Uint8Array.from({ length: 1 + below(12) }, () =>
        below(3) > 0 ? 0x80 + below(128) : 0x30 + below(20),
      );
      const text = decodeInPieces(bytes, encoding, () => 1 + below(4));
      if (text !== whole.decode(bytes))
        expect(Buffer.from(bytes).toString('hex')).toBe('decoded as in one piece');
    }
    expect.assertions(0);
  },
);

test('euc-jp: invalid octets never throw', () => {
  for (const hex of ['c18fc798e0d6a1fd', '8f8f8fa1', '8ea0', '8fa1']) {
    expect(decodeInPieces(Buffer.from(hex, 'hex'), 'euc-jp', () => 1)).toContain('\uFFFD');
  }
});

test('a character comes with its last octet', () => {
  const stream = new MultiByteStream(new TextDecoder('gbk'), multiByteRule('gbk')!);
  expect(stream.push(Uint8Array.of(0x61, 0xc4))).toBe('a');
  expect(stream.push(Uint8Array.of(0xe3))).toBe('你');
  expect(stream.push(new Uint8Array(0))).toBe('');
  expect(stream.push(Uint8Array.of(0xc4))).toBe('');
  expect(stream.end()).toBe('\uFFFD');
  expect(stream.end()).toBe('');
});

test('encodings that the platform streams rightly have no rule', () => {
  expect(['utf-8', 'shift_jis', 'big5', 'euc-kr', 'utf-16le'].map(multiByteRule)).toEqual(
    Array(5).fill(undefined),
  );
});
