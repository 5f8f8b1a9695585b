import { describe, expect, it } from 'vitest';

import { copyCookie, serializeCookies } from './cookie.ts';

describe('serializeCookies', () => {
  it('joins pairs in the order given', () => {
    expect(
      serializeCookies([
        { name: 'a', value: '1' },
        { name: 'b', value: '"x y"' },
        { name: 'a', value: '' },
      ]),
    ).toBe('a=1; b="x y"; a=');
  });

  it('writes a nameless cookie as its value', () => {
    expect(
      serializeCookies([
        { name: '', value: 'token' },
        { name: 'a', value: '1' },
      ]),
    ).toBe('token; a=1');
  });

  it('gives an empty text for no cookies', () => {
    expect(serializeCookies([])).toBe('');
  });
});

describe('copyCookie', () => {
  it('takes the fields of a cookie and no others', () => {
    const cookie = {
      name: 'a',
      value: '1',
      domain: 'x.test',
      hostOnly: true,
      path: '/',
      secure: false,
      httpOnly: false,
      sameSite: null,
      expires: null,
      creationTime: 1,
      lastAccessTime: 2,
    };
    expect(copyCookie({ ...cookie, extra: 1 } as typeof cookie)).toEqual(cookie);
  });
});
