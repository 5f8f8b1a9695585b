import type { ConformanceCase } from '../case.ts';
import { withEnvironment } from '../support/environment.ts';
import { firstHop, proxyCase, stoppable } from '../support/proxies.ts';

/** A list, the URLs that it exempts, and some that it does not. */
type Row = readonly [list: string, direct: readonly string[], proxied: readonly string[]];

function bypassCase(
  id: string,
  title: string,
  options: Parameters<typeof proxyCase>[2],
  rows: readonly Row[],
): ConformanceCase {
  return proxyCase(id, title, { needs: ['trace'], ...options }, async (t) => {
    const proxy = 'http://proxy.test';
    for (const [list, direct, proxied] of rows) {
      await withEnvironment(
        {
          all_proxy: proxy,
          http_proxy: undefined,
          HTTP_PROXY: undefined,
          https_proxy: undefined,
          HTTPS_PROXY: undefined,
          no_proxy: list,
        },
        async () => {
          const client = stoppable(t, { trustEnv: true });
          for (const url of direct)
            t.assert.notEqual(await firstHop(client, url), 'proxy.test', `${list}: ${url} goes directly`);
          for (const url of proxied)
            t.assert.equal(
              await firstHop(client, url),
              'proxy.test',
              `${list}: ${url} goes through the proxy`,
            );
        },
      );
    }
  });
}

export const cases: readonly ConformanceCase[] = [
  bypassCase('PX-15', 'a star anywhere in the list leaves no use for a proxy', {}, [
    ['*', ['http://a.test/', 'https://10.0.0.1/'], []],
    ['b.test, * ,c.test', ['http://a.test/'], []],
    ['', [], ['http://a.test/']],
    [',, ,', [], ['http://a.test/']],
  ]),
  bypassCase(
    'PX-16',
    'a name stands for itself and its subdomains, with a dot in front for these alone; case, space and a port',
    {},
    [
      [
        'example.com',
        ['http://example.com/', 'https://a.b.example.com/', 'http://EXAMPLE.com:81/'],
        ['http://notexample.com/', 'http://example.com.test/', 'http://example.org/'],
      ],
      [
        '.example.com',
        ['http://a.example.com/', 'http://a.b.example.com/'],
        ['http://example.com/', 'http://notexample.com/'],
      ],
      [' A.test ,  Example.COM', ['http://a.test/', 'http://example.com/'], ['http://b.test/']],
      [
        'example.com:8080',
        ['http://example.com:8080/', 'http://a.example.com:8080/'],
        ['http://example.com/', 'http://example.com:8081/'],
      ],
      ['example.com:443', ['https://example.com/'], ['http://example.com/']],
      [
        'xn--mnchen-3ya.test,bücher.test',
        ['http://münchen.test/', 'http://a.xn--bcher-kva.test/'],
        ['http://test/'],
      ],
    ],
  ),
  bypassCase(
    'PX-17',
    'addresses and localhost stand for themselves alone; a URL counts with its scheme',
    {},
    [
      [
        '127.0.0.1',
        ['http://127.0.0.1/', 'https://127.0.0.1:8443/'],
        ['http://127.0.0.2/', 'http://localhost/', 'http://1.127.0.0.1.test/'],
      ],
      ['192.168.0.1:81', ['http://192.168.0.1:81/'], ['http://192.168.0.1/']],
      ['::1', ['http://[::1]/', 'http://[::1]:81/'], ['http://[::2]/']],
      ['[2001:DB8::1]', ['http://[2001:db8:0::1]/'], ['http://[2001:db8::2]/']],
      ['[::1]:443', ['https://[::1]/'], ['http://[::1]/']],
      [
        'localhost',
        ['http://localhost/', 'http://localhost:81/'],
        ['http://a.localhost/', 'http://localhost.test/', 'http://127.0.0.1/'],
      ],
      ['http://github.com', ['http://github.com/'], ['https://github.com/', 'http://a.github.com/']],
      [
        'https://*.github.com:444',
        ['https://a.github.com:444/'],
        ['https://a.github.com/', 'https://github.com:444/'],
      ],
    ],
  ),
  bypassCase(
    'PX-18',
    'ranges of addresses hold, of either family; what is no range matches nothing and breaks nothing',
    { verdict: 'fixed:D40', rfc: 'RFC 4632 §3.1' },
    [
      [
        '192.168.0.0/16',
        ['http://192.168.0.1/', 'https://192.168.255.255:81/'],
        ['http://192.169.0.1/', 'http://192.168.0.1.test/'],
      ],
      ['10.1.2.3/8', ['http://10.255.0.1/'], ['http://11.0.0.1/']],
      ['0.0.0.0/0', ['http://1.2.3.4/'], ['http://a.test/', 'http://[::1]/']],
      ['2001:db8::/32', ['http://[2001:db8:ffff::1]/'], ['http://[2001:db9::1]/', 'http://10.0.0.1/']],
      ['[fe80::]/10,10.0.0.0/30', ['http://[fe80::1]/', 'http://10.0.0.3/'], ['http://10.0.0.4/']],
      [
        '192.168.0.1/33,::1/129,10.0.0.0/a,10.0.0.0/,[,a..b/8',
        [],
        ['http://192.168.0.1/', 'http://[::1]/', 'http://10.0.0.0/', 'http://a.b/'],
      ],
    ],
  ),
  bypassCase(
    'PX-19',
    'a star and a dot in front, lists with spaces, a dot at the end',
    { verdict: 'fixed:D40' },
    [
      ['*.a.com', ['http://x.a.com/', 'http://x.y.a.com/'], ['http://a.com/', 'http://xa.com/']],
      ['*a.com', ['http://a.com/', 'http://x.a.com/'], ['http://xa.com/']],
      ['a.test b.test\tc.test', ['http://a.test/', 'http://b.test/', 'http://c.test/'], ['http://d.test/']],
      [
        'a.test.,b.test',
        ['http://a.test/', 'http://a.test./', 'http://b.test./', 'http://x.b.test./'],
        ['http://c.test./'],
      ],
      ['localhost.', ['http://localhost/', 'http://localhost./'], ['http://a.localhost/']],
    ],
  ),
];
