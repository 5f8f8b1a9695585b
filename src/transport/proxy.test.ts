import { describe, expect, test } from 'vitest';
import { basicAuth } from '../auth/basic-auth.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { type ProxyInit, resolveProxy } from './proxy.ts';

describe('resolveProxy', () => {
  test.each<[ProxyInit, string, string, number]>([
    ['http://p.test', 'http://p.test:80', 'p.test', 80],
    ['https://p.test/', 'https://p.test:443', 'p.test', 443],
    ['https://p.test:80', 'https://p.test:80', 'p.test', 80],
    ['http://u:p@p.test:8080?x', 'http://p.test:8080', 'p.test', 8080],
    ['SOCKS5://u:p@P.Test', 'socks5://p.test:1080', 'p.test', 1080],
    ['socks5h://[2001:DB8:0::1]:9', 'socks5h://[2001:db8::1]:9', '2001:db8::1', 9],
    [new URL('socks5://h:1'), 'socks5://h:1', 'h', 1],
    [{ url: new URL('http://h:1') }, 'http://h:1', 'h', 1],
  ])('%o', (init, url, hostname, port) => {
    expect(resolveProxy(init)).toMatchObject({ url, hostname, port });
  });

  test('credentials and fields', () => {
    expect(resolveProxy('http://u:p%40@h').fields).toEqual(['Proxy-Authorization', 'Basic dTpwQA==']);
    expect(resolveProxy({ url: 'http://h', auth: ['u', 'p'], headers: { A: '1' } }).fields).toEqual([
      'Proxy-Authorization',
      'Basic dTpw',
      'A',
      '1',
    ]);
    expect(resolveProxy('http://h')).toMatchObject({ fields: [], auth: null, credentials: null });
    const auth = basicAuth('u', 'p');
    expect(resolveProxy({ url: 'http://h', auth })).toMatchObject({ fields: [], auth });
    const { credentials, fields } = resolveProxy({ url: 'socks5://h', auth: ['ü', new Uint8Array([1])] });
    expect([credentials?.username, credentials?.password, fields]).toEqual([
      Buffer.from('ü'),
      new Uint8Array([1]),
      [],
    ]);
  });

  test('equal texts and the same options are one proxy, others are not', () => {
    const options = { url: 'http://h' };
    expect(resolveProxy('http://h')).toBe(resolveProxy(new URL('http://h').href.slice(0, -1)));
    expect(resolveProxy(options)).toBe(resolveProxy(options));
    expect(resolveProxy(options).id).not.toBe(resolveProxy({ ...options }).id);
    expect(resolveProxy('http://u:p@h').id).not.toBe(resolveProxy('http://u:q@h').id);
  });

  test.each<[unknown, RegExp]>([
    ['h:1', /'proxy' has no scheme/],
    ['me:SECRET@h', /'proxy' has no scheme: '\S*\[secure\]@h'/],
    ['ftp://me:SECRET@h', /unknown scheme 'ftp:\/\/': 'ftp:\/\/\[secure\]@h'/],
    ['http://me:SEC/RET@h', /is not the URL of a proxy/],
    [[], /must be a URL, an object with a url, or null/],
    [{ url: 'http://h', bypass: [1] }, /must be a text or a list of texts/],
    [{ url: 'http://h', tunnel: 1 }, /must be true or false/],
    [{ url: 'https://h', tls: 1 }, /must be an object/],
    [{ url: 'http://h', auth: 'x' }, /Invalid 'auth'/],
  ])('%j is refused', (init, message) => {
    const attempt = (): unknown => resolveProxy(init as ProxyInit);
    expect(attempt).toThrow(InvalidArgument);
    expect(attempt).toThrow(message);
    expect(attempt).not.toThrow(/SECRET|SEC\/RET/);
  });

  test('the name of what was given is told', () => {
    expect(() => resolveProxy('x://h', 'HTTP_PROXY')).toThrow("'HTTP_PROXY' has the unknown scheme");
  });
});
