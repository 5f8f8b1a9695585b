import { InvalidArgument } from '../errors/invalid-argument.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const FIXED = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/;
const RFC_850 =
  /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day, (\d\d)-([A-Z][a-z]{2})-(\d\d) (\d\d):(\d\d):(\d\d) GMT$/;
const ASCTIME = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) (\d\d| \d) (\d\d):(\d\d):(\d\d) (\d{4})$/;

/**
 * Parses a date of HTTP (RFC 9110 §5.6.7): an IMF-fixdate or one of the two obsolete formats. A two-digit year is the
 * latest with these digits that is not more than 50 years ahead. The name of the day is not compared with the date.
 *
 * @param text the value of a field such as `Date`, `Expires`, `Last-Modified` or `Retry-After`
 * @param now milliseconds since 1970, from which two-digit years are counted
 * @returns milliseconds since 1970, or `null` for any other text
 *
 * @example
 * ```ts
 * import { parseHTTPDate } from 'ternhttp';
 *
 * console.log(parseHTTPDate('Sun, 06 Nov 1994 08:49:37 GMT')); // 784111777000
 * console.log(parseHTTPDate('1994-11-06')); // null
 * ```
 */
export function parseHTTPDate(text: string, now: number = Date.now()): number | null {
  let match = FIXED.exec(text);
  if (match) return toTime(Number(match[3]), match[2]!, match[1]!, match[4]!, match[5]!, match[6]!);
  match = ASCTIME.exec(text);
  if (match) return toTime(Number(match[6]), match[1]!, match[2]!, match[3]!, match[4]!, match[5]!);
  match = RFC_850.exec(text);
  if (!match) return null;
  const [, day, month, year, hour, minute, second] = match;
  const limit = new Date(now);
  limit.setUTCFullYear(limit.getUTCFullYear() + 50);
  const lastYear = limit.getUTCFullYear();
  const latest = lastYear - (lastYear % 100) + Number(year);
  const time = toTime(latest, month!, day!, hour!, minute!, second!);
  if (time !== null && time <= limit.getTime()) return time;
  return toTime(latest - 100, month!, day!, hour!, minute!, second!);
}

/**
 * Writes a date as an IMF-fixdate (RFC 9110 §5.6.7), the fraction of the second dropped.
 *
 * @param date milliseconds since 1970, or a `Date`
 * @throws InvalidArgument if it is not a date in the years 0 to 9999
 *
 * @example
 * ```ts
 * import { formatHTTPDate } from 'ternhttp';
 *
 * console.log(formatHTTPDate(784_111_777_000)); // 'Sun, 06 Nov 1994 08:49:37 GMT'
 * ```
 */
export function formatHTTPDate(date: number | Date): string {
  const value = new Date(date);
  const year = value.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) {
    throw new InvalidArgument(`'date' must be a time in the years 0 to 9999, not ${String(date)}.`);
  }
  return value.toUTCString();
}

/** Milliseconds since 1970, or null if there is no such day or time. The second 60 is a leap second. */
function toTime(
  year: number,
  month: string,
  day: string,
  hour: string,
  minute: string,
  second: string,
): number | null {
  const monthIndex = MONTHS.indexOf(month);
  if (monthIndex === -1 || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  const date = new Date(0);
  // Not Date.UTC, which takes the years 0 to 99 for 1900 to 1999.
  date.setUTCFullYear(year, monthIndex, Number(day));
  if (date.getUTCDate() !== Number(day)) return null;
  return date.setUTCHours(Number(hour), Number(minute), Number(second));
}
