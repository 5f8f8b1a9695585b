import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { serializeMediaType } from '../../fixtures/serialize-media-type.ts';
import { charsetOf, mediaTypeOf, parseMediaType } from './media-type.ts';

test('a media type and its parts', () => {
  const mediaType = parseMediaType(' Text/HTML ; Charset="UTF-8"; x=y;charset=other ');
  expect(mediaType).toEqual({
    type: 'text',
    subtype: 'html',
    essence: 'text/html',
    parameters: new Map([
      ['charset', 'UTF-8'],
      ['x', 'y'],
    ]),
  });
  expect(serializeMediaType(mediaType!)).toBe('text/html;charset=UTF-8;x=y');
});

test.each(['', 'text', 'text/', '/html', 'text /html', 'text/html x', 'te;xt/html', 'te\u212At/html'])(
  'is not a media type: %s',
  (text) => {
    expect(parseMediaType(text)).toBeNull();
  },
);

test('a letter that is ASCII only in lower case is not a token character', () => {
  expect(parseMediaType('text/html;\u212A=1')?.parameters.size).toBe(0);
});

test('a value is quoted if it has to be', () => {
  const parameters = new Map([
    ['a', ''],
    ['b', String.raw`x"\y`],
    ['c', 'x y'],
  ]);
  const text = serializeMediaType({ type: 'a', subtype: 'b', essence: 'a/b', parameters });
  expect(text).toBe(String.raw`a/b;a="";b="x\"\\y";c="x y"`);
  expect(parseMediaType(text)?.parameters).toEqual(parameters);
});

describe('mediaTypeOf', () => {
  test('no valid value', () => {
    expect(mediaTypeOf([])).toBeNull();
    expect(mediaTypeOf(['', 'x', '*/*'])).toBeNull();
  });

  test('the charset is inherited by the same essence only', () => {
    expect(inherited('text/html;charset=a', 'TEXT/HTML')).toBe('a');
    expect(inherited('text/html;charset=a', 'text/plain')).toBeUndefined();
    expect(inherited('text/html;charset=a', 'text/html;charset=b')).toBe('b');
    expect(inherited('text/html;charset=a, text/html')).toBe('a');
  });
});

describe('charsetOf', () => {
  test.each([
    [null, undefined],
    [undefined, undefined],
    ['', undefined],
    ['text/html', undefined],
    ['text/html; charset=utf-8', 'utf-8'],
    ['text/html;CHARSET=UTF-8', 'UTF-8'],
    ['text/html; charset="utf-8"', 'utf-8'],
    ["text/html; charset='utf-8'", "'utf-8'"],
    ['text/html; charset=', undefined],
    ['text/html; charset', undefined],
    ['text/html; xcharset=utf-8', undefined],
    ['text/html; charset =utf-8', undefined],
    ['text/html; a=b; charset=utf-8', 'utf-8'],
    ['text/html; charset=utf-8; a=b', 'utf-8'],
    ['text/html; charset=utf-8, text/html', 'utf-8'],
    ['text/html; charset=utf-8, text/plain', undefined],
    ['*/*; charset=utf-8', undefined],
    ['*/*+; charset=utf-8', 'utf-8'],
    ['html; charset=utf-8', undefined],
    ['; charset=text/html', undefined],
    ['tex t/html; charset=utf-8', undefined],
  ])('%s', (contentType, charset) => {
    expect(charsetOf(contentType)).toBe(charset);
  });

  test('agrees with the whole parser', () => {
    const part = fc.constantFrom(
      'text/html',
      '*/*',
      'text',
      '/',
      ';',
      '; ',
      ' ',
      'charset=',
      'CHARSET=',
      'utf-8',
      '"',
      '"gbk"',
      '\\',
      ',',
      ', ',
      'x=y',
      '\t',
      '\n',
      'ü',
      '*',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const text = parts.join('');
        expect(charsetOf(text)).toBe(mediaTypeOf([text])?.parameters.get('charset'));
      }),
      { numRuns: 5000 },
    );
  });
});

test('whatever is parsed is a fixed point of parsing and writing', () => {
  const text = fc.string({
    unit: fc.constantFrom('a', 'B', '/', ';', '=', '"', '\\', ' ', 'é', '☃', '\u0001'),
  });
  fc.assert(
    fc.property(text, (tail) => {
      const mediaType = parseMediaType(`a/b;${tail}`);
      const written = serializeMediaType(mediaType!);
      expect(parseMediaType(written)).toEqual(mediaType);
      parseMediaType(tail);
    }),
    { numRuns: 1000 },
  );
});

function inherited(...values: string[]): string | undefined {
  return mediaTypeOf(values)?.parameters.get('charset');
}
