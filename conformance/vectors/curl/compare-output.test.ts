import { AssertionError } from 'node:assert';
import { expect, test } from 'vitest';
import { compareOutput, type OutputOptions } from './compare-output.ts';
import type { Delivered } from './delivered.ts';

const ALL: OutputOptions = { hasHeads: true, hasContent: true, isCut: false };
const DELIVERED: Delivered = {
  heads: [['HTTP/1.1 100 Continue'], ['HTTP/1.1 200 OK', 'A: b', 'C: ']],
  content: 'one\r\n\r\ntwo',
  trailers: ['T: u'],
};

test('heads are compared without line ends and white space around values, content octet by octet', () => {
  const head = 'HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\r\nA:b  \r\nC:\r\n\r\n';
  const compare = (output: string, options: Partial<OutputOptions>): void => {
    expect(() => compareOutput([DELIVERED], output, { ...ALL, ...options })).not.toThrow();
  };
  compare(`${head}one\r\n\r\ntwoT: u\r\n`, {});
  compare('one\r\n\r\ntwo', { hasHeads: false });
  compare(`${head}T: u\r\n`, { hasContent: false });
  compare(`${head}one\r\n\r\ntwo and more`, { ...ALL, isCut: true });
});

test.each([
  ['another content', 'HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\nA: b\nC:\n\none\n\ntwoT: u\n'],
  ['a field less', 'HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\nA: b\n\none\r\n\r\ntwoT: u\n'],
  ['a head less', 'HTTP/1.1 200 OK\nA: b\nC:\n\none\r\n\r\ntwoT: u\n'],
  ['more', 'HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\nA: b\nC:\n\none\r\n\r\ntwoT: u\nmore'],
])('sees %s', (_what, output) => {
  expect(() => compareOutput([DELIVERED], output, ALL)).toThrow(AssertionError);
});
