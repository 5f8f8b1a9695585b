import { STATUS_CODES } from 'node:http';
import { expectTypeOf } from 'expect-type';
import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import {
  isClientError,
  isError,
  isInformational,
  isRedirect,
  isServerError,
  isSuccess,
  reasonPhrase,
  Status,
  statusClass,
  statusFromName,
} from './status.ts';

const codes = Object.keys(Status)
  .map(Number)
  .filter((code) => !Number.isNaN(code));
const names = Object.keys(Status).filter((name) => Number.isNaN(Number(name)));

describe('Status', () => {
  test('knows the 62 registered codes and 306', () => {
    expect(codes).toEqual([
      100, 101, 102, 103, 200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 300, 301, 302, 303, 304, 305, 306,
      307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418,
      421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511,
    ]);
  });

  test('goes both ways', () => {
    expect(Status.NOT_FOUND).toBe(404);
    expect(Status[404]).toBe('NOT_FOUND');
    expect(names).toHaveLength(63 + 6);
    for (const code of codes) expect(statusFromName(String(Reflect.get(Status, code)))).toBe(code);
  });

  test('knows former names, but reports the present ones', () => {
    expect([Status.REQUEST_ENTITY_TOO_LARGE, Status.PAYLOAD_TOO_LARGE, Status[413]]).toEqual([
      413,
      413,
      'CONTENT_TOO_LARGE',
    ]);
    expect([Status.REQUEST_URI_TOO_LONG, Status[414]]).toEqual([414, 'URI_TOO_LONG']);
    expect([Status.REQUESTED_RANGE_NOT_SATISFIABLE, Status[416]]).toEqual([416, 'RANGE_NOT_SATISFIABLE']);
    expect([Status.UNPROCESSABLE_ENTITY, Status[422]]).toEqual([422, 'UNPROCESSABLE_CONTENT']);
    expect([Status.MOVED_TEMPORARILY, Status[302]]).toEqual([302, 'FOUND']);
  });

  test('has literal types', () => {
    expectTypeOf(Status.NOT_FOUND).toEqualTypeOf<404>();
    expectTypeOf(Status[404]).toEqualTypeOf<'NOT_FOUND'>();
    expectTypeOf(Status.UNPROCESSABLE_ENTITY).toEqualTypeOf<422>();
    // @ts-expect-error there is no such name
    expect(Status.NOT_FOUNT).toBeUndefined();
    // @ts-expect-error there is no such code
    expect(Status[299]).toBeUndefined();
    expect(() => {
      // @ts-expect-error the table is frozen
      Status.OK = 201;
    }).toThrow(TypeError);
  });
});

test.each([
  ['NOT_FOUND', 404],
  ['not_found', 404],
  ['Not Found', 404],
  ['Payload Too Large', 413],
  ['non-authoritative information', 203],
  ["I'm a teapot", 418],
  ['', undefined],
  ['404', undefined],
  ['constructor', undefined],
  ['__proto__', undefined],
])('statusFromName %j', (name, code) => {
  expect(statusFromName(name)).toBe(code);
});

test('statusFromName wants a string', () => {
  // @ts-expect-error a code is not a name
  expect(() => statusFromName(404)).toThrow(InvalidArgument);
});

describe('reasonPhrase', () => {
  test('agrees with node:http, but for the names that RFC 9110 changed', () => {
    const changed: Record<number, string> = {
      306: 'Switch Proxy',
      413: 'Content Too Large',
      418: "I'm a teapot",
      422: 'Unprocessable Content',
    };
    for (const code of codes) expect(reasonPhrase(code)).toBe(changed[code] ?? STATUS_CODES[code]);
  });

  test('is a name of its code', () => {
    for (const code of codes) expect(statusFromName(reasonPhrase(code))).toBe(code);
  });

  test.each([0, 299, 600, Number.NaN])('is empty for %d', (code) => {
    expect(reasonPhrase(code)).toBe('');
  });
});

test.each([
  [99, 'unknown'],
  [100, 'informational'],
  [199, 'informational'],
  [200, 'success'],
  [299, 'success'],
  [300, 'redirect'],
  [399, 'redirect'],
  [400, 'clientError'],
  [499, 'clientError'],
  [500, 'serverError'],
  [599, 'serverError'],
  [600, 'unknown'],
  [Number.NaN, 'unknown'],
])('the class of %d is %s', (code, name) => {
  expect(statusClass(code)).toBe(name);
  expect({
    informational: isInformational(code),
    success: isSuccess(code),
    redirect: isRedirect(code),
    clientError: isClientError(code),
    serverError: isServerError(code),
    error: isError(code),
  }).toEqual({
    informational: name === 'informational',
    success: name === 'success',
    redirect: name === 'redirect',
    clientError: name === 'clientError',
    serverError: name === 'serverError',
    error: name === 'clientError' || name === 'serverError',
  });
});
