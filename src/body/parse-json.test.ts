import { describe, expect, test } from 'vitest';
import { failWithoutRequest } from './fail.ts';
import { parseJSON } from './parse-json.ts';

function parse(text: string | Uint8Array, reviver?: (key: string, value: unknown) => unknown): unknown {
  return parseJSON(typeof text === 'string' ? Buffer.from(text) : text, reviver, failWithoutRequest);
}

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    // The error of JSON.parse quotes the content, and must not come along as the cause either.
    expect(error).toMatchObject({ code: 'ERR_INVALID_JSON' });
    expect(error).not.toHaveProperty('cause');
    return String(error);
  }
  return 'no error';
}

describe('parseJSON', () => {
  test('values of every kind, with a byte order mark or in UTF-16 as well', () => {
    expect(parse('{"a":[1,"é☃",null,true]}')).toEqual({ a: [1, 'é☃', null, true] });
    expect(parse('\uFEFF1')).toBe(1);
    expect(parse(Buffer.from('"é"', 'utf16le'))).toBe('é');
    expect(parse(Buffer.from('\uFEFF[]', 'utf16le'))).toEqual([]);
  });

  test('a reviver is applied, and what it throws comes through', () => {
    expect(parse('{"a":1,"b":2}', (_, value) => (typeof value === 'number' ? value * 2 : value))).toEqual({
      a: 2,
      b: 4,
    });
    const failure = new SyntaxError('mine');
    expect(() =>
      parse('[1]', () => {
        throw failure;
      }),
    ).toThrow(failure);
  });

  test.each([
    ['', 'the body is empty'],
    ['\uFEFF', 'the body is empty'],
    ['  ', 'it ends where a value is expected, at position 2 (line 1, column 3)'],
    ['{"password":"secret",}', 'a property name is expected at position 21 (line 1, column 22)'],
    ['{\n "secret": secret\n}', 'a value is expected at position 13 (line 2, column 12)'],
    ['["secret"', "it ends where ',' or ']' is expected, at position 9 (line 1, column 10)"],
    ['<html>secret</html>', 'a value is expected at position 0 (line 1, column 1)'],
  ])('%j: the error says where, and shows nothing of the content', (text, reason) => {
    const message = messageOf(() => parse(text));
    expect(message).toContain(reason);
    expect(message).not.toContain('secret');
  });

  test('with a reviver invalid text is the same error', () => {
    expect(messageOf(() => parse('[1', (_, value) => value))).toContain('at position 2');
  });

  test('invalid UTF-8 is an error, and is not replaced', () => {
    expect(messageOf(() => parse(Buffer.from('5b22c3a9ff225d', 'hex')))).toContain(
      'octet 4 is not valid UTF-8',
    );
    expect(messageOf(() => parse(Buffer.from('22e298', 'hex')))).toContain('octet 1 is not valid UTF-8');
  });

  test('a lone surrogate that is escaped is kept', () => {
    expect(parse(String.raw`"\ud800"`)).toBe('\ud800');
  });
});
