import { reply } from '../../fixtures/reply-server.ts';
import type { ConformanceCase } from '../case.ts';
import { visit } from '../support/cookies.ts';

const NO_HOST = { name: 'InvalidArgument', code: 'ERR_INVALID_ARGUMENT' };

export const cases: readonly ConformanceCase[] = [
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
];
