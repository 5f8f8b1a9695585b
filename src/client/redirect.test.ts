import { describe, expect, test } from 'vitest';
import { Request, type RequestInit } from '../message/request.ts';
import { Response } from '../message/response.ts';
import { CookieJar } from '../models/cookie-jar.ts';
import { redirectRequest } from './redirect.ts';
import { type RedirectPolicy, UNFOLLOWED } from './redirect-policy.ts';

function follow(
  from: Request | string,
  location: string,
  {
    status = 302,
    cookies = new CookieJar(),
    ...policy
  }: Partial<RedirectPolicy> & {
    status?: number;
    cookies?: CookieJar;
  } = {},
): Request {
  const request = typeof from === 'string' ? new Request('GET', from) : from;
  const response = new Response(status, { headers: { Location: location }, request });
  return redirectRequest(request, response, { policy: { ...UNFOLLOWED, ...policy }, cookies });
}

function post(url: string, init: RequestInit): Request {
  return new Request('POST', url, init);
}

describe('the URL', () => {
  test.each([
    ['/c', 'http://h:81/c'],
    ['c', 'http://h:81/a/c'],
    ['', 'http://h:81/a/b?q'],
    ['?', 'http://h:81/a/b?'],
    ['#f', 'http://h:81/a/b?q#f'],
    ['//o/x', 'http://o/x'],
    ['https://:444/x', 'https://h:444/x'],
    ['http://?y', 'http://h/?y'],
    ['http:c', 'http://h:81/a/c'],
    ['https:c', 'https://c/'],
    ['/x?u=http://o/', 'http://h:81/x?u=http://o/'],
    ['\xc3\xbc', 'http://h:81/a/%C3%BC'],
    ['/?\xff%ff', 'http://h:81/?%FF%ff'],
    ['http://\xc3\xbc.test/', 'http://xn--tda.test/'],
    ['x y', 'http://h:81/a/x%20y'],
    ['custom://Host/x', 'custom://Host/x'],
    ['mailto:a@b.test', 'mailto:a@b.test'],
  ])('%j leads to %s', (location, expected) => {
    expect(follow('http://h:81/a/b?q', location).url.href).toBe(expected);
  });

  test.each([
    ['/y', '/y#old'],
    ['/y#new', '/y#new'],
    ['/y#', '/y#'],
    ['/y?a#', '/y?a#'],
  ])('the fragment of a request for %j is %s', (location, expected) => {
    expect(follow('http://h/x#old', location).url.href).toBe(`http://h${expected}`);
  });

  test.each(['http://[', 'http://h:99999/', 'http://a b/', 'a\tb', 'http://h/a\tb'])(
    '%j is refused',
    (location) => {
      expect(() => follow('http://h/', location)).toThrow(
        expect.objectContaining({ name: 'RemoteProtocolError', phase: 'redirect' }),
      );
    },
  );

  test('the error about a Location keeps secrets back', () => {
    expect(() => follow('http://h/', 'http://u:hidden@[/?token=hidden')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hidden') }),
    );
  });

  test('from https to http only if that is allowed', () => {
    expect(follow('https://h/', 'http://h/').url.href).toBe('http://h/');
    expect(() => follow('https://h/', 'http://h/', { allowDowngrade: false })).toThrow(/allowDowngrade/);
    expect(follow('http://h/', 'http://o/', { allowDowngrade: false }).url.href).toBe('http://o/');
  });

  test('to private hosts only if that is allowed', () => {
    expect(follow('http://h/', 'http://10.0.0.1/').url.href).toBe('http://10.0.0.1/');
    expect(() => follow('http://h/', 'http://10.0.0.1/', { allowPrivate: false })).toThrow(
      "refused to be redirected to '10.0.0.1' (redirect.allowPrivate)",
    );
    expect(follow('http://10.0.0.1/', 'http://o/', { allowPrivate: false }).url.href).toBe('http://o/');
  });
});

