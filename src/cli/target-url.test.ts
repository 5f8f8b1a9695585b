import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { targetURL } from './target-url.ts';

describe('targetURL', () => {
  test.each([
    ['http://example.com', 'http://example.com'],
    ['HTTPS://example.com/', 'HTTPS://example.com/'],
    ['ftp://example.com/', 'ftp://example.com/'],
    ['example.com', 'https://example.com'],
    ['example.com:8080/x?y#z', 'https://example.com:8080/x?y#z'],
    ['user:pw@example.com', 'https://user:pw@example.com'],
    ['//example.com/x', 'https://example.com/x'],
    ['localhost', 'http://localhost'],
    ['localhost:3000/x', 'http://localhost:3000/x'],
    ['LOCALHOST/x', 'http://LOCALHOST/x'],
    ['app.localhost/x', 'http://app.localhost/x'],
    ['127.0.0.1:80', 'http://127.0.0.1:80'],
    ['127.1/x', 'http://127.1/x'],
    ['[::1]:80/x', 'http://[::1]:80/x'],
    ['0.0.0.0', 'http://0.0.0.0'],
    ['user:pw@localhost/x', 'http://user:pw@localhost/x'],
    [':8080/x', 'http://localhost:8080/x'],
    [':/x', 'http://localhost/x'],
    [':', 'http://localhost'],
    [':?a=1', 'http://localhost?a=1'],
    ['localhost.example.com', 'https://localhost.example.com'],
    ['127.0.0.1.example.com', 'https://127.0.0.1.example.com'],
    ['notlocalhost', 'https://notlocalhost'],
    ['example.com/localhost', 'https://example.com/localhost'],
    ['localhost@example.com', 'https://localhost@example.com'],
  ])('%s means %s', (text, expected) => {
    expect(targetURL(text, { isUnixSocket: false })).toBe(expected);
  });

  test('over a Unix domain socket it is http, and a path will do', () => {
    expect(targetURL('example.com/x', { isUnixSocket: true })).toBe('http://example.com/x');
    expect(targetURL('/x?y', { isUnixSocket: true })).toBe('http://localhost/x?y');
  });

  test.each(['', '/x', '?x', '#x'])('%j names no host', (text) => {
    expect(() => targetURL(text, { isUnixSocket: false })).toThrow(InvalidArgument);
  });
});
