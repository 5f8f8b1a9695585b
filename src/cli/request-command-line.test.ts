import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { readCommandLine, type RequestCommandLine } from './request-command-line.ts';

function read(...argv: string[]): RequestCommandLine {
  const invocation = readCommandLine(argv);
  if (invocation.kind !== 'request') throw new Error(`not a request: ${invocation.kind}`);
  return invocation.line;
}

describe('method and URL', () => {
  test.each<[string[], string]>([
    [['url'], 'GET'],
    [['put', 'url'], 'put'],
    [['-m', 'DELETE', 'url'], 'DELETE'],
    [['url', '-c', 'x'], 'POST'],
    [['url', '-j', '{}'], 'POST'],
    [['url', '-d', 'a', '1'], 'POST'],
    [['url', '-f', 'a', 'file'], 'POST'],
    [['PUT', 'url', '-c', 'x'], 'PUT'],
    [['url', '-c', 'x', '-m', 'PATCH'], 'PATCH'],
  ])('%j: %s', (argv, method) => {
    expect(read(...argv)).toMatchObject({ method, url: 'url' });
  });

  test.each<[string[], RegExp]>([
    [[], /^A URL is missing\.$/],
    [['GET', 'url', 'more'], /'more'/],
    [['GET', 'url', '-m', 'PUT'], /given twice: 'GET' and '--method PUT'/],
    [['--json', '{"a":1}', 'url'], /'{"a":1}' stands where the method belongs.*--json-body/],
    [['example.com', 'example.org'], /'example.com' stands where the method belongs/],
  ])('%j is refused', (argv, message) => {
    expect(() => read(...argv)).toThrow(message);
    expect(() => read(...argv)).toThrow(InvalidArgument);
  });
});

describe('fields', () => {
  test('are name and value, or both in one', () => {
    expect(read('url', '-h', 'A', '1', '-h', 'B:2', '-h', 'C:  a: b ', '-h', 'D', '').headers).toEqual([
      ['A', '1'],
      ['B', '2'],
      ['C', 'a: b'],
      ['D', ''],
    ]);
  });

  test('are removed by a name without value', () => {
    expect(read('url', '-h', 'Accept:', '--headers', 'User-Agent: ')).toMatchObject({
      headers: [],
      removedHeaders: ['Accept', 'User-Agent'],
    });
  });
});

describe('body', () => {
  test('form fields become parts beside files', () => {
    expect(read('url', '-d', 'a', '1').body).toEqual({ kind: 'form', fields: [['a', '1']] });
    expect(read('url', '--data', 'a', '1', '-f', 'b', 'c.txt').body).toEqual({
      kind: 'multipart',
      fields: [['a', '1']],
      files: [['b', 'c.txt']],
    });
    expect(read('url').body).toBeNull();
  });

  test.each<[string[], string]>([
    [['-c', 'x', '-j', '{}'], "A request has one body, but '--content' and '--json-body' give several."],
    [['-c', 'x', '-d', 'a', '1'], "A request has one body, but '--content' and '--form' give several."],
    [['-j', '{}', '-f', 'a', 'b'], "A request has one body, but '--json-body' and '--files' give several."],
  ])('%j is refused', (argv, message) => {
    expect(() => read('url', ...argv)).toThrow(new InvalidArgument(message));
  });
});

describe('timeouts', () => {
  test.each<[string[], Record<string, number | null>]>([
    [[], {}],
    [['--timeout', '2.5'], { pool: 2500, connect: 2500, write: 2500, read: 2500 }],
    [['--timeout', '0'], { pool: null, connect: null, write: null, read: null }],
    [['--timeout', '1', '--timeout-connect', '.5'], { pool: 1000, connect: 500, write: 1000, read: 1000 }],
    [['--timeout-first-byte', '3'], { firstByte: 3000 }],
    [['--timeout-total', '10'], { total: 10_000 }],
  ])('%j: %j', (argv, expected) => {
    expect(read('url', ...argv).timeout).toEqual(expected);
  });

  test.each(['-1', 'soon', '', '1s', '1e3', 'Infinity'])("'%s' seconds are refused", (seconds) => {
    expect(() => read('url', `--timeout=${seconds}`)).toThrow(
      `'--timeout' must be a number of seconds, 0 for no limit, not '${seconds}'.`,
    );
  });
});

describe('output', () => {
  test.each<[string[], Partial<RequestCommandLine>]>([
    [[], { output: 'all', download: null, colour: undefined, isVerbose: false, raises: false }],
    [['-b'], { output: 'body' }],
    [['--json'], { output: 'json' }],
    [['--download', 'x'], { download: { path: 'x' } }],
    [['-O'], { download: 'suggested' }],
    [['--json', '-O'], { output: 'json', download: 'suggested' }],
    [
      ['-vL', '--raise', '--show-secrets'],
      { isVerbose: true, followsRedirects: true, raises: true, showsSecrets: true },
    ],
    [['--color'], { colour: true }],
    [['--no-colour'], { colour: false }],
  ])('%j', (argv, expected) => {
    expect(read('url', ...argv)).toMatchObject(expected);
  });

  test.each<string[]>([
    ['-b', '--json'],
    ['-b', '--download', 'x'],
    ['-b', '-O'],
    ['-O', '--download', 'x'],
    ['--download', '-'],
    ['--download', ''],
    ['--color', '--no-color'],
  ])('%j is refused', (...argv) => {
    expect(() => read('url', ...argv)).toThrow(InvalidArgument);
  });
});

test('authentication is of one kind', () => {
  expect(read('url').auth).toBeNull();
  expect(read('url', '--auth', 'me', '-').auth).toEqual({ kind: 'basic', user: 'me', password: '-' });
  expect(read('url', '--digest', 'me', 'pw').auth).toEqual({ kind: 'digest', user: 'me', password: 'pw' });
  expect(read('url', '--bearer', 't').auth).toEqual({ kind: 'bearer', token: 't' });
  expect(read('url', '--netrc').auth).toEqual({ kind: 'netrc', file: null });
  expect(read('url', '--netrc-file', 'f').auth).toEqual({ kind: 'netrc', file: 'f' });
  expect(() => read('url', '--auth', 'me', 'pw', '--bearer', 't')).toThrow("'--auth' or '--bearer'");
  expect(() => read('url', '--netrc', '--digest', 'me', 'pw')).toThrow("'--digest' or '--netrc'");
});

test('a key needs a certificate', () => {
  expect(() => read('url', '--key', 'k')).toThrow("'--key' needs '--cert' beside it.");
});

test.each([
  [['--help'], 'help'],
  [['url', '--help', '--proxy', 'x'], 'help'],
  [['-V'], 'version'],
  [['--version'], 'version'],
])('%j asks for %s', (argv, kind) => {
  expect(readCommandLine(argv)).toEqual({ kind });
});
