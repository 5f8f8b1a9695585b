import { describe, expect, test } from 'vitest';
import { encodeContent } from '../body/content.ts';
import { Headers } from '../models/headers.ts';
import { parseURL } from '../models/url.ts';
import { composeFields, replaceFields, withoutFields } from './request-fields.ts';

const URL_80 = parseURL('http://h/');
const URL_123 = parseURL('http://h:123/');
const streamed = encodeContent(['a']);

describe('composeFields', () => {
  test('Host comes first: the one of the URL, or the one that is given, as it is spelt', () => {
    expect(composeFields('GET', URL_80, ['A', '1'], null, null)).toEqual(['Host', 'h', 'A', '1']);
    expect(composeFields('GET', URL_123, [], null, null)).toEqual(['Host', 'h:123']);
    expect(composeFields('GET', URL_80, ['A', '1', 'hOST', 'x'], null, null)).toEqual([
      'hOST',
      'x',
      'A',
      '1',
    ]);
  });

  test('two Host fields are refused, however they are spelt', () => {
    expect(() => composeFields('GET', URL_80, ['Host', 'a', 'host', 'a'], null, null)).toThrow(
      expect.objectContaining({ code: 'ERR_LOCAL_PROTOCOL', phase: 'build' }),
    );
  });

  test.each([
    ['GET', null, []],
    ['DELETE', null, []],
    ['OPTIONS', null, []],
    ['CUSTOM', null, []],
    ['POST', null, ['Content-Length', '0']],
    ['PUT', null, ['Content-Length', '0']],
    ['PATCH', null, ['Content-Length', '0']],
    ['QUERY', null, ['Content-Length', '0']],
    ['GET', encodeContent(''), []],
    ['POST', encodeContent(''), ['Content-Length', '0']],
    ['GET', encodeContent('abc'), ['Content-Length', '3']],
    ['GET', streamed, ['Transfer-Encoding', 'chunked']],
    ['POST', streamed, ['Transfer-Encoding', 'chunked']],
  ])('the framing of %s with %o', (method, body, expected) => {
    expect(composeFields(method, URL_80, [], body, null).slice(2)).toEqual(expected);
  });

  test('what is given about the framing stands alone', () => {
    for (const given of [
      ['content-length', '7'],
      ['transfer-encoding', 'chunked'],
    ]) {
      expect(composeFields('POST', URL_80, given, encodeContent('abc'), null).slice(2)).toEqual(given);
    }
  });

  test('a given type keeps its place, case and value; only a completed one gets the other value', () => {
    const given = ['content-TYPE', 'a/b', 'X', '1'];
    expect(composeFields('GET', URL_80, given, null, 'c/d').slice(2)).toEqual(given);
    expect(composeFields('GET', URL_80, given, null, 'a/b; c=d', true).slice(2)).toEqual([
      'content-TYPE',
      'a/b; c=d',
      'X',
      '1',
    ]);
    expect(composeFields('GET', URL_80, [], null, 'c/d', true).slice(2)).toEqual(['Content-Type', 'c/d']);
  });

  test('fields of the same length as one that matters are left alone', () => {
    const given = ['Same', '1', 'Transfer-Encodinf', '1', 'Content-Lengti', '1', 'Content-Typf', '1'];
    expect(composeFields('POST', URL_80, given, null, 'a/b').slice(2)).toEqual([
      ...given,
      'Content-Length',
      '0',
      'Content-Type',
      'a/b',
    ]);
  });
});

test('withoutFields takes every occurrence away', () => {
  const fields = ['A', '1', 'b', '2', 'a', '3'];
  expect(withoutFields(fields, ['a'])).toEqual(['b', '2']);
  expect(withoutFields(fields, [])).toBe(fields);
});

describe('replaceFields', () => {
  const after = (changes: Parameters<typeof replaceFields>[1]): [string, string][] => {
    const headers = new Headers([
      ['A', '1'],
      ['B', '2'],
      ['a', '3'],
    ]);
    replaceFields(headers, changes);
    return headers.raw;
  };

  test('what is named moves to the end with its new value, null takes it away, undefined says nothing', () => {
    expect(after({ a: 'x', b: undefined })).toEqual([
      ['B', '2'],
      ['a', 'x'],
    ]);
    expect(after({ A: null, c: null })).toEqual([['B', '2']]);
    expect(after({ A: [] })).toHaveLength(3);
  });

  test('several values are several fields, from a list, pairs or Headers', () => {
    const expected = [
      ['B', '2'],
      ['a', 'x'],
      ['a', 'y'],
    ];
    expect(after({ a: ['x', 'y'] })).toEqual(expected);
    const pairs: [string, string][] = [
      ['a', 'x'],
      ['a', 'y'],
    ];
    expect(after(pairs)).toEqual(expected);
    expect(after(new Headers(pairs))).toEqual(expected);
    expect(after(new globalThis.Headers({ a: 'x' }))).toEqual(expected.slice(0, 2));
  });

  test('illegal fields are refused', () => {
    expect(() => after({ 'a b': '1' })).toThrow(expect.objectContaining({ code: 'ERR_LOCAL_PROTOCOL' }));
    expect(() => after({ a: '1\n' })).toThrow(expect.objectContaining({ code: 'ERR_LOCAL_PROTOCOL' }));
  });
});
