import { expect, test } from 'vitest';
import { harmless, TerminalText } from './terminal-text.ts';

test.each([
  ['plain text, grüße, 漢字, 🐦\n\tindented', 'plain text, grüße, 漢字, 🐦\n\tindented'],
  ['\u001B[2J\u001B]0;title\u0007', '␛[2J␛]0;title␇'],
  ['a\0b\u0008c\u007F', 'a␀b␈c␡'],
  ['\u009B31m', '<U+009B>31m'],
  ['line\r\nnext', 'line\r\nnext'],
  ['over\rwrite', 'over␍write'],
  ['at the end\r', 'at the end␍'],
  ['exe.\u202Egpj', 'exe.<U+202E>gpj'],
])('%j is shown as %j', (text, expected) => {
  expect(harmless(text)).toBe(expected);
});

test('a line end may be split between pieces', () => {
  const filter = new TerminalText();
  expect([filter.push('a\r'), filter.push('\nb\r'), filter.push('c'), filter.end()].join('|')).toBe(
    'a|\r\nb|␍c|',
  );
});
