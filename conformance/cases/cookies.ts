import { inspect } from 'node:util';
import { reply } from '../../fixtures/reply-server.ts';
import type { Client, ClientOptions, CookieJar, CookieJarOptions, Request } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

/** What a made-up site answers: the cookies that it sets, and where it sends the client next. */
interface Page {
  readonly sets?: readonly string[];
  readonly location?: string;
  readonly status?: number;
}

/** A client whose requests never leave the process, with the Cookie field of each of them. */
interface Visit {
  readonly client: Client;
  /** `GET https://h/path -> a=1; b=2` or `-> nothing`, one for each request in turn. */
  readonly log: string[];
}

function visit(t: CaseContext, pages: Readonly<Record<string, Page>>, options: ClientOptions = {}): Visit {
  const log: string[] = [];
  const transport = new t.tern.MockTransport((request: Request) => {
    const { href } = request.url;
    log.push(`${request.method} ${href} -> ${request.headers.get('cookie') ?? 'nothing'}`);
    const { sets = [], location, status = location === undefined ? 200 : 302 } = pages[href] ?? {};
    const headers: Record<string, string | readonly string[]> = { 'Set-Cookie': sets };
    if (location !== undefined) headers['Location'] = location;
    return new t.tern.Response(status, { headers });
  });
  return { client: new t.tern.Client({ redirect: true, ...options, transport }), log };
}

/** A jar that has received these fields from a URL. */
function received(
  t: CaseContext,
  url: string,
  fields: readonly string[],
  options?: CookieJarOptions,
): CookieJar {
  const jar = new t.tern.CookieJar(null, options);
  jar.setCookies(fields, url);
  return jar;
}

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

