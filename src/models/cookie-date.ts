const MONTHS: readonly string[] = [
  'jan',
  'feb',
  'mar',
  'apr',
  'may',
  'jun',
  'jul',
  'aug',
  'sep',
  'oct',
  'nov',
  'dec',
];

/**
 * Reads the date of a cookie's `Expires` attribute (RFC 6265bis §5.1.1), which takes far more than the dates
 * of HTTP: tokens in any order, two-digit years, any words in between. A time zone is ignored; all is UTC.
 *
 * @returns milliseconds since the epoch, or `null` if the text holds no date that exists
 *
 * @example
 * ```ts
 * import { parseCookieDate } from 'ternhttp';
 *
 * console.log(parseCookieDate('Sat, 15-Apr-17 21:01:22 GMT')); // 1492290082000
 * console.log(parseCookieDate('tomorrow')); // null
 * ```
 */
export function parseCookieDate(text: string): number | null {
  let time = -1;
  let day = -1;
  let month = -1;
  let year = -1;
  const length = text.length;
  let end = 0;
  while (end < length) {
    let start = end;
    while (start < length && isDelimiter(text.charCodeAt(start))) start++;
    end = start;
    while (end < length && !isDelimiter(text.charCodeAt(end))) end++;
    if (start === end) break;

    if (time === -1 && (time = timeAt(text, start, end)) !== -1) continue;
    const digits = digitsAt(text, start, end);
    if (day === -1 && digits >= 1 && digits <= 2) day = numberAt(text, start, digits);
    else if (month === -1 && digits === 0 && (month = monthAt(text, start)) !== -1) continue;
    else if (year === -1 && digits >= 2 && digits <= 4) year = numberAt(text, start, digits);
  }

  if (year >= 70 && year <= 99) year += 1900;
  else if (year >= 0 && year <= 69) year += 2000;
  if (time === -1 || month === -1 || day < 1 || year < 1601) return null;
  const hour = Math.trunc(time / 10_000);
  const minute = Math.trunc(time / 100) % 100;
  const second = time % 100;
  if (hour > 23 || minute > 59 || second > 59) return null;
  return day > daysOf(year, month) ? null : Date.UTC(year, month, day, hour, minute, second);
}

function daysOf(year: number, month: number): number {
  if (month !== 1) return month === 3 || month === 5 || month === 8 || month === 10 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** `delimiter` of RFC 6265bis §5.1.1: punctuation and white space, but not the colon. */
function isDelimiter(code: number): boolean {
  if (code < 0x30) return code >= 0x20 || code === 0x09;
  if (code < 0x3b) return false;
  return code <= 0x40 || (code >= 0x5b && code <= 0x60) || (code >= 0x7b && code <= 0x7e);
}

/** Number of digits from `start` on. */
function digitsAt(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && isDigit(text.charCodeAt(at))) at++;
  return at - start;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** The number that so many digits make. */
function numberAt(text: string, start: number, digits: number): number {
  let value = 0;
  for (let at = start; at < start + digits; at++) value = value * 10 + text.charCodeAt(at) - 0x30;
  return value;
}

/** The `time` production as the decimal number hhmmss, or -1. Whatever follows the seconds does not count. */
function timeAt(text: string, start: number, end: number): number {
  let time = 0;
  let at = start;
  for (let field = 0; field < 3; field++) {
    if (field > 0 && (at >= end || text.charCodeAt(at++) !== 0x3a)) return -1;
    const digits = digitsAt(text, at, end);
    if (digits < 1 || digits > 2) return -1;
    time = time * 100 + numberAt(text, at, digits);
    at += digits;
  }
  return time;
}

/** The month whose first three letters stand at `start`, January being 0, or -1. */
function monthAt(text: string, start: number): number {
  return MONTHS.indexOf(text.slice(start, start + 3).toLowerCase());
}
