import type { Headers } from '../models/headers.ts';
import { parseHTTPDate } from '../models/http-date.ts';

/** Numbers of seconds from here on are points in time since 1970 and no durations: this is 2001. */
const FIRST_EPOCH = 1_000_000_000;
/** From here on they are counted in milliseconds. */
const FIRST_EPOCH_MS = FIRST_EPOCH * 1000;

/** In the order of their authority; the names without `X-` are those of the drafts of the IETF. */
const RESETS = ['ratelimit-reset', 'x-ratelimit-reset', 'x-rate-limit-reset'];
const REMAININGS = ['ratelimit-remaining', 'x-ratelimit-remaining', 'x-rate-limit-remaining'];

/**
 * Milliseconds after which a server wants to be asked again, or null if it does not say so: `Retry-After` in both its
 * forms (RFC 9110 §10.2.3); else, if a quota is used up, the time at which it is renewed (`RateLimit-Reset`,
 * `X-RateLimit-Reset` as a duration or a point in time, `RateLimit` with `t`).
 *
 * Points in time are measured against the `Date` of the response, so that a clock which is wrong does no harm.
 */
export function retryAfterOf(status: number, headers: Headers, now: number = Date.now()): number | null {
  const clock = parseHTTPDate(headers.get('date') ?? '') ?? now;
  const own = headers.get('retry-after');
  const asked = own === null ? null : durationOf(own, clock);
  if (asked !== null) return asked;
  if (status !== 429 && !REMAININGS.some((name) => Number(headers.get(name) ?? 'none') === 0)) {
    const remaining = parameterOf(headers.get('ratelimit'), 'r');
    if (remaining !== 0) return null;
  }
  for (const name of RESETS) {
    const value = headers.get(name);
    const wait = value === null ? null : durationOf(value, clock);
    if (wait !== null) return wait;
  }
  const seconds = parameterOf(headers.get('ratelimit'), 't');
  return seconds === null ? null : Math.min(seconds * 1000, Number.MAX_SAFE_INTEGER);
}

/** A number of seconds, a point in time as a number, or a date of HTTP. */
function durationOf(text: string, clock: number): number | null {
  const value = text.trim();
  if (/^\d+(?:\.\d+)?$/.test(value)) {
    const number = Number(value);
    // A wait can be too long for anybody, but is a number.
    if (number >= FIRST_EPOCH_MS) return Math.min(Math.max(0, number - clock), Number.MAX_SAFE_INTEGER);
    if (number >= FIRST_EPOCH) return Math.max(0, number * 1000 - clock);
    return Math.ceil(number * 1000);
  }
  const date = parseHTTPDate(value);
  return date === null ? null : Math.max(0, date - clock);
}

/** A numeric parameter of the first policy of a `RateLimit` field: `"default";r=0;t=30`. */
function parameterOf(field: string | null, name: string): number | null {
  const match = field === null ? null : new RegExp(`;\\s*${name}=(\\d+)`).exec(field.split(',', 1)[0]!);
  return match === null ? null : Number(match[1]);
}
