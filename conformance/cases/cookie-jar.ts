import { inspect } from 'node:util';
import type { CookieJar } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { received } from '../support/cookies.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'CK-01',
    rows: ['CK-01'],
    title: 'a jar is made of nothing, an object, pairs, or the copied cookies of another jar',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const { CookieJar } = t.tern;
      const url = 'http://h/';
      for (const init of [undefined, null]) t.assert.equal(new CookieJar(init).size, 0);
      t.assert.equal(new CookieJar({ a: '1', b: '2' }, { url }).cookieHeader(url), 'a=1; b=2');
      const pairs: [string, string][] = [
        ['b', '2'],
        ['a', '1'],
      ];
      t.assert.equal(new CookieJar(pairs, { url }).cookieHeader(url), 'b=2; a=1');
      t.assert.equal(new CookieJar(new Map(pairs), { url }).cookieHeader(url), 'b=2; a=1');
      const first = new CookieJar({ a: '1' }, { url });
      const copy = new CookieJar(first);
      copy.set('a', '2');
      first.set('c', '3');
      t.assert.deepEqual([first.cookieHeader(url), copy.cookieHeader(url)], ['a=1; c=3', 'a=2']);
      t.assert.throws(() => new CookieJar('a=1' as never), { code: 'ERR_INVALID_ARGUMENT' });
    },
  },
  {
    id: 'CK-02',
    rows: ['CK-02'],
    title: 'set() makes a session cookie for the path / unless it is told otherwise',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const jar = new t.tern.CookieJar();
      jar.set('a', '1', { domain: 'h.test' });
      jar.set('b', '2', { domain: 'h.test', path: '/deep', secure: true, httpOnly: true, sameSite: 'lax' });
      t.assert.deepEqual(
        jar.getAll().map(({ name, value, domain, path, expires }) => [name, value, domain, path, expires]),
        [
          ['a', '1', 'h.test', '/', null],
          ['b', '2', 'h.test', '/deep', null],
        ],
      );
      t.assert.deepEqual(
        jar
          .getAll()
          .map(({ secure, httpOnly, sameSite, hostOnly }) => [secure, httpOnly, sameSite, hostOnly]),
        [
          [false, false, null, false],
          [true, true, 'lax', false],
        ],
      );
      t.assert.equal(jar.cookieHeader('http://h.test/deep/er'), 'a=1');
      t.assert.equal(jar.cookieHeader('https://h.test/deep/er'), 'b=2; a=1');
      jar.set('a', '1', { domain: 'h.test', expires: 0 });
      t.assert.equal(jar.has('a'), false);
      for (const [name, value] of [
        ['', '1'],
        ['a=', '1'],
        ['a;', '1'],
        ['a', '1;'],
        ['a', '1\n'],
        ['a', '☃'],
      ] as const)
        t.assert.throws(() => jar.set(name, value, { domain: 'h.test' }), { code: 'ERR_INVALID_ARGUMENT' });
    },
  },
  {
    id: 'CK-04',
    rows: ['CK-04'],
    title: 'a name that several cookies have is a conflict unless domain or path narrow it down',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const jar = new t.tern.CookieJar();
      jar.set('a', '1', { domain: 'one.test' });
      jar.set('a', '2', { domain: 'two.test' });
      jar.set('a', '3', { domain: 'two.test', path: '/deep' });
      t.assert.throws(
        () => jar.get('a'),
        (error: unknown) => {
          t.assert.ok(error instanceof t.tern.CookieConflict);
          const { code, message } = error as InstanceType<typeof t.tern.CookieConflict>;
          t.assert.equal(code, 'ERR_COOKIE_CONFLICT');
          t.assert.match(message, /'a'.*one\.test.*two\.test/);
          return true;
        },
      );
      t.assert.throws(() => jar.get('a', { domain: 'two.test' }), t.tern.CookieConflict);
      t.assert.equal(jar.get('a', { domain: 'one.test' }), '1');
      t.assert.equal(jar.get('a', { path: '/deep' }), '3');
      t.assert.equal(jar.get('a', { domain: 'two.test', path: '/' }), '2');
      t.assert.deepEqual(
        jar.getAll({ name: 'a' }).map(({ value }) => value),
        ['1', '2', '3'],
      );
    },
  },
  {
    id: 'CK-05',
    rows: ['CK-05'],
    title: 'a cookie that is not there is undefined',
    verdict:
      'differs:there is no indexing that could fail; undefined takes the place of the default, as in a Map',
    layer: 'model',
    run(t) {
      const jar = new t.tern.CookieJar({ a: '1' }, { url: 'http://h/' });
      t.assert.equal(jar.get('b'), undefined);
      t.assert.equal(jar.get('a', { path: '/deep' }), undefined);
      t.assert.equal(jar.get('b') ?? 'default', 'default');
      t.assert.deepEqual([jar.has('a'), jar.has('b'), jar.has('A')], [true, false, false]);
    },
  },
  {
    id: 'CK-06',
    rows: ['CK-06'],
    title: 'delete() and clear() remove what name, domain and path select; a path needs a domain',
    verdict: 'differs:delete() tells by its result whether there was a cookie, and never throws',
    layer: 'model',
    run(t) {
      const fresh = (): CookieJar => {
        const jar = new t.tern.CookieJar();
        for (const domain of ['one.test', 'two.test'])
          for (const path of ['/', '/deep'])
            for (const name of ['a', 'b']) jar.set(name, '1', { domain, path });
        return jar;
      };
      const left = (change: (jar: CookieJar) => unknown): number => {
        const jar = fresh();
        change(jar);
        return jar.size;
      };
      t.assert.equal(
        left((jar) => jar.delete('a')),
        4,
      );
      t.assert.equal(
        left((jar) => jar.delete('a', { domain: 'one.test' })),
        6,
      );
      t.assert.equal(
        left((jar) => jar.delete('a', { path: '/deep' })),
        6,
      );
      t.assert.equal(
        left((jar) => jar.delete('a', { domain: 'one.test', path: '/' })),
        7,
      );
      t.assert.equal(
        left((jar) => jar.clear()),
        0,
      );
      t.assert.equal(
        left((jar) => jar.clear({ domain: 'one.test' })),
        4,
      );
      t.assert.equal(
        left((jar) => jar.clear({ domain: 'one.test', path: '/deep' })),
        6,
      );
      const jar = fresh();
      t.assert.equal(jar.delete('a'), true);
      t.assert.equal(jar.delete('a'), false);
      t.assert.equal(jar.delete('a', { domain: 'one.test', path: '/' }), false);
      t.assert.throws(() => jar.clear({ path: '/deep' }), { code: 'ERR_INVALID_ARGUMENT' });
      t.assert.equal(jar.size, 4);
    },
  },
  {
    id: 'CK-07',
    rows: ['CK-07'],
    title: 'a cookie takes the place of the one with the same name, domain and path, and of no other',
    verdict: 'same',
    rfc: 'RFC 6265bis §5.7',
    layer: 'model',
    run(t) {
      const url = 'http://h.test/deep/page';
      const jar = new t.tern.CookieJar({ a: '1', b: '2' }, { url });
      jar.update({ a: '3' });
      t.assert.equal(jar.cookieHeader(url), 'a=3; b=2');
      jar.update(
        new t.tern.CookieJar(
          [
            ['b', '4'],
            ['c', '5'],
          ],
          { url },
        ),
      );
      t.assert.equal(jar.cookieHeader(url), 'a=3; b=4; c=5');
      jar.set('a', '6', { path: '/deep' });
      jar.set('A', '7');
      t.assert.equal(jar.cookieHeader(url), 'a=6; a=3; b=4; c=5; A=7');
      jar.setCookie('a=8; Path=/', url);
      t.assert.equal(jar.cookieHeader(url), 'a=6; a=8; b=4; c=5; A=7');
    },
  },
  {
    id: 'CK-08',
    rows: ['CK-08'],
    title: 'size and iteration are about cookies, and names may repeat',
    verdict: 'same',
    layer: 'model',
    run(t) {
      const jar = new t.tern.CookieJar();
      t.assert.deepEqual([jar.size, jar.isEmpty, [...jar]], [0, true, []]);
      for (const domain of ['one.test', 'two.test']) jar.set('a', domain, { domain });
      t.assert.deepEqual([jar.size, jar.isEmpty], [2, false]);
      t.assert.deepEqual(
        Array.from(jar, ({ name, value, domain }) => [name, value, domain]),
        [
          ['a', 'one.test', 'one.test'],
          ['a', 'two.test', 'two.test'],
        ],
      );
    },
  },
  {
    id: 'CK-09',
    rows: ['CK-09'],
    title: 'what is printed of a jar shows its cookies without their values',
    verdict: 'fixed:D35',
    layer: 'model',
    run(t) {
      const jar = received(t, 'https://h.test/', ['sid=geheim; Secure', 'geheim']);
      const { cookies } = new t.tern.Response(200, {
        request: new t.tern.Request('GET', 'https://h.test/'),
        headers: { 'Set-Cookie': 'sid=geheim' },
      });
      for (const shown of [jar, cookies, [...jar], jar.getAll()[0], { deep: { jar } }]) {
        const text = inspect(shown, { depth: 9, showHidden: true });
        t.assert.doesNotMatch(text, /geheim/);
        t.assert.match(text, /h\.test/);
      }
      t.assert.match(inspect(jar), /sid/);
    },
  },
];
