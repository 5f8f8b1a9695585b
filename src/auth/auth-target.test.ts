import { expect, test } from 'vitest';
import { Request } from '../message/request.ts';
import { type Auth, openFlow } from './auth.ts';
import { ORIGIN_TARGET, proxyTarget } from './auth-target.ts';
import { basicAuth } from './basic-auth.ts';
import { bearerAuth } from './bearer-auth.ts';

const request = new Request('GET', 'https://a.test/', { headers: { Authorization: 'own' } });

test.each([
  ['Basic dTpw', basicAuth('u', 'p')],
  ['Bearer t', bearerAuth('t')],
  ['Bearer t', bearerAuth(() => 't')],
])('%s goes to a proxy or to the server', async (value, auth: Auth) => {
  const proxied = (await openFlow(auth, request, proxyTarget('http://proxy.test:3128')).next())
    .value as Request;
  expect(proxied.headers.get('proxy-authorization')).toBe(value);
  expect(proxied.headers.get('authorization')).toBe('own');
  const direct = (await openFlow(auth, request, ORIGIN_TARGET).next()).value as Request;
  expect(direct.headers.has('proxy-authorization')).toBe(false);
  expect(direct.headers.get('authorization')).toBe(value);
});
