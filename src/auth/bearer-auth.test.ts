import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { Request } from '../message/request.ts';
import type { Auth } from './auth.ts';
import { bearerAuth } from './bearer-auth.ts';

const request = new Request('GET', 'https://a.test/');

async function fieldOf(auth: Auth): Promise<string | null> {
  const flow = auth.flow(request);
  const step = await flow.next();
  expect((await flow.next()).done).toBe(true);
  return (step.value as Request).headers.get('authorization');
}

describe('bearerAuth', () => {
  test('a token', async () => {
    expect(await fieldOf(bearerAuth('mF_9.B5f-4.1JqM~+/=='))).toBe('Bearer mF_9.B5f-4.1JqM~+/==');
  });

  test('a function, asked for each flow', async () => {
    let count = 0;
    const auth = bearerAuth(() => `t${++count}`);
    expect([await fieldOf(auth), await fieldOf(auth)]).toEqual(['Bearer t1', 'Bearer t2']);
    expect(await fieldOf(bearerAuth(async () => 'later'))).toBe('Bearer later');
  });

  test.each(['', ' ', 'a b', 'a\nb', 'ü', null, 7])('%j is no token', async (token) => {
    expect(() => bearerAuth(token as string)).toThrow(InvalidArgument);
    await expect(fieldOf(bearerAuth(() => token as string))).rejects.toThrow(InvalidArgument);
  });

  test('what the function throws is told', async () => {
    const failing = bearerAuth(() => Promise.reject(new RangeError('no token')));
    await expect(fieldOf(failing)).rejects.toThrow(RangeError);
  });
});
