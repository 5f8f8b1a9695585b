import { reply } from '../../fixtures/reply-server.ts';
import type { CookieJarOptions } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { received } from '../support/cookies.ts';

/** The fields that a jar sends to each of the URLs, after it has received fields from the first argument's URL. */
function sentBack(
  t: CaseContext,
  from: string,
  fields: readonly string[],
  expected: Readonly<Record<string, string | null>>,
  options?: CookieJarOptions,
): void {
  const jar = received(t, from, fields, options);
  for (const [url, value] of Object.entries(expected))
    t.assert.equal(jar.cookieHeader(url), value, `${fields.join(' | ')} from ${from} to ${url}`);
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'CK-12',
    rows: ['CK-12'],
    title: 'longer paths come first, then older cookies, in one field',
    verdict: 'same',
    rfc: 'RFC 6265bis §5.8.3',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies([
        reply(200, [
          ['Set-Cookie', 'root=1; Path=/'],
          ['Set-Cookie', 'deepest=2; Path=/a/b/c'],
          ['Set-Cookie', 'first=3; Path=/a/b'],
          ['Set-Cookie', 'second=4; Path=/a/b'],
          ['Set-Cookie', 'other=5; Path=/'],
        ]),
        reply(200, [['Set-Cookie', 'root=6; Path=/']]),
        reply(200),
      ]);
      const client = t.client();
      for (let i = 0; i < 3; i++) await client.get(server.url('/a/b/c/d'));
      t.assert.match(
        server.requests[1]!.raw,
        /\r\nCookie: deepest=2; first=3; second=4; root=1; other=5\r\n/,
      );
      // The one that takes over has the age of the one that was there.
      t.assert.equal(server.requests[2]!.get('cookie'), 'deepest=2; first=3; second=4; root=6; other=5');
      t.assert.equal(server.requests[2]!.getAll('cookie').length, 1);
    },
  },
  {
    id: 'CK-13',
    rows: ['CK-13'],
    title: 'a cookie without Domain stays on its host',
    verdict: 'fixed:D12',
    rfc: 'RFC 6265bis §5.7',
    layer: 'model',
    run(t) {
      sentBack(t, 'http://example.com/', ['a=1'], {
        'http://example.com/': 'a=1',
        'http://EXAMPLE.com/': 'a=1',
        'http://www.example.com/': null,
        'http://com/': null,
        'http://xexample.com/': null,
      });
      sentBack(t, 'http://www.example.com/', ['a=1; Domain='], {
        'http://www.example.com/': 'a=1',
        'http://example.com/': null,
        'http://a.www.example.com/': null,
      });
    },
  },
  {
    id: 'CK-14',
    rows: ['CK-14'],
    title:
      'Domain reaches the hosts below it, if the host is within it; foreign and single-label ones are refused',
    verdict: 'same',
    rfc: 'RFC 6265bis §5.7',
    layer: 'model',
    run(t) {
      for (const domain of ['example.com', '.example.com', 'Example.COM']) {
        sentBack(t, 'http://www.example.com/', [`a=1; Domain=${domain}`], {
          'http://www.example.com/': 'a=1',
          'http://example.com/': 'a=1',
          'http://a.b.example.com/': 'a=1',
          'http://notexample.com/': null,
          'http://com/': null,
        });
      }
      const refused = [
        'evil.com',
        'a.www.example.com',
        'ww.example.com',
        'com',
        '.com',
        'xample.com',
        '..example.com',
      ];
      for (const domain of refused)
        t.assert.equal(received(t, 'http://www.example.com/', [`a=1; Domain=${domain}`]).size, 0, domain);
    },
  },
  {
    id: 'CK-14.public',
    rows: ['CK-14'],
    title: 'a public suffix of several labels is refused when a list says that it is one',
    verdict: 'fixed:D13',
    rfc: 'RFC 6265bis §5.7',
    layer: 'model',
    run(t) {
      const options = { isPublicSuffix: (domain: string) => domain === 'co.uk' || domain === 'github.io' };
      t.assert.equal(received(t, 'http://example.co.uk/', ['a=1; Domain=co.uk'], options).size, 0);
      sentBack(
        t,
        'http://www.example.co.uk/',
        ['a=1; Domain=example.co.uk'],
        { 'http://b.example.co.uk/': 'a=1' },
        options,
      );
      // A suffix is a host too, and may keep a cookie for itself.
      sentBack(
        t,
        'http://github.io/',
        ['a=1; Domain=github.io'],
        { 'http://github.io/': 'a=1', 'http://x.github.io/': null },
        options,
      );
    },
  },
  {
    id: 'CK-15',
    rows: ['CK-15'],
    title: 'cookies of localhost work, with Domain=localhost as well',
    verdict: 'differs:a Domain that is the host itself makes a cookie for that host alone (RFC 6265bis §5.7)',
    rfc: 'RFC 6265bis §5.7',
    layer: 'model',
    run(t) {
      for (const field of ['a=1', 'a=1; Domain=localhost', 'a=1; Domain=.localhost']) {
        const jar = received(t, 'http://localhost:8000/', [field]);
        t.assert.deepEqual(
          jar.getAll().map(({ domain, hostOnly }) => [domain, hostOnly]),
          [['localhost', true]],
        );
        t.assert.equal(jar.cookieHeader('http://localhost/'), 'a=1');
        t.assert.equal(jar.cookieHeader('http://app.localhost/'), null);
      }
    },
  },
  {
    id: 'CK-16',
    rows: ['CK-16'],
    title: 'an address is a host of its own; Domain may only be the same address',
    verdict: 'same',
    rfc: 'RFC 6265bis §5.1.3',
    layer: 'model',
    run(t) {
      const jar = received(t, 'http://127.0.0.1:81/', ['a=1', 'b=2; Domain=127.0.0.1', 'c=3; Domain=0.0.1']);
      t.assert.equal(jar.cookieHeader('http://127.0.0.1/'), 'a=1; b=2');
      t.assert.equal(jar.cookieHeader('http://127.0.0.2/'), null);
      t.assert.deepEqual(
        Array.from(jar, ({ hostOnly }) => hostOnly),
        [true, true],
      );
      const six = received(t, 'http://[::1]/', ['a=1', 'b=2; Domain=[::1]', 'c=3; Domain=::1']);
      t.assert.equal(six.cookieHeader('http://[::1]:8080/'), 'a=1; b=2; c=3');
      t.assert.equal(six.cookieHeader('http://[::2]/'), null);
    },
  },
  {
    id: 'CK-17',
    rows: ['CK-17'],
    title: 'Path reaches what lies below it, segment by segment; without it the folder of the request counts',
    verdict: 'same',
    rfc: 'RFC 6265bis §5.1.4',
    layer: 'model',
    run(t) {
      sentBack(t, 'http://h/', ['a=1; Path=/foo'], {
        'http://h/foo': 'a=1',
        'http://h/foo?x=/bar': 'a=1',
        'http://h/foo/': 'a=1',
        'http://h/foo/bar': 'a=1',
        'http://h/foobar': null,
        'http://h/FOO': null,
        'http://h/': null,
      });
      sentBack(t, 'http://h/', ['a=1; Path=/foo/'], { 'http://h/foo/bar': 'a=1', 'http://h/foo': null });
      for (const field of ['a=1', 'a=1; Path=', 'a=1; Path=relative'])
        sentBack(t, 'http://h/dir/sub/page?x=/y/z', [field], {
          'http://h/dir/sub': 'a=1',
          'http://h/dir/sub/other': 'a=1',
          'http://h/dir/': null,
        });
      sentBack(t, 'http://h/page', ['a=1'], { 'http://h/': 'a=1', 'http://h/other/page': 'a=1' });
    },
  },
  {
    id: 'CK-18',
    rows: ['CK-18'],
    title: 'Secure cookies go out over https only, and come in over https only',
    verdict: 'fixed:D14',
    rfc: 'RFC 6265bis §5.7',
    layer: 'model',
    run(t) {
      sentBack(t, 'https://h/', ['a=1; Secure', 'b=2'], {
        'https://h/': 'a=1; b=2',
        'http://h/': 'b=2',
        'http://localhost/': null,
      });
      t.assert.equal(received(t, 'http://h/', ['a=1; Secure']).size, 0);
      t.assert.equal(received(t, 'http://localhost/', ['a=1; Secure']).size, 0);
      // Nor can plain http put a cookie in the place, or in the way, of a secure one.
      const jar = received(t, 'https://h.test/', ['a=1; Secure; Path=/login']);
      jar.setCookies(
        ['a=2; Path=/login', 'a=3; Path=/login/en', 'a=4; Domain=h.test; Path=/login'],
        'http://h.test/login',
      );
      t.assert.equal(jar.cookieHeader('https://h.test/login/en'), 'a=1');
      jar.setCookie('a=5; Path=/', 'http://h.test/');
      t.assert.equal(jar.cookieHeader('https://h.test/login'), 'a=1; a=5');
    },
  },
  {
    id: 'CK-22',
    rows: ['CK-22'],
    title: 'the port is no part of a cookie: another server on the same host gets it',
    verdict: 'same',
    rfc: 'RFC 6265bis §8.5',
    layer: 'bytes',
    async run(t) {
      const first = await t.replies(reply(200, [['Set-Cookie', 'a=1']]));
      const second = await t.replies(reply(200));
      const client = t.client();
      await client.get(first.url());
      await client.get(second.url());
      t.assert.notEqual(first.port, second.port);
      t.assert.equal(second.requests[0]!.get('cookie'), 'a=1');
    },
  },
];
