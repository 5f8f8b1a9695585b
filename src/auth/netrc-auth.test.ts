import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { Request } from '../message/request.ts';
import { proxyTarget } from './auth-target.ts';
import { NetRCAuth, netrcAuth } from './netrc-auth.ts';

const folder = mkdtempSync(join(tmpdir(), 'tern-netrc-'));
const file = join(folder, 'netrc');
writeFileSync(file, 'machine a.test login user password hidden machine proxy.test login p password q');
afterAll(() => rmSync(folder, { recursive: true }));

test('for the server, or the proxy', () => {
  const request = new Request('GET', 'https://a.test/');
  const auth = netrcAuth(pathToFileURL(file));
  const direct = auth.flow(request).next().value as Request;
  expect(direct.headers.get('authorization')).toBe(`Basic ${Buffer.from('user:hidden').toString('base64')}`);
  const proxied = auth.flow(request, proxyTarget('http://proxy.test:3128')).next().value as Request;
  expect(proxied.headers.get('proxy-authorization')).toBe(`Basic ${Buffer.from('p:q').toString('base64')}`);
});

test('a request without an entry goes out as it is', () => {
  const request = new Request('GET', 'https://b.test/', { headers: { Authorization: 'own' } });
  expect(new NetRCAuth(file).flow(request).next().value).toBe(request);
});

test('files', () => {
  expect(() => new NetRCAuth(join(folder, 'missing'))).toThrow(InvalidArgument);
  expect(() => new NetRCAuth(5 as never)).toThrow("'file' must be the path of a netrc file, not a number.");
  expect(inspect(new NetRCAuth(file), { depth: 9, showHidden: true })).not.toContain('hidden');
});