describe('method and body', () => {
  test.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [307, 'POST', 'POST'],
    [308, 'POST', 'POST'],
    [301, 'PUT', 'PUT'],
    [302, 'QUERY', 'QUERY'],
    [303, 'PURGE', 'GET'],
    [303, 'HEAD', 'HEAD'],
  ])('%i turns %s into %s', (status, method, expected) => {
    const next = follow(new Request(method, 'http://h/', { content: 'body' }), '/x', { status });
    expect([next.method, next.body !== null]).toEqual([expected, expected === method]);
    expect(next.headers.get('content-length')).toBe(expected === method ? '4' : null);
  });

  test('a GET with a body keeps it, because it stays a GET', () => {
    const next = follow(new Request('GET', 'http://h/', { content: 'body' }), '/x', { status: 303 });
    expect(Buffer.from(next.content).toString()).toBe('body');
  });

  test('keepMethod', () => {
    const next = follow(post('http://h/', { json: 1 }), '/x', { status: 303, keepMethod: true });
    expect([next.method, next.headers.get('content-type')]).toEqual(['POST', 'application/json']);
  });

  test('a body that was one-shot can go again once it has been read', async () => {
    const content = (async function* (): AsyncGenerator<string> {
      yield 'body';
    })();
    const request = post('http://h/', { content });
    expect(() => follow(request, '/x', { status: 307 })).toThrow(/307.*one-shot.*Pass bytes, or a function/);
    await request.read();
    expect(Buffer.from(follow(request, '/x', { status: 307 }).content).toString()).toBe('body');
  });
});

describe('fields', () => {
  const secrets = { Authorization: '1', 'Proxy-Authorization': '2', 'X-Api-Key': '3', Cookie: 'c=4' };

  test('secrets of every kind stay within the origin', () => {
    const request = new Request('GET', 'https://a/', { headers: { ...secrets, 'X-Own': '5', Host: 'v' } });
    expect(follow(request, 'https://b/', { sensitiveHeaders: ['x-own'] }).headers.raw).toEqual([
      ['Host', 'b'],
    ]);
    expect(follow(request, '/x').headers.raw).toEqual([
      ['Host', 'v'],
      ['Authorization', '1'],
      ['Proxy-Authorization', '2'],
      ['X-Api-Key', '3'],
      ['X-Own', '5'],
    ]);
  });

  test('cookies come from the jar', () => {
    const cookies = new CookieJar();
    cookies.set('b', '2', { domain: 'b.test', path: '/' });
    const request = new Request('GET', 'https://a.test/', { headers: { Cookie: 'own=1' } });
    expect(follow(request, 'https://b.test/', { cookies }).headers.get('cookie')).toBe('b=2');
    expect(follow(request, '/x', { cookies }).headers.get('cookie')).toBeNull();
  });

  test('extensions of the first place do not go to another one', () => {
    const timeout = { read: 1 };
    const request = new Request('GET', 'https://a/', {
      extensions: { target: '/raw', sniHostname: 's', timeout },
    });
    expect(follow(request, '/x').extensions).toEqual({ sniHostname: 's', timeout });
    expect(follow(request, '').extensions).toEqual({ target: '/raw', sniHostname: 's', timeout });
    expect(follow(request, 'https://b/').extensions).toEqual({ timeout });
    const plain = new Request('GET', 'https://a/', { extensions: { timeout } });
    expect(follow(plain, 'https://b/').extensions).toBe(plain.extensions);
  });
});

test('fields that an auth flow has added stay within the origin', () => {
  const request = new Request('GET', 'https://h/', { headers: { 'X-Signature': 's', 'X-Other': 'o' } });
  const names = (location: string): string[] => {
    const response = new Response(302, { headers: { Location: location }, request });
    const context = { policy: UNFOLLOWED, cookies: new CookieJar(), credentials: ['x-signature'] };
    return [...redirectRequest(request, response, context).headers.keys()];
  };
  expect(names('https://other/')).toEqual(['host', 'x-other']);
  expect(names('/near')).toEqual(['host', 'x-signature', 'x-other']);
});
