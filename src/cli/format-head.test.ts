import { expect, test } from 'vitest';
import { Response } from '../message/response.ts';
import { palette } from './colours.ts';
import { formatHead } from './format-head.ts';
import { harmless } from './terminal-text.ts';

const PLAIN = { palette: palette(false), isForEyes: false, clean: String };
const EYES = { palette: palette(true), isForEyes: true, clean: harmless };

test('status line, fields in order and case, empty line', () => {
  const response = new Response(204, {
    headers: [
      ['X-B', '1'],
      ['x-a', '2'],
      ['X-B', '3'],
    ],
  });
  expect(formatHead(response, PLAIN)).toBe('HTTP/1.1 204 No Content\nX-B: 1\nx-a: 2\nX-B: 3\n\n');
});

test('a version and a reason that are not the usual ones', () => {
  expect(formatHead(new Response(200, { httpVersion: '2', statusText: '' }), PLAIN)).toBe('HTTP/2 200\n\n');
  expect(formatHead(new Response(200, { statusText: 'Fine' }), PLAIN)).toBe('HTTP/1.1 200 Fine\n\n');
});

test.each([
  [200, 32],
  [301, 36],
  [404, 33],
  [503, 31],
  [700, 1],
])('%i is painted with %i', (status, colour) => {
  const head = formatHead(new Response(status, { statusText: 'x' }), EYES);
  expect(head).toContain(`\u001B[${colour}m${status} x\u001B[`);
});

test('a terminal gets no control characters', () => {
  const response = new Response(200, { statusText: 'a\u009Bb', headers: { 'X-A': 'a\u0085b' } });
  const head = formatHead(response, { ...PLAIN, clean: harmless });
  expect(head).toBe('HTTP/1.1 200 a<U+009B>b\nX-A: a<U+0085>b\n\n');
});
