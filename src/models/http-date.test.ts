import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { formatHTTPDate, parseHTTPDate } from './http-date.ts';

const NOW = Date.UTC(2026, 5, 15, 12);

describe('parseHTTPDate', () => {
  test.each([
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
    'Mon, 06 Nov 1994 08:49:37 GMT',
  ])('%s', (text) => {
    expect(parseHTTPDate(text)).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
  });

  test.each([
    '',
    '0',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 08:49:37 UTC',
    'Sun, 06 Nov 1994 08:49:37 +0000',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'Sun, 06 nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 94 08:49:37 GMT',
    'Sun, 06 Foo 1994 08:49:37 GMT',
    'Sun, 31 Nov 1994 08:49:37 GMT',
    'Sun, 00 Nov 1994 08:49:37 GMT',
    'Wed, 29 Feb 2023 00:00:00 GMT',
    'Sun, 06 Nov 1994 24:00:00 GMT',
    'Sun, 06 Nov 1994 08:60:00 GMT',
    'Sun, 06 Nov 1994 08:49:61 GMT',
    'Sunday, 06-Nov-1994 08:49:37 GMT',
    'Sunday, 31-Nov-94 08:49:37 GMT',
    'Sun Nov 6 08:49:37 1994',
    'Sun Nov 06 08:49:37 1994 GMT',
    ' Sun, 06 Nov 1994 08:49:37 GMT',
    'Sun, 06 Nov 1994 08:49:37 GMT\n',
  ])('is not a date: %j', (text) => {
    expect(parseHTTPDate(text)).toBeNull();
  });

  test('a leap second and a leap day', () => {
    expect(parseHTTPDate('Sat, 31 Dec 2016 23:59:60 GMT')).toBe(Date.UTC(2017, 0, 1));
    expect(parseHTTPDate('Thu, 29 Feb 2024 00:00:00 GMT')).toBe(Date.UTC(2024, 1, 29));
    expect(parseHTTPDate('Tuesday, 29-Feb-00 00:00:00 GMT', Date.UTC(2050, 0))).toBe(Date.UTC(2000, 1, 29));
    expect(parseHTTPDate('Tuesday, 29-Feb-00 00:00:00 GMT', Date.UTC(2060, 0))).toBe(Date.UTC(2000, 1, 29));
  });

  test('the years below 100', () => {
    const time = parseHTTPDate('Mon, 01 Jan 0001 00:00:00 GMT');
    expect(new Date(time!).toISOString()).toBe('0001-01-01T00:00:00.000Z');
  });

  test('two-digit years reach 50 years ahead', () => {
    expect(['00', '26', '75', '76', '77', '99'].map((digits) => year(digits))).toEqual([
      2000, 2026, 2075, 2076, 1977, 1999,
    ]);
    expect(parseHTTPDate('Monday, 15-Jun-76 12:00:01 GMT', NOW)).toBe(Date.UTC(1976, 5, 15, 12, 0, 1));
    expect(year('05', Date.UTC(2090, 0))).toBe(2105);
    expect(year('90', Date.UTC(2090, 0))).toBe(2090);
    expect(year('70', Date.UTC(1999, 0))).toBe(1970);
    expect(year('00', Date.UTC(1999, 0))).toBe(2000);
  });
});

describe('formatHTTPDate', () => {
  test('milliseconds and Date', () => {
    expect(formatHTTPDate(Date.UTC(1994, 10, 6, 8, 49, 37, 999))).toBe('Sun, 06 Nov 1994 08:49:37 GMT');
    expect(formatHTTPDate(new Date(0))).toBe('Thu, 01 Jan 1970 00:00:00 GMT');
    expect(formatHTTPDate(-62_135_596_800_000)).toBe('Mon, 01 Jan 0001 00:00:00 GMT');
  });

  test.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Date.UTC(10_000, 0),
    -62_167_219_200_001,
    new Date(Number.NaN),
  ])('refuses %s', (date) => {
    expect(() => formatHTTPDate(date)).toThrow(InvalidArgument);
  });
});

test('what is written is read again', () => {
  const first = -62_167_219_200;
  const last = Date.UTC(9999, 11, 31, 23, 59, 59) / 1000;
  fc.assert(
    fc.property(fc.integer({ min: first, max: last }), (seconds) => {
      expect(parseHTTPDate(formatHTTPDate(seconds * 1000))).toBe(seconds * 1000);
    }),
  );
});

function year(digits: string, now: number = NOW): number {
  return new Date(parseHTTPDate(`Sunday, 15-Jun-${digits} 12:00:00 GMT`, now)!).getUTCFullYear();
}
