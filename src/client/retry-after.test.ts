import { expect, test } from 'vitest';
import { Headers } from '../models/headers.ts';
import { retryAfterOf } from './retry-after.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const DATE = 'Thu, 01 Jan 2026 11:00:00 GMT';

test.each([
  [{}, null],
  [{ 'Retry-After': '120' }, 120_000],
  [{ 'Retry-After': ' 0 ' }, 0],
  [{ 'Retry-After': '1.5' }, 1500],
  [{ 'Retry-After': '-5' }, null],
  [{ 'Retry-After': 'later' }, null],
  [{ 'Retry-After': 'Thu, 01 Jan 2026 12:00:30 GMT' }, 30_000],
  [{ 'Retry-After': 'Thu, 01 Jan 2026 11:59:30 GMT' }, 0],
  // The clock of the server is an hour behind.
  [{ Date: DATE, 'Retry-After': 'Thu, 01 Jan 2026 11:00:05 GMT' }, 5000],
  [{ 'RateLimit-Reset': '7' }, 7000],
  [{ 'X-RateLimit-Reset': String(NOW / 1000 + 9) }, 9000],
  [{ 'X-RateLimit-Reset': String(NOW + 9) }, 9],
  [{ 'X-Rate-Limit-Reset': '3' }, 3000],
  [{ RateLimit: '"a";r=0;t=4, "b";r=1;t=9' }, 4000],
  [{ 'Retry-After': '9'.repeat(400) }, Number.MAX_SAFE_INTEGER],
  [{ 'Retry-After': '1'.repeat(20) }, Number.MAX_SAFE_INTEGER],
  [{ 'Retry-After': '1', 'RateLimit-Reset': '7' }, 1000],
  [{ 'Retry-After': 'later', 'RateLimit-Reset': '7' }, 7000],
])('429 with %j', (fields, expected) => {
  expect(retryAfterOf(429, new Headers(fields as Record<string, string>), NOW)).toBe(expected);
});

test.each([
  [{ 'RateLimit-Reset': '7' }, null],
  [{ 'RateLimit-Reset': '7', 'RateLimit-Remaining': '3' }, null],
  [{ 'RateLimit-Reset': '7', 'RateLimit-Remaining': '0' }, 7000],
  [{ 'X-RateLimit-Reset': '7', 'X-RateLimit-Remaining': '0' }, 7000],
  [{ RateLimit: '"a";r=0;t=4' }, 4000],
  [{ RateLimit: '"a";r=2;t=4' }, null],
  [{ 'Retry-After': '2' }, 2000],
])('the reset of a quota counts beside 503 only if the quota is used up: %j', (fields, expected) => {
  expect(retryAfterOf(503, new Headers(fields as Record<string, string>), NOW)).toBe(expected);
});
