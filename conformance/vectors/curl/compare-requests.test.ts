import { expect, test } from 'vitest';
import { comparable } from './compare-requests.ts';

const NONE: ReadonlySet<string> = new Set();

test('boundaries do not count, even those that consist of dashes', () => {
  const form = (boundary: string): ReturnType<typeof comparable> => {
    const body = `--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n-- ${boundary}x\r\n--${boundary}--\r\n`;
    const type = `multipart/form-data; charset=utf-8; boundary=${boundary}`;
    return comparable(
      'POST',
      '/',
      [
        ['Content-Type', type],
        ['Content-Length', String(body.length)],
      ],
      body,
      NONE,
    );
  };
  const dashes = form('----');
  expect(dashes.fields).toEqual(['content-type: multipart/form-data; charset=utf-8; boundary=BOUNDARY']);
  expect(dashes.body).toContain('--BOUNDARY\r\nContent-Disposition');
  expect(dashes.body.endsWith('--BOUNDARY--\r\n')).toBe(true);
  expect(form('abc').body.replace('-- abcx', '-- ----x')).toBe(dashes.body);
});

test('names of fields are compared in lower case and in any order, values as they are', () => {
  const one = comparable(
    'GET',
    '/',
    [
      ['B', '1'],
      ['a', 'X'],
      ['Expect', '100-continue'],
    ],
    '',
    new Set(['expect']),
  );
  expect(one.fields).toEqual(['a: X', 'b: 1']);
});

test('cookies are compared pair by pair, in any order', () => {
  const fieldsOf = (cookie: string): readonly string[] =>
    comparable('GET', '/', [['Cookie', cookie]], '', NONE).fields;
  expect(fieldsOf('a=1;b=2')).toEqual(fieldsOf('a=1; b=2'));
  expect(fieldsOf('b=2; a=1')).toEqual(fieldsOf('a=1; b=2'));
  expect(fieldsOf('b=2; a=2')).not.toEqual(fieldsOf('a=1; b=2'));
});

test('the size of a chunk may be in either case', () => {
  const bodyOf = (body: string): string =>
    comparable('PUT', '/', [['Transfer-Encoding', 'chunked']], body, NONE).body;
  expect(bodyOf('1E\r\nAb')).toBe(bodyOf('1e\r\nAb'));
  expect(bodyOf('1e\r\nAB')).not.toBe(bodyOf('1e\r\nAb'));
});
