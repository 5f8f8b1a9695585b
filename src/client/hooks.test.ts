import { expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { resolveHooks } from './hooks.ts';

const NONE = { request: [], response: [], redirect: [], retry: [], error: [] };

test('kinds that are left out have no hooks', () => {
  expect(resolveHooks(undefined)).toEqual(NONE);
  expect(resolveHooks(null)).toEqual(NONE);
  const hook = (): void => {};
  expect(resolveHooks({ error: [hook], retry: undefined as never })).toEqual({ ...NONE, error: [hook] });
});

test('the lists are copies', () => {
  const list = [(): void => {}];
  const { request } = resolveHooks({ request: list });
  list.push(() => {});
  expect(request).toHaveLength(1);
});

test.each([
  [{ requests: [] }, "'hooks.requests' does not exist; there are request, response, redirect, retry, error."],
  [{ __proto__: null, toString: [] }, "'hooks.toString' does not exist"],
  [{ request: () => {} }, "'hooks.request' must be a list of functions."],
  [{ response: [null] }, "'hooks.response' must be a list of functions."],
])('%o is refused', (init, message) => {
  expect(() => resolveHooks(init as never)).toThrow(InvalidArgument);
  expect(() => resolveHooks(init as never)).toThrow(message);
});
