import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseSetCookie } from './set-cookie.ts';

function maxAge(text: string): number | undefined {
  return parseSetCookie(`a=1; Max-Age=${text}`)?.maxAge;
}

const PLAIN = { secure: false, httpOnly: false, partitioned: false };

describe('parseSetCookie', () => {
  it('reads every attribute', () => {
    expect(
      parseSetCookie(
        'sid=31d4; Expires=Wed, 09 Jun 2021 10:18:14 GMT; Max-Age=60; Domain=.Example.COM; Path=/a; Secure; HttpOnly; SameSite=Lax; Partitioned',
      ),
    ).toEqual({
      name: 'sid',
      value: '31d4',
      expires: Date.UTC(2021, 5, 9, 10, 18, 14),
      maxAge: 60,
      domain: 'example.com',
      path: '/a',
      secure: true,
      httpOnly: true,
      sameSite: 'lax',
      partitioned: true,
    });
  });

  it.each([
    ['a=1', 'a', '1'],
    ['a="q v"', 'a', '"q v"'],
    ['b=x=y', 'b', 'x=y'],
    [' \ta \t= \tb c\t ', 'a', 'b c'],
    ['a=', 'a', ''],
    ['a=1, b=2', 'a', '1, b=2'],
    ['a=%3B', 'a', '%3B'],
    ['c', '', 'c'],
    ['=d', '', 'd'],
    ['==d', '', '=d'],
    ['__proto__=1', '__proto__', '1'],
    ['a=\u00e4\u00ff', 'a', '\u00e4\u00ff'],
    ['a=b\tc', 'a', 'b\tc'],
  ])('reads the pair of %j', (header, name, value) => {
    expect(parseSetCookie(header)).toEqual({ ...PLAIN, name, value });
  });

  it.each([
    '',
    ' ',
    '\t',
    '=',
    ' = ',
    ';',
    '; Path=/',
    'a=\0',
    'a=b\r\nX: y',
    'a=b; Path=/\u007f',
    '\u001f=1',
    'a=\u20ac',
  ])('ignores %j', (header) => {
    expect(parseSetCookie(header)).toBeNull();
  });

  it('reads Max-Age as digits with an optional minus', () => {
    expect(maxAge('0')).toBe(0);
    expect(maxAge('-0')).toBe(0);
    expect(maxAge('-5')).toBe(-5);
    expect(maxAge('007')).toBe(7);
    expect(maxAge('9'.repeat(400))).toBe(Number.MAX_SAFE_INTEGER);
    for (const text of ['', '-', '+5', '5.5', '5s', '--5', '5-', '1e3']) expect(maxAge(text)).toBeUndefined();
  });

  it('lets the last attribute of a name win', () => {
    expect(parseSetCookie('a=1; Path=/x; Path=/y')?.path).toBe('/y');
    expect(parseSetCookie('a=1; Path=/x; Path=')).not.toHaveProperty('path');
    expect(parseSetCookie('a=1; Path=/x; Path=y')).not.toHaveProperty('path');
    expect(parseSetCookie('a=1; Domain=x.test; Domain=')).not.toHaveProperty('domain');
    expect(parseSetCookie('a=1; SameSite=Strict; SameSite=later')).not.toHaveProperty('sameSite');
  });

  it('keeps the last date and age that can be read', () => {
    expect(parseSetCookie('a=1; Max-Age=5; Max-Age=x')?.maxAge).toBe(5);
    expect(parseSetCookie('a=1; Expires=1 Jan 1970 0:0:0; Expires=never')?.expires).toBe(0);
  });

  it('removes one leading dot of a domain', () => {
    expect(parseSetCookie('a=1; Domain=..x.test')?.domain).toBe('.x.test');
    expect(parseSetCookie('a=1; Domain=.')).not.toHaveProperty('domain');
  });

  it('knows attribute names in any case, and no others', () => {
    expect(parseSetCookie('a=1; SECURE; hTTPonly; samesite=NONE; foo=bar; "secure"')).toEqual({
      ...PLAIN,
      name: 'a',
      value: '1',
      secure: true,
      httpOnly: true,
      sameSite: 'none',
    });
    expect(parseSetCookie('a=1; __proto__=x; constructor=y; toString')).toEqual({
      ...PLAIN,
      name: 'a',
      value: '1',
    });
  });

  it('limits name and value together to 4096 octets', () => {
    expect(parseSetCookie(`a=${'x'.repeat(4095)}`)).not.toBeNull();
    expect(parseSetCookie(`a=${'x'.repeat(4096)}`)).toBeNull();
    expect(parseSetCookie('x'.repeat(4097))).toBeNull();
    expect(parseSetCookie('ab=cd', { maxPairSize: 3 })).toBeNull();
    expect(parseSetCookie(`a=${'x'.repeat(10_000)}`, { maxPairSize: null })?.value).toHaveLength(10_000);
  });

  it('ignores an attribute of more than 1024 octets', () => {
    expect(parseSetCookie(`a=1; Path=/${'x'.repeat(1023)}`)?.path).toHaveLength(1024);
    expect(parseSetCookie(`a=1; Path=/y; Path=/${'x'.repeat(1024)}; Secure`)).toMatchObject({
      path: '/y',
      secure: true,
    });
    expect(parseSetCookie('a=1; Path=/xy', { maxAttributeSize: 2 })).not.toHaveProperty('path');
    expect(parseSetCookie(`a=1; Path=/${'x'.repeat(9999)}`, { maxAttributeSize: null })?.path).toHaveLength(
      10_000,
    );
  });

  it('survives a megabyte of separators', () => {
    expect(parseSetCookie(`a=1${';'.repeat(1_000_000)}`)).toMatchObject({ name: 'a', value: '1' });
    expect(parseSetCookie('='.repeat(1_000_000))).toBeNull();
  });

  it('survives any text and never gives what cannot be sent', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        ';',
        '=',
        ' ',
        '\t',
        '.',
        '/',
        '-',
        '__Host-',
        'Path',
        'Domain',
        'Max-Age',
        'Expires',
        'SameSite',
      ),
      fc.integer({ min: 32, max: 256 }).map((code) => String.fromCharCode(code)),
      fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const cookie = parseSetCookie(pieces.join(''));
        if (cookie === null) return;
        const pair = cookie.name + cookie.value;
        expect(pair).not.toBe('');
        // oxlint-disable-next-line no-control-regex
        expect(pair).not.toMatch(/[;\u0000-\u0008\u000a-\u001f\u007f]|[^\u0000-\u00ff]/);
        expect(cookie.name).not.toContain('=');
        expect(cookie.path ?? '/').toMatch(/^\//);
      }),
    );
  });
});
