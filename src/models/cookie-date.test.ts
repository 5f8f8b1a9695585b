import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseCookieDate } from './cookie-date.ts';

const APRIL = Date.UTC(2017, 3, 15, 21, 1, 22);

describe('parseCookieDate', () => {
  it.each([
    'Sat, 15 Apr 2017 21:01:22 GMT',
    'Saturday, 15-Apr-17 21:01:22 GMT',
    'Sat Apr 15 21:01:22 2017',
    '2017 APRIL 15 21:01:22',
    '21:01:22extra 15th Aprilis 2017x',
    'Sat, 15-Apr-17 21:01:22 GMT-0400 (EDT)',
    '15/Apr/2017\t21:01:22',
  ])('reads %s', (text) => {
    expect(parseCookieDate(text)).toBe(APRIL);
  });

  it.each([
    ['nothing', ''],
    ['only delimiters', ' ,;-'],
    ['no time', '15 Apr 2017'],
    ['no year', '15 Apr 21:01:22'],
    ['no month', '15 2017 21:01:22'],
    ['a bad hour, though a good one follows', '15 Apr 2017 24:00:00 21:01:22'],
    ['a bad minute', '15 Apr 2017 21:60:00'],
    ['a leap second', '31 Dec 2016 23:59:60'],
    ['day 0', '0 Apr 2017 21:01:22'],
    ['day 32', '32 Apr 2017 21:01:22'],
    ['a day that the month does not have', '31 Apr 2017 21:01:22'],
    ['29 February of a common year', '29 Feb 2017 21:01:22'],
    ['a year before 1601', '15 Apr 1600 21:01:22'],
    ['a year of three digits', '15 Apr 117 21:01:22'],
    ['a year of five digits', '15 Apr 12017 21:01:22'],
    ['seconds of three digits', '15 Apr 2017 21:01:222'],
    ['white space inside the time', '15 Apr 2017 21: 01:22'],
    ['a month of two letters', '15 Ap 2017 21:01:22'],
  ])('refuses %s', (_what, text) => {
    expect(parseCookieDate(text)).toBeNull();
  });

  it('splits two-digit years at 70', () => {
    expect(parseCookieDate('1 Jan 70 0:0:0')).toBe(0);
    expect(parseCookieDate('1 Jan 69 0:0:0')).toBe(Date.UTC(2069, 0, 1));
    expect(parseCookieDate('1 Jan 00 0:0:0')).toBe(Date.UTC(2000, 0, 1));
    expect(parseCookieDate('1 Jan 99 0:0:0')).toBe(Date.UTC(1999, 0, 1));
  });

  it('accepts the first and the last year', () => {
    expect(parseCookieDate('1 Jan 1601 0:0:0')).toBe(Date.UTC(1601, 0, 1));
    expect(parseCookieDate('31 Dec 9999 23:59:59')).toBe(Date.UTC(9999, 11, 31, 23, 59, 59));
  });

  it('knows the length of every month', () => {
    for (const year of [1900, 2000, 2023, 2024]) {
      for (let month = 0; month < 12; month++) {
        const name = new Date(Date.UTC(year, month)).toUTCString().slice(8, 11);
        const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
        expect(parseCookieDate(`${last} ${name} ${year} 0:0:0`)).toBe(Date.UTC(year, month, last));
        expect(parseCookieDate(`${last + 1} ${name} ${year} 0:0:0`)).toBeNull();
      }
    }
  });

  it('reads every date that toUTCString writes', () => {
    const seconds = fc.integer({ min: Date.UTC(1601, 0, 1) / 1000, max: Date.UTC(9999, 11, 31) / 1000 });
    fc.assert(
      fc.property(seconds, (time) => {
        expect(parseCookieDate(new Date(time * 1000).toUTCString())).toBe(time * 1000);
      }),
    );
  });

  it('survives any text', () => {
    const piece = fc.oneof(
      fc.constantFrom(' ', '-', 'Feb', '31', '2017', '70', '21:01:22', ':', '9', 'x'),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const date = parseCookieDate(pieces.join(''));
        expect(date === null || Number.isFinite(date)).toBe(true);
      }),
    );
  });
});
