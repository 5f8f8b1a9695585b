import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { resolveRedirect, UNFOLLOWED } from './redirect-policy.ts';

describe('resolveRedirect', () => {
  test.each([undefined, null, false] as const)('%s: redirects are not followed', (init) => {
    expect(resolveRedirect(init)).toBeNull();
  });

  test('true is the policy of fetch', () => {
    expect(resolveRedirect(true)).toEqual({
      max: 20,
      sensitiveHeaders: [],
      allowDowngrade: true,
      allowPrivate: true,
      keepMethod: false,
      rewrite: null,
    });
    expect(resolveRedirect({})).toEqual(resolveRedirect(true));
    expect(UNFOLLOWED).toEqual(resolveRedirect(true));
  });

  test('an object changes what it names; undefined changes nothing', () => {
    const rewrite = (): null => null;
    const sensitiveHeaders = ['X-Own'];
    const policy = resolveRedirect({ max: 0, sensitiveHeaders, rewrite, keepMethod: undefined as never });
    expect(policy).toEqual({ ...resolveRedirect(true), max: 0, sensitiveHeaders: ['X-Own'], rewrite });
    sensitiveHeaders.push('X-Later');
    expect(policy?.sensitiveHeaders).toEqual(['X-Own']);
    expect(resolveRedirect({ max: Infinity })?.max).toBe(Infinity);
  });

  test.each([
    ['follow', "'redirect' must be true, false or a policy, not string."],
    [
      { limit: 1 },
      "'redirect.limit' does not exist; there are max, sensitiveHeaders, allowDowngrade, allowPrivate, keepMethod, rewrite.",
    ],
    [{ constructor: 1 }, "'redirect.constructor' does not exist"],
    [{ max: -1 }, "'redirect.max' must be a whole number of 0 or more, not -1."],
    [{ max: Number.NaN }, "'redirect.max' must be a whole number"],
    [{ max: '3' }, "'redirect.max' must be a whole number"],
    [{ sensitiveHeaders: 'X-Own' }, "'redirect.sensitiveHeaders' must be a list of field names, not string."],
    [{ sensitiveHeaders: ['a b'] }, 'list of field names; "a b" is none.'],
    [{ sensitiveHeaders: [null] }, 'list of field names; null is none.'],
    [{ keepMethod: 1 }, "'redirect.keepMethod' must be true or false, not 1."],
    [{ allowPrivate: 0 }, "'redirect.allowPrivate' must be true or false, not 0."],
    [{ allowDowngrade: null }, "'redirect.allowDowngrade' must be true or false, not null."],
    [{ rewrite: true }, "'redirect.rewrite' must be a function or null, not boolean."],
  ])('%j is refused', (init, message) => {
    expect(() => resolveRedirect(init as never)).toThrow(InvalidArgument);
    expect(() => resolveRedirect(init as never)).toThrow(message);
  });
});
