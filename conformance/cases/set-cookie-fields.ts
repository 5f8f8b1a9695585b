import { reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';
import { received } from '../support/cookies.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'CK-10',
    rows: ['CK-10'],
    title: 'every Set-Cookie field of a response is kept, one field a cookie',
    verdict: 'same',
    rfc: 'RFC 6265bis §5.6',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies([
        reply(200, [
          ['Set-Cookie', 'a=1; Expires=Wed, 21 Oct 2099 07:28:00 GMT'],
          ['set-cookie', 'b=2, c=3'],
          ['SET-COOKIE', 'd=4; Path=/deep'],
        ]),
        reply(200),
        reply(200),
      ]);
      const client = t.client();
      const response = await client.get(server.url('/'));
      t.assert.deepEqual(
        Array.from(response.cookies, ({ name, value }) => `${name}=${value}`),
        ['a=1', 'b=2, c=3', 'd=4'],
      );
      await client.get(server.url('/'));
      await client.get(server.url('/deep/page'));
      const [, second, third] = server.requests;
      t.assert.match(second!.raw, /\r\nCookie: a=1; b=2, c=3\r\n/);
      t.assert.match(third!.raw, /\r\nCookie: d=4; a=1; b=2, c=3\r\n/);
      t.assert.equal(server.requests[0]!.get('cookie'), undefined);
    },
  },
  {
    id: 'CK-19',
    rows: ['CK-19'],
    title: 'Max-Age beats Expires; what has expired is neither kept nor sent',
    verdict: 'same',
    rfc: 'RFC 6265bis §5.7',
    layer: 'model',
    run(t) {
      let now = Date.UTC(2030, 0, 1);
      const jar = new t.tern.CookieJar(null, { now: () => now });
      jar.setCookies(
        [
          'past=1; Expires=Wed, 01 Jan 2020 00:00:00 GMT',
          'zero=1; Max-Age=0',
          'minus=1; Max-Age=-5',
          'both=1; Expires=Wed, 01 Jan 2020 00:00:00 GMT; Max-Age=10',
          'other=1; Max-Age=0; Expires=Thu, 01 Jan 2099 00:00:00 GMT',
          'soon=1; Max-Age=20',
          'session=1',
          'unclear=1; Max-Age=x; Expires=whenever',
        ],
        'http://h/',
      );
      t.assert.equal(jar.cookieHeader('http://h/'), 'both=1; soon=1; session=1; unclear=1');
      now += 10_000;
      t.assert.equal(jar.cookieHeader('http://h/'), 'soon=1; session=1; unclear=1');
      t.assert.deepEqual(
        jar.getAll({ name: 'soon' }).map(({ expires }) => expires),
        [now + 10_000],
      );
      t.assert.deepEqual(
        jar.getAll({ name: 'session' }).map(({ expires }) => expires),
        [null],
      );
      now += 10_000;
      t.assert.equal(jar.size, 2);
    },
  },
  {
    id: 'CK-19.order',
    rows: ['CK-19'],
    title: 'the fields of a response count in their order, so a removal behind a cookie removes it',
    verdict: 'fixed:D14',
    rfc: 'RFC 6265bis §5.7',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies([
        reply(200, [
          ['Set-Cookie', 'gone=1'],
          ['Set-Cookie', 'gone=1; Max-Age=0'],
          ['Set-Cookie', 'stays=1; Max-Age=0'],
          ['Set-Cookie', 'stays=2'],
        ]),
        reply(200),
      ]);
      const client = t.client();
      await client.get(server.url());
      await client.get(server.url());
      t.assert.equal(server.requests[1]!.get('cookie'), 'stays=2');
    },
  },
  {
    id: 'CK-20',
    rows: ['CK-20'],
    title: 'the prefixes of a name are held to what they promise',
    verdict: 'fixed:D14',
    rfc: 'RFC 6265bis §5.7',
    layer: 'model',
    run(t) {
      const kept = (field: string, url = 'https://www.h.test/'): boolean =>
        received(t, url, [field]).size === 1;
      t.assert.ok(kept('__Host-a=1; Secure; Path=/'));
      t.assert.ok(kept('__Secure-a=1; Secure; Domain=h.test'));
      t.assert.ok(kept('__SecureA=1'));
      for (const field of [
        '__Host-a=1; Secure; Path=/; Domain=h.test',
        '__Host-a=1; Secure',
        '__Host-a=1; Path=/',
        '__Host-a=1; Secure; Path=/deep',
        '__host-a=1; Path=/',
        '__Secure-a=1',
        '=__Secure-a=1',
      ])
        t.assert.ok(!kept(field), field);
      t.assert.ok(!kept('__Secure-a=1; Secure', 'http://www.h.test/'));
    },
  },
  {
    id: 'CK-20.same-site',
    rows: ['CK-20'],
    title: 'SameSite and HttpOnly are kept and shown; SameSite=None needs Secure',
    verdict: 'fixed:D14',
    rfc: 'RFC 6265bis §5.7',
    layer: 'model',
    run(t) {
      const jar = received(t, 'https://h/', [
        'a=1; SameSite=Strict; HttpOnly',
        'b=2; samesite=lax',
        'c=3; SameSite=None; Secure',
        'd=4; SameSite=None',
        'e=5; SameSite=else',
      ]);
      t.assert.deepEqual(
        Array.from(jar, ({ name, sameSite, httpOnly }) => [name, sameSite, httpOnly]),
        [
          ['a', 'strict', true],
          ['b', 'lax', false],
          ['c', 'none', false],
          ['e', null, false],
        ],
      );
      // A program is on no site, so there is none that it could be foreign to.
      t.assert.equal(jar.cookieHeader('https://h/'), 'a=1; b=2; c=3; e=5');
    },
  },
  {
    id: 'CK-21',
    rows: ['CK-21'],
    title: 'a value goes back as it came: quotes, equals signs and octets',
    verdict: 'same',
    rfc: 'RFC 6265bis §5.6',
    layer: 'bytes',
    async run(t) {
      const fields = ['a="q v"', 'b=x=y', 'c', 'd=', 'e = f ', 'g=\xe9\xff', 'h={"i":[1,2]}', 'j=k\tl'];
      const server = await t.replies([
        reply(
          200,
          fields.map((field) => ['Set-Cookie', field] as const),
        ),
        reply(200),
      ]);
      const client = t.client();
      await client.get(server.url());
      await client.get(server.url());
      t.assert.match(
        server.requests[1]!.raw,
        /\r\nCookie: a="q v"; b=x=y; c; d=; e=f; g=\xe9\xff; h=\{"i":\[1,2\]\}; j=k\tl\r\n/,
      );
    },
  },
  {
    id: 'CK-21.nameless',
    rows: ['CK-21'],
    title: 'a cookie without a name is one, and goes out as its value; one without name and value is none',
    verdict: 'differs:RFC 6265bis §5.6 keeps nameless cookies; a bare word is a value without a name',
    rfc: 'RFC 6265bis §5.6',
    layer: 'model',
    run(t) {
      const jar = received(t, 'http://h/', ['=d', '=', '', ';', ' ; Path=/']);
      t.assert.deepEqual(
        Array.from(jar, ({ name, value }) => [name, value]),
        [['', 'd']],
      );
      t.assert.equal(jar.cookieHeader('http://h/'), 'd');
      jar.setCookie('bare', 'http://h/');
      t.assert.equal(jar.cookieHeader('http://h/'), 'bare');
    },
  },
];
