import { expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { Request } from '../message/request.ts';
import type { Auth, AuthInit } from './auth.ts';
import { bearerAuth } from './bearer-auth.ts';
import { resolveAuth } from './resolve-auth.ts';

const request = new Request('GET', 'https://a.test/');

async function fieldOf(init: AuthInit): Promise<string | null> {
  const { value } = await resolveAuth(init).flow(request).next();
  return (value as Request).headers.get('authorization');
}

test('pairs of texts and octets', async () => {
  const expected = 'Basic dXNlcjpwYXNzd29yZDEyMw==';
  expect(await fieldOf(['user', 'password123'])).toBe(expected);
  expect(await fieldOf([Buffer.from('user'), 'password123'])).toBe(expected);
});

test('functions that wait and that do not', async () => {
  expect(await fieldOf((given) => given.with({ headers: { Authorization: 'x' } }))).toBe('x');
  expect(await fieldOf(async (given) => given.with({ headers: { Authorization: 'y' } }))).toBe('y');
});

test('an auth is taken as it is', () => {
  const auth = bearerAuth('x');
  expect(resolveAuth(auth)).toBe(auth);
  class Own implements Auth {
    *flow(given: Request): Generator<Request, void> {
      yield given;
    }
  }
  const own = new Own();
  expect(resolveAuth(own)).toBe(own);
});

test.each([
  undefined,
  null,
  'user:password',
  7,
  {},
  { flow: 'x' },
  [],
  ['user'],
  ['user', 1],
  ['a', 'b', 'c'],
])('%j is refused', (init) => {
  expect(() => resolveAuth(init as never)).toThrow(InvalidArgument);
  expect(() => resolveAuth(init as never)).toThrow(/^Invalid 'auth': give a pair/);
});
