import { describe, expect, it } from 'vitest';

import { InvalidArgument } from '../errors/invalid-argument.ts';
import { readCookies, writeCookies } from './cookie-json.ts';
import type { Cookie } from './cookie.ts';

const COOKIE: Cookie = {
  name: 'a',
  value: 'topsecret',
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

describe('writeCookies and readCookies', () => {
  it('round-trip, and copy', () => {
    const other: Cookie = {
      ...COOKIE,
      name: '',
      domain: '',
      hostOnly: false,
      sameSite: 'none',
      expires: -1.5,
    };
    const data = writeCookies([COOKIE, other]);
    expect(data).toEqual({ version: 1, cookies: [COOKIE, other] });
    expect(data.cookies[0]).not.toBe(COOKIE);
    expect(readCookies(JSON.parse(JSON.stringify(data)))).toEqual([COOKIE, other]);
  });

  it.each<[unknown, string]>([
    ['{"version":1}', `'data' is text; pass JSON.parse(text), the value that toJSON() gave.`],
    [null, `'data' must be an object, not null.`],
    [[], `'data' must be an object, not a list.`],
    [{ cookies: [] }, `'data.version' must be 1, the layout that this release reads, not undefined.`],
    [{ version: 2, cookies: [] }, `'data.version' must be 1, the layout that this release reads, not 2.`],
    [{ version: 1, cookies: {} }, `'data.cookies' must be a list of cookies, not an object.`],
    [{ version: 1, cookies: ['a=1'] }, `'data.cookies[0]' must be an object, not 'a=1'.`],
  ])('refuses %j', (data, message) => {
    expect(() => readCookies(data)).toThrow(new InvalidArgument(message));
  });

  it.each<[keyof Cookie, unknown, string]>([
    ['name', 'a=b', 'a cookie name'],
    ['name', undefined, 'a cookie name'],
    ['value', 'topsecret;', "a cookie value, not '[secure]'"],
    ['value', 5, 'a cookie value'],
    ['domain', '.x.test', 'a host without leading dot'],
    ['domain', '[::1]', 'a host without leading dot'],
    ['domain', 'x.test/', 'a host without leading dot'],
    ['domain', 'x\ny', 'a host without leading dot'],
    ['hostOnly', 1, 'true or false, not 1'],
    ['path', 'x', `a path that starts with '/', not 'x'`],
    ['path', '/\n', `a path that starts with '/'`],
    ['secure', null, 'true or false, not null'],
    ['httpOnly', {}, 'true or false, not an object'],
    ['sameSite', 'Lax', `'strict', 'lax', 'none' or null, not 'Lax'`],
    ['expires', '2030', 'milliseconds since the epoch, or null'],
    ['expires', 1e300, 'milliseconds since the epoch, or null'],
    ['creationTime', null, 'milliseconds since the epoch, not null'],
    ['lastAccessTime', Number.NaN, 'milliseconds since the epoch, not NaN'],
  ])('refuses %s %j', (key, value, wants) => {
    const read = (): unknown => readCookies({ version: 1, cookies: [COOKIE, { ...COOKIE, [key]: value }] });
    expect(read).toThrow(InvalidArgument);
    expect(read).toThrow(`'data.cookies[1].${key}' must be ${wants}`);
    expect(read).not.toThrow(/topsecret/);
  });

  it('refuses cookies that no jar could hold', () => {
    expect(() => readCookies({ version: 1, cookies: [{ ...COOKIE, name: '', value: '' }] })).toThrow(
      /a value/,
    );
    expect(() => readCookies({ version: 1, cookies: [{ ...COOKIE, domain: '' }] })).toThrow(/every host/);
  });

  it('takes nothing from a prototype', () => {
    const entry: object = Object.create(COOKIE);
    expect(() => readCookies({ version: 1, cookies: [entry] })).toThrow(/'data\.cookies\[0\]\.name'/);
  });
});
