import { expect, test } from 'vitest';
import { serializeEnd, serializeHead, serializeSmallChunk } from './serializer.ts';

test('a head in the order and case of its fields', () => {
  expect(serializeHead('GET', '/a?b', ['Host', 'x', 'X-MiXeD', '', 'a', 'caf\u00e9'])).toBe(
    'GET /a?b HTTP/1.1\r\nHost: x\r\nX-MiXeD: \r\na: caf\u00e9\r\n\r\n',
  );
  expect(serializeHead('OPTIONS', '*', [])).toBe('OPTIONS * HTTP/1.1\r\n\r\n');
});

test('chunks', () => {
  expect(serializeSmallChunk(Buffer.from('hello')).toString()).toBe('5\r\nhello\r\n');
  expect(serializeSmallChunk(Buffer.alloc(255, 'x')).toString()).toBe(`ff\r\n${'x'.repeat(255)}\r\n`);
});

test('the end, with and without trailers', () => {
  expect(serializeEnd()).toBe('0\r\n\r\n');
  expect(serializeEnd(['X-Sum', '1', 'b', '2'])).toBe('0\r\nX-Sum: 1\r\nb: 2\r\n\r\n');
});
