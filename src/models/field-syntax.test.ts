import { expect, test } from 'vitest';
import { illegalValueIndex, isToken, sameName, trimOWS } from './field-syntax.ts';

const TCHAR = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]$/;

test('isToken knows exactly the characters of RFC 9110 §5.6.2', () => {
  for (let code = 0; code < 0x180; code++) {
    const character = String.fromCharCode(code);
    expect(isToken(character), `U+${code.toString(16)}`).toBe(TCHAR.test(character));
    expect(isToken(`a${character}b`)).toBe(TCHAR.test(character));
  }
  expect(isToken('')).toBe(false);
});

test('illegalValueIndex finds the first character that no value may have', () => {
  for (let code = 0; code < 0x180; code++) {
    const isLegal = code === 9 || (code >= 32 && code < 127) || (code > 127 && code < 256);
    expect(illegalValueIndex(`ab${String.fromCharCode(code)}\n`), `U+${code.toString(16)}`).toBe(
      isLegal ? 3 : 2,
    );
  }
  expect(illegalValueIndex('')).toBe(-1);
  expect(illegalValueIndex('a\tb \u00ff')).toBe(-1);
});

test.each([
  ['', ''],
  ['a', 'a'],
  [' \ta b\t ', 'a b'],
  [' \t ', ''],
  ['\u00a0a\u00a0', '\u00a0a\u00a0'],
  ['\na\n', '\na\n'],
])('trimOWS %j', (text, trimmed) => {
  expect(trimOWS(text)).toBe(trimmed);
});

test('sameName ignores the case of ASCII letters and nothing else', () => {
  for (let a = 0; a < 128; a++) {
    for (let b = 0; b < 128; b++) {
      const [left, right] = [String.fromCharCode(a), String.fromCharCode(b)];
      expect(sameName(left, right), `${a} ${b}`).toBe(left.toLowerCase() === right.toLowerCase());
    }
  }
  expect(sameName('Content-Type', 'cONTENT-tYPE')).toBe(true);
  expect(sameName('a', 'aa')).toBe(false);
  expect(sameName('', '')).toBe(true);
  expect(sameName('\u212a', 'k')).toBe(false);
  expect(sameName('\u00c9', '\u00e9')).toBe(false);
});
