import { expect, test } from 'vitest';
import { Request } from '../message/request.ts';
import { cookieForAnswer } from './challenge-cookies.ts';

test.each([
  [null, [], null],
  ['a=1', [], null],
  [null, ['b=2'], 'b=2'],
  ['a=1', ['b=2; Path=/', 'c=3'], 'a=1; b=2; c=3'],
  ['a=1; b=1', ['b=2'], 'a=1; b=2'],
  ['a=1', ['b=2; Path=/elsewhere', 'c=3; Domain=b.test', 'd=4; Max-Age=0', 'e=5; Secure'], null],
])('%s and %j', (cookie, setCookies, expected) => {
  const headers = cookie === null ? {} : { Cookie: cookie };
  const request = new Request('GET', 'http://a.test/x/y?z', { headers });
  expect(cookieForAnswer(request, setCookies)?.split('; ').toSorted().join('; ') ?? null).toBe(expected);
});
