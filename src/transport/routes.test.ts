import { describe, expect, test } from 'vitest';
import { basicAuth } from '../auth/basic-auth.ts';
import { UnsupportedProtocol } from '../errors/unsupported-protocol.ts';
import { Request } from '../message/request.ts';
import { resolveProxy } from './proxy.ts';
import { Routes } from './routes.ts';

const direct = new Routes(null);
const request = (url: string, headers = {}): Request => new Request('GET', url, { headers });

describe('without a proxy of the transport', () => {
  test('a route for each origin and server name', () => {
    const { route, server } = direct.find(request('https://a.test/x'), undefined);
    expect(route).toEqual({
      key: 'https://a.test',
      secure: true,
      hostname: 'a.test',
      port: 443,
      servername: null,
      proxy: null,
    });
    expect(server).toBeNull();
    expect(direct.find(request('https://a.test/y'), undefined).route).toBe(route);
    const named = new Request('GET', 'https://a.test/', { extensions: { sniHostname: 'b' } });
    expect(direct.find(named, undefined).route).toMatchObject({ key: 'https://a.test b', servername: 'b' });
  });

  test('the proxy of a request; the key tells it without its secrets', () => {
    const { route } = direct.find(request('http://a.test/'), 'http://u:SECRET@p.test');
    expect(route.key).toMatch(/^http:\/\/a\.test via http:\/\/p\.test:80 #\d+$/);
    expect(route.proxy).toMatchObject({
      isTunnel: false,
      target: 'a.test:80',
      fields: ['Proxy-Authorization', 'Basic dTpTRUNSRVQ='],
      negotiate: null,
    });
    expect(direct.find(request('http://a.test/'), null).route.key).toBe('http://a.test');
  });

  test('tunnels: https, upgrades, SOCKS, on request', () => {
    const find = (url: string, proxy: Parameters<Routes['find']>[1], headers = {}) =>
      direct.find(request(url, headers), proxy).route.proxy!;
    const fields = ['Host', 'a.test:443', 'Accept', '*/*', 'X', '1'];
    expect(find('https://a.test/', { url: 'http://p', headers: { X: '1' } })).toMatchObject({
      isTunnel: true,
      fields,
    });
    expect(find('http://a.test/', 'http://p', { Upgrade: 'x' }).isTunnel).toBe(true);
    expect(find('http://a.test/', 'socks5://p').isTunnel).toBe(true);
    expect(find('http://a.test/', { url: 'http://p', tunnel: true }).isTunnel).toBe(true);
    expect(find('http://a.test/', 'http://p').isTunnel).toBe(false);
    expect(find('https://[::1]:1/', 'http://p').target).toBe('[::1]:1');
    const accept = { url: 'http://p', headers: { accept: 'x' }, auth: basicAuth('u', 'p') };
    const negotiated = find('https://a.test/', accept);
    expect(negotiated.fields).toEqual(['Host', 'a.test:443', 'accept', 'x']);
    expect(negotiated.negotiate).not.toBeNull();
  });
});

test('the choice of the transport, and what goes before it', () => {
  const server = resolveProxy({ url: 'http://p.test', bypass: 'inside.test' });
  const routes = new Routes(() => server);
  expect(routes.find(request('http://a.test/'), undefined).server).toBe(server);
  expect(routes.find(request('http://inside.test/'), undefined).server).toBeNull();
  expect(routes.find(request('http://a.test/'), null).server).toBeNull();
  expect(routes.find(request('http://a.test/'), 'http://q.test').server?.hostname).toBe('q.test');
});

test('other schemes', () => {
  expect(() => direct.find(request('ftp://a.test/'), undefined)).toThrow(UnsupportedProtocol);
});