const NO_HOST = { name: 'InvalidArgument', code: 'ERR_INVALID_ARGUMENT' };

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
    id: 'CK-01.client',
    rows: ['CK-01'],
    title: 'a client makes a jar of what it is given, and uses a jar that it is given as it is',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const url = 'http://h/';
      const made = visit(
        t,
        {},
        {
          baseURL: url,
          cookies: [
            ['b', '2'],
            ['a', '1'],
          ],
        },
      );
      await made.client.get(url);
      t.assert.deepEqual(made.log, ['GET http://h/ -> b=2; a=1']);
      const jar = new t.tern.CookieJar({ a: '1' }, { url });
      const shared = visit(t, { [url]: { sets: ['c=3'] } }, { cookies: jar });
      t.assert.equal(shared.client.cookies, jar);
      await shared.client.get(url);
      jar.set('d', '4');
      await shared.client.get(url);
      t.assert.deepEqual(shared.log, ['GET http://h/ -> a=1', 'GET http://h/ -> a=1; c=3; d=4']);
      const off = visit(t, { [url]: { sets: ['c=3'] } }, { cookies: null });
      await off.client.get(url);
      await off.client.get(url);
      t.assert.deepEqual(off.log, ['GET http://h/ -> nothing', 'GET http://h/ -> nothing']);
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
    id: 'CK-03',
    rows: ['CK-03'],
    title: 'client cookies without a domain go to the host of the base URL alone, also after a redirect',
    verdict: 'fixed:D11',
    rfc: 'RFC 6265bis §5.7',
    layer: 'model',
    async run(t) {
      const { client, log } = visit(
        t,
        {
          'https://api.test/out': { location: 'https://other.test/' },
          'https://other.test/': { location: 'https://sub.api.test/' },
          'https://sub.api.test/': { location: 'https://api.test/end' },
        },
        { baseURL: 'https://api.test/v1/', cookies: { sid: 'secret' } },
      );
      await client.get('https://api.test/out');
      await client.get('http://api.test/');
      t.assert.deepEqual(log, [
        'GET https://api.test/out -> sid=secret',
        'GET https://other.test/ -> nothing',
        'GET https://sub.api.test/ -> nothing',
        'GET https://api.test/end -> sid=secret',
        'GET http://api.test/ -> nothing',
      ]);
    },
  },
  {
    id: 'CK-03.no-base',
    rows: ['CK-03'],
    title: 'without a base URL they belong nowhere, and the error says what can be done',
    verdict: 'fixed:D11',
    layer: 'model',
    async run(t) {
      t.assert.throws(
        () => new t.tern.Client({ cookies: { sid: 'secret' } }),
        (error: unknown) => {
          t.assert.ok(error instanceof t.tern.InvalidArgument);
          const { message } = error as Error;
          for (const word of ['sid', 'domain', 'base URL', 'anyHost'])
            t.assert.ok(message.includes(word), word);
          t.assert.doesNotMatch(message, /secret/);
          return true;
        },
      );
      const { client, log } = visit(t, {});
      t.assert.throws(() => client.cookies.set('sid', 'secret'), NO_HOST);
      client.cookies.set('one', '1', { domain: 'a.test' });
      client.cookies.set('every', '2', { anyHost: true });
      await client.get('http://a.test/');
      await client.get('http://b.test/');
      t.assert.deepEqual(log, ['GET http://a.test/ -> one=1; every=2', 'GET http://b.test/ -> every=2']);
    },
  },
  {
    id: 'CK-03.request',
    rows: ['CK-03'],
    title: 'cookies of one request go with it alone, to the host of its URL, beside those of the client',
    verdict: 'fixed:D11',
    layer: 'model',
    async run(t) {
      const { client, log } = visit(
        t,
        {
          'http://a.test/same': { location: '/next' },
          'http://a.test/away': { location: 'http://b.test/' },
        },
        { baseURL: 'http://a.test/', cookies: { own: '1' } },
      );
      await client.get('/', { cookies: { once: '2' } });
      await client.get('/', { cookies: { own: '3' } });
      await client.get('/');
      await client.get('/same', { cookies: { once: '2' } });
      await client.get('/away', { cookies: { once: '2' } });
      await client.get('http://b.test/', { cookies: { once: '2' } });
      t.assert.deepEqual(log, [
        'GET http://a.test/ -> own=1; once=2',
        'GET http://a.test/ -> own=3',
        'GET http://a.test/ -> own=1',
        'GET http://a.test/same -> own=1; once=2',
        'GET http://a.test/next -> own=1',
        'GET http://a.test/away -> own=1; once=2',
        'GET http://b.test/ -> nothing',
        'GET http://b.test/ -> once=2',
      ]);
      t.assert.deepEqual(
        [...client.cookies].map(({ name }) => name),
        ['own'],
      );
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
    id: 'CK-10.rounds',
    rows: ['CK-10'],
    title: 'the cookies of redirects and of rounds of authentication are kept too, and sent at once',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies([
        reply(401, [['Set-Cookie', 'round=1']]),
        reply(302, [
          ['Set-Cookie', 'hop=2'],
          ['Location', '/end'],
        ]),
        reply(500, [['Set-Cookie', 'last=3']]),
        reply(200),
      ]);
      const client = t.client({ redirect: true });
      await client.get(server.url('/'), {
        auth: {
          *flow(request) {
            const response = yield request;
            if (response.status === 401) yield client.buildRequest('GET', server.url('/in'));
          },
        },
      });
      await client.get(server.url('/after'));
      t.assert.deepEqual(
        server.requests.map((request) => [request.target, request.get('cookie')]),
        [
          ['/', undefined],
          ['/in', 'round=1'],
          ['/end', 'round=1; hop=2'],
          ['/after', 'round=1; hop=2; last=3'],
        ],
      );
    },
  },
  {
    id: 'CK-10.login',
    rows: ['CK-10', 'CK-23'],
    title: 'logging in and out through redirects',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies((request) => {
        const { target, method } = request;
        const isIn = request.get('cookie') === 'session=valid';
        if (target === '/login' && method === 'POST')
          return reply(303, [
            ['Location', '/'],
            ['Set-Cookie', 'session=valid; Path=/; HttpOnly'],
          ]);
        if (target === '/logout')
          return reply(303, [
            ['Location', '/'],
            ['Set-Cookie', 'session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=/'],
          ]);
        return reply(200, [], isIn ? 'in' : 'out');
      });
      const client = t.client({ redirect: true });
      const steps: readonly (readonly [string, string, string])[] = [
        ['GET', '/', 'out'],
        ['POST', '/login', 'in'],
        ['GET', '/', 'in'],
        ['POST', '/logout', 'out'],
        ['GET', '/', 'out'],
      ];
      for (const [method, path, text] of steps)
        t.assert.equal((await client.request(method, server.url(path))).text, text, `${method} ${path}`);
      t.assert.equal(client.cookies.size, 0);
    },
  },
  {
    id: 'CK-11',
    rows: ['CK-11'],
    title: 'a Cookie field that is given is the whole truth',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies(reply(200));
      const client = t.client({ baseURL: server.url(), cookies: { jar: '1' } });
      await client.get('/', { headers: { cookie: 'own=2' } });
      await client.get('/', { headers: { Cookie: 'own=2' }, cookies: { more: '3' } });
      await client.get('/', { headers: { Cookie: '' } });
      await client.get('/');
      t.assert.deepEqual(
        server.requests.map((request) => request.getAll('cookie')),
        [['own=2'], ['own=2'], [''], ['jar=1']],
      );
      t.assert.match(server.requests[0]!.raw, /\r\ncookie: own=2\r\n/);
    },
  },
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
  {
    id: 'CK-23',
    rows: ['CK-23'],
    title: 'on a redirect the Cookie field is made anew from the jar; one that was given is gone',
    verdict: 'same',
    layer: 'bytes',
    async run(t) {
      const server = await t.replies(({ target }) =>
        target === '/end'
          ? reply(200)
          : reply(target === '/keep' ? 307 : 302, [
              ['Location', '/end'],
              ['Set-Cookie', 'hop=2'],
            ]),
      );
      const client = t.client({ redirect: true, baseURL: server.url(), cookies: { jar: '1' } });
      await client.get('/a', { headers: { Cookie: 'own=9' } });
      await client.post('/keep', { headers: { Cookie: 'own=9' }, content: 'x' });
      client.cookies.clear();
      await client.get('/end', { headers: { Cookie: 'own=9' } });
      t.assert.deepEqual(
        server.requests.map((request) => [request.target, request.getAll('cookie').join(' | ')]),
        [
          ['/a', 'own=9'],
          ['/end', 'jar=1; hop=2'],
          ['/keep', 'own=9'],
          ['/end', 'jar=1; hop=2'],
          ['/end', 'own=9'],
        ],
      );
    },
  },
  {
    id: 'CK-23.next',
    rows: ['CK-23'],
    title: 'so it is in the request that a redirect asks for and that is not followed',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const pages = { 'http://a.test/': { location: 'http://b.test/', sets: ['hop=2'] } };
      const { client } = visit(t, pages, {
        redirect: false,
        baseURL: 'http://a.test/',
        cookies: { jar: '1' },
      });
      client.cookies.set('other', '3', { domain: 'b.test' });
      const { nextRequest } = await client.get('/', { headers: { Cookie: 'own=9' } });
      t.assert.equal(nextRequest?.headers.get('cookie'), 'other=3');
    },
  },
];
