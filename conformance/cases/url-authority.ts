import type { CaseContext, ConformanceCase } from '../case.ts';
import { parse, refuses } from '../support/urls.ts';

/** What Basic credentials the user information of a URL becomes. */
async function credentials(t: CaseContext, text: string): Promise<string | undefined> {
  let sent: string | null = null;
  const transport = new t.tern.MockTransport(({ headers }) => {
    sent = headers.get('authorization');
    return new t.tern.Response(200);
  });
  await new t.tern.Client({ transport }).get(text);
  const encoded = /^Basic (.*)$/.exec(sent ?? '')?.[1];
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'UP-02',
    rows: ['UP-02'],
    title: 'an ASCII host is lower-cased and percent-decoded; what no host may have is refused',
    verdict: 'fixed:D09',
    layer: 'model',
    run(t) {
      t.assert.equal(parse(t, 'http://EXAMPLE.Com/').hostname, 'example.com');
      t.assert.equal(parse(t, 'http://%65x%41mple.com/').hostname, 'example.com');
      t.assert.equal(parse(t, 'http://a_b.~c!$&\'()*+,;="`{}/').hostname, 'a_b.~c!$&\'()*+,;="`{}');
      refuses(
        t,
        Array.from(' <>^|%[', (character) => `http://a${character}b/`),
      );
      refuses(t, ['http://a%20b/', 'http://a%00b/', 'http://a%2Fb/', 'http://a%40b/']);
    },
  },
  {
    id: 'UP-03',
    rows: ['UP-03'],
    title: 'a host of other letters goes out as punycode and is shown in Unicode',
    verdict: 'same',
    rfc: 'RFC 5891',
    layer: 'model',
    run(t) {
      const { Request, unicodeHost } = t.tern;
      for (const [text, ascii, unicode] of [
        ['https://fa\u00df.de/', 'xn--fa-hia.de', 'fa\u00df.de'],
        [
          'http://K\u00f6nigsg\u00e4\u00dfchen.de/',
          'xn--knigsgchen-b4a3dun.de',
          'k\u00f6nigsg\u00e4\u00dfchen.de',
        ],
        ['http://\u4e2d\u56fd.icom.museum:80/', 'xn--fiqs8s.icom.museum', '\u4e2d\u56fd.icom.museum'],
        ['http://B\u00dcCHER.example:8080/', 'xn--bcher-kva.example', 'b\u00fccher.example'],
      ] as const) {
        const request = new Request('GET', text);
        t.assert.equal(request.url.hostname, ascii);
        t.assert.equal(request.headers.get('host')?.replace(/:8080$/, ''), ascii);
        t.assert.equal(unicodeHost(text), unicode);
      }
    },
  },
  {
    id: 'UP-04',
    rows: ['UP-04'],
    title: 'symbols are allowed in a host; what UTS #46 refuses is refused',
    verdict: 'fixed:D09',
    layer: 'model',
    run(t) {
      t.assert.equal(parse(t, 'http://\u2603.net/').hostname, 'xn--n3h.net');
      t.assert.equal(parse(t, 'http://\u{1f4a9}.la/').hostname, 'xn--ls8h.la');
      refuses(t, [
        'http://\u00ad/',
        'http://xn--a.\u00df/',
        'http://a\ufffdb/',
        'http://\uff05\uff10\uff10/',
      ]);
    },
  },
  {
    id: 'UP-05',
    rows: ['UP-05'],
    title: 'every label is shown in Unicode, not only a first one',
    verdict: 'fixed:D10',
    layer: 'model',
    run(t) {
      const { unicodeHost } = t.tern;
      t.assert.equal(unicodeHost('http://www.xn--fiqs8s.icom.museum/'), 'www.\u4e2d\u56fd.icom.museum');
      t.assert.equal(unicodeHost('http://xn--fa-hia.xn--bcher-kva.example/'), 'fa\u00df.b\u00fccher.example');
      t.assert.equal(unicodeHost('http://example.com:8080/'), 'example.com');
      t.assert.equal(unicodeHost('http://[2001:db8::1]/'), '2001:db8::1');
    },
  },
  {
    id: 'UP-06',
    rows: ['UP-06'],
    title: 'IPv4: every spelling of a number is one, and out of range is refused',
    verdict: 'fixed:D09',
    layer: 'model',
    run(t) {
      for (const [text, host] of [
        ['127.1', '127.0.0.1'],
        ['0x7f.0.0.1', '127.0.0.1'],
        ['2130706433', '127.0.0.1'],
        ['01.02.03.04', '1.2.3.4'],
        ['192.168.0.1.', '192.168.0.1'],
        ['\uff11\uff12\uff17.0.0.1', '127.0.0.1'],
        ['023b76x43144', '023b76x43144'],
        ['1.2.3.4.example', '1.2.3.4.example'],
      ] as const) {
        t.assert.equal(parse(t, `http://${text}/`).hostname, host);
      }
      refuses(t, ['http://999.999.999.999/', 'http://1.2.3.4.5/', 'http://256.1.1.1/', 'http://1.2.3.08/']);
    },
  },
  {
    id: 'UP-07',
    rows: ['UP-07'],
    title: 'IPv6: brackets in a URL and in Host; a bad address is refused',
    verdict: 'same',
    rfc: 'RFC 3986 §3.2.2',
    layer: 'model',
    run(t) {
      const request = new t.tern.Request('GET', 'https://[2001:db8::1]:8/');
      t.assert.deepEqual(
        [request.url.host, request.headers.get('host')],
        ['[2001:db8::1]:8', '[2001:db8::1]:8'],
      );
      t.assert.equal(new t.tern.Request('GET', 'https://[::1]:443/').headers.get('host'), '[::1]');
      refuses(t, [
        'https://[2001]/',
        'http://[::1/',
        'http://::1/',
        'http://[1:2:3:4:5:6:7:8:9]/',
        'http://[::g]/',
      ]);
      refuses(t, ['https://u:p@[bad!]//evil/x', 'http://[::1]x/']);
    },
  },
  {
    id: 'UP-07.form',
    rows: ['UP-07'],
    title: 'IPv6 addresses are compressed and lower-cased; zone ids are refused',
    verdict: 'fixed:D09',
    rfc: 'RFC 5952',
    layer: 'model',
    run(t) {
      t.assert.equal(parse(t, 'http://[2001:DB8:0:0:0:0:0:1]/').hostname, '[2001:db8::1]');
      t.assert.equal(parse(t, 'http://[::ffff:1.2.3.4]/').hostname, '[::ffff:102:304]');
      refuses(t, ['http://[fe80::1%25eth0]/', 'http://[fe80::1%eth0]/']);
    },
  },
  {
    id: 'UP-07.live',
    rows: ['UP-07'],
    title: 'a server on an IPv6 address is reached by its literal',
    verdict: 'same',
    layer: 'live',
    needs: ['ipv6'],
    async run(t) {
      const server = await t.httpServer({ host: '::1' });
      const response = await t.client().get(`http://[0:0:0:0:0:0:0:1]:${server.port}/headers`);
      t.assert.equal(
        new t.tern.Headers(response.json<[string, string][]>()).get('host'),
        `[::1]:${server.port}`,
      );
    },
  },
  {
    id: 'UP-08',
    rows: ['UP-08'],
    title: 'as a part, an IPv6 address comes with or without brackets',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const { withParts } = t.tern;
      t.assert.equal(withParts('http://h:8/x', { host: '::1' }).href, 'http://[::1]:8/x');
      t.assert.equal(withParts('http://h:8/x', { host: '[2001:DB8::1]' }).href, 'http://[2001:db8::1]:8/x');
      t.assert.throws(() => withParts('http://h/', { host: '2001:zz' }), t.tern.InvalidURL);
    },
  },
  {
    id: 'UP-09',
    rows: ['UP-09'],
    title: 'a default or empty port is none; what is no number is refused by name',
    verdict: 'same',
    layer: 'model',
    run(t) {
      for (const [scheme, port] of [
        ['http', 80],
        ['https', 443],
        ['ws', 80],
        ['wss', 443],
        ['ftp', 21],
      ] as const) {
        t.assert.equal(parse(t, `${scheme}://h:${port}/`).port, '');
        t.assert.equal(parse(t, `${scheme}://h:/`).port, '');
        t.assert.equal(parse(t, `${scheme}://h:${port + 1}/`).port, String(port + 1));
      }
      t.assert.equal(parse(t, 'http://h:443/').port, '443');
      t.assert.throws(() => parse(t, 'https://h:abc/'), {
        code: 'ERR_INVALID_URL',
        message: /'abc' is not a port/,
      });
    },
  },
  {
    id: 'UP-10',
    rows: ['UP-10'],
    title: 'ports are ASCII digits from 0 to 65535',
    verdict: 'fixed:D08',
    layer: 'model',
    run(t) {
      for (const port of ['0', '1', '65535', '00080']) t.assert.ok(parse(t, `ws+x://h:${port}/`));
      refuses(
        t,
        [
          '65536',
          '-1',
          '+1',
          '8_080',
          ' 80',
          '8 0',
          '\u0668\u0660',
          '0x50',
          '1e3',
          '99999999999999999999',
        ].map((port) => `http://h:${port}/`),
      );
      for (const port of [65_536, -1, 1.5, Number.NaN]) {
        t.assert.throws(() => t.tern.withParts('http://h/', { port }), t.tern.InvalidURL);
      }
    },
  },
  {
    id: 'UP-11',
    rows: ['UP-11'],
    title: 'user information ends at the last @ and becomes Basic credentials, decoded',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      t.assert.equal(await credentials(t, 'https://user%40mail:p%20w@h/'), 'user@mail:p w');
      t.assert.equal(await credentials(t, 'https://user@mail:p w@h/'), 'user@mail:p w');
      t.assert.equal(await credentials(t, 'https://u:a:b%3a%c3%bc@h/'), 'u:a:b:\u00fc');
      t.assert.equal(await credentials(t, 'https://u@h/'), 'u:');
      t.assert.equal(await credentials(t, 'https://:p@h/'), ':p');
      t.assert.equal(await credentials(t, 'https://h/a@b?c@d'), undefined);
      t.assert.equal(await credentials(t, 'https://u%zz:p%ff@h/'), 'u%zz:p%ff');
      const url = parse(t, 'https://user@mail:p w;[|]@h/');
      t.assert.deepEqual(
        [url.hostname, url.username, url.password],
        ['h', 'user%40mail', 'p%20w%3B%5B%7C%5D'],
      );
    },
  },
];
