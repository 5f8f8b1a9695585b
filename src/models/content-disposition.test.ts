import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseContentDisposition, parseParameterized, suggestedFilename } from './content-disposition.ts';
import { quote } from './field-list.ts';

describe('parseContentDisposition', () => {
  test('type, filename and parameters', () => {
    expect(parseContentDisposition('Attachment; FileName="a;b.txt"; size=3;')).toEqual({
      type: 'attachment',
      filename: 'a;b.txt',
      parameters: new Map([
        ['filename', 'a;b.txt'],
        ['size', '3'],
      ]),
    });
    expect(parseContentDisposition('inline')).toEqual({ type: 'inline', parameters: new Map() });
  });

  test.each([
    [`attachment; filename=a; filename*=UTF-8''%E2%82%AC`, '€'],
    [`attachment; filename*=UTF-8''%E2%82%AC; filename=a`, '€'],
    [`attachment; filename*=UTF-8''%E2; filename=a`, 'a'],
    [`attachment; filename*=x; filename*0=b; filename=a`, 'a'],
    [`attachment; filename*0*=UTF-8''%E2%82; filename*1*=%AC; filename*2="%20.txt"`, '€%20.txt'],
    [`attachment; filename*0="a "; filename*1*=%E2%82%AC`, 'a €'],
    [`attachment; filename*0*=a; filename=b`, 'b'],
    [`attachment; filename*0*=UTF-8''a; filename*1*=%zz; filename=b`, 'b'],
    ['attachment; filename=""', ''],
    ['attachment; filename*x=a', undefined],
    ['attachment; *=a', undefined],
    [String.raw`attachment; filename="a\"\\\b.txt"`, String.raw`a"\b.txt`],
  ])('%s', (value, filename) => {
    expect(parseContentDisposition(value)?.filename).toBe(filename);
  });

  test.each([
    '',
    ' ',
    ';',
    'attachment; filename',
    'attachment; filename=',
    'attachment; filename="a',
    'attachment; filename="a\nb"',
    'attachment; filename="a\u007F"',
    'attachment; filename=a; FILENAME=b',
    'attachment; filename=a;;',
    'attachment, inline',
    'text/html; filename=a',
  ])('is not one: %j', (value) => {
    expect(parseContentDisposition(value)).toBeNull();
  });

  test('names of Object.prototype are names like others', () => {
    expect(parseContentDisposition('attachment; __proto__=a; constructor=b')?.parameters).toEqual(
      new Map([
        ['__proto__', 'a'],
        ['constructor', 'b'],
      ]),
    );
  });

  test('a long value', () => {
    const text = '\\"ab'.repeat(250_000);
    expect(parseContentDisposition(`attachment; filename="${text}"`)?.filename).toHaveLength(750_000);
    expect(parseContentDisposition(`attachment; filename="${text}`)).toBeNull();
    expect(parseContentDisposition(`attachment; filename*0="${'a'.repeat(300_000)}"`)?.filename).toHaveLength(
      300_000,
    );
  });
});

test('a value of the wider grammar', () => {
  expect(parseParameterized('Multipart/Mixed; Boundary="a b"')).toEqual({
    value: 'multipart/mixed',
    parameters: new Map([['boundary', 'a b']]),
  });
  expect(parseParameterized('a/b/c')).toBeNull();
});

describe('suggestedFilename', () => {
  test.each([
    ['attachment; filename="report.pdf"', 'report.pdf'],
    ['attachment; filename="/etc/passwd"', 'passwd'],
    ['attachment; filename="../../x"', 'x'],
    [String.raw`attachment; filename="..\\..\\x.txt"`, 'x.txt'],
    [`attachment; filename*=UTF-8''..%2F..%2Fx%00.txt`, 'x.txt'],
    [`attachment; filename*=UTF-8''a%0D%0Ab%7F%C2%85.txt`, 'ab.txt'],
    [`attachment; filename*=UTF-8''a%E2%80%AEtxt.exe`, 'atxt.exe'],
    ['attachment; filename=".bashrc"', '.bashrc'],
    ['attachment; filename="a:b*c?.txt"', 'a_b_c_.txt'],
    ['attachment; filename="  a b . . "', 'a b'],
    ['attachment; filename="con.txt"', '_con.txt'],
    ['attachment; filename="console.txt"', 'console.txt'],
    ['attachment; filename="."', undefined],
    ['attachment; filename=".."', undefined],
    ['attachment; filename="..."', undefined],
    ['attachment; filename="a/"', undefined],
    ['attachment; filename=""', undefined],
    ['attachment', undefined],
    ['not valid; at all', undefined],
    [null, undefined],
    [undefined, undefined],
  ])('%j', (disposition, filename) => {
    expect(suggestedFilename(disposition)).toBe(filename);
  });

  test.each([
    ['https://example.com/a/b%20c.txt?x=/y#/z', 'b c.txt'],
    ['https://example.com/a%2Fb', 'b'],
    ['https://example.com/%E4', '%E4'],
    ['https://example.com/50%', '50%'],
    ['https://example.com/', undefined],
    ['https://example.com', undefined],
    ['/downloads/a.txt', 'a.txt'],
    ['http://[', undefined],
  ])('from the URL: %s', (url, filename) => {
    expect(suggestedFilename(null, url)).toBe(filename);
    expect(suggestedFilename('attachment; filename=".."', url)).toBe(filename);
    expect(suggestedFilename(parseContentDisposition('inline; filename=x'), url)).toBe('x');
  });

  test('a long name keeps its extension', () => {
    const name = suggestedFilename(`attachment; filename="${'ä'.repeat(300)}.tar"`);
    expect(name).toBe(`${'ä'.repeat(125)}.tar`);
    expect(suggestedFilename(`attachment; filename="${'a'.repeat(300)}"`)).toBe('a'.repeat(255));
    expect(suggestedFilename(`attachment; filename="${'a'.repeat(254)} ${'b'.repeat(99)}"`)).toBe(
      'a'.repeat(254),
    );
    expect(suggestedFilename(`attachment; filename="nul.${'a'.repeat(251)}"`)).toBe(
      `_nul.${'a'.repeat(250)}`,
    );
    expect(suggestedFilename(`attachment; filename="a.${'b'.repeat(300)}"`)).toBe(`a.${'b'.repeat(253)}`);
  });

  test('many dots take no longer than their number', () => {
    expect(suggestedFilename(`attachment; filename="${'.'.repeat(200_000)}x"`)).toHaveLength(255);
  });

  test('no name is dangerous, and no value makes the parser throw', () => {
    const unit = fc.constantFrom(
      'a',
      '.',
      '/',
      '\\',
      ':',
      ' ',
      '\u0000',
      '\u202E',
      '%',
      '"',
      ';',
      '=',
      '*',
      "'",
      '\uD800',
      '☃',
    );
    fc.assert(
      fc.property(fc.string({ unit }), (text) => {
        parseContentDisposition(text);
        parseContentDisposition(`attachment; ${text}`);
        const parameters = new Map([['filename', text]]);
        const name = suggestedFilename(
          { type: 'attachment', filename: text, parameters },
          `https://e/${text}`,
        );
        expect(name ?? 'none').not.toMatch(/^\.*$|[\p{Cc}/\\:"]|[. ]$/u);
      }),
      { numRuns: 1000 },
    );
  });

  test('a quoted filename comes back', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '"', '\\', ' ', ';', '=', 'ä', '☃', '*') }),
        (filename) => {
          expect(parseContentDisposition(`attachment; filename=${quote(filename)}`)?.filename).toBe(filename);
        },
      ),
    );
  });
});
