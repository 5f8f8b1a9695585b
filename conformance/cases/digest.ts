import { DigestGuard, type DigestGuardOptions } from '../../fixtures/digest-guard.ts';
import { reply, type ReplyServer } from '../../fixtures/reply-server.ts';
import type { Auth } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { gate } from '../support/waiting.ts';

interface Guarded {
  readonly guard: DigestGuard;
  readonly server: ReplyServer;
  readonly auth: Auth;
}

/** A guarded server and the credentials for it. */
async function guarded(t: CaseContext, options: DigestGuardOptions = {}): Promise<Guarded> {
  const guard = new DigestGuard(options);
  const server = await t.replies((request) => guard.answer(request));
  return { guard, server, auth: new t.tern.DigestAuth('user', 'password123') };
}

async function* once(): AsyncGenerator<string> {
  yield 'some ';
  yield 'content';
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'DG-01',
    rows: ['DG-01'],
    title: 'the first request goes out without credentials; a challenge is answered once',
    verdict: 'same',
    rfc: 'RFC 7616 §3.1',
    layer: 'live',
    async run(t) {
      const { guard, server, auth } = await guarded(t);
      const response = await t.client().get(server.url('/a'), { auth });
      t.assert.deepEqual([response.status, response.text], [200, 'in']);
      t.assert.deepEqual(
        guard.attempts.map((attempt) => attempt?.isRight ?? null),
        [null, true],
      );
      t.assert.deepEqual(
        response.history.map(({ status, text }) => [status, text]),
        [[401, 'who?']],
      );
      const posted = await t
        .client()
        .post(server.url('/b'), { auth: t.tern.digestAuth('user', 'password123'), json: { a: 1 } });
      t.assert.equal(posted.status, 200);
      t.assert.deepEqual(
        server.exchanges.slice(-2).map(({ method, body }) => [method, body.text]),
        [
          ['POST', '{"a":1}'],
          ['POST', '{"a":1}'],
        ],
      );
    },
  },
  {
    id: 'DG-01.other',
    rows: ['DG-01'],
    title: 'what is no 401 with a Digest challenge is the result as it is',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const challenge = 'Digest realm="a", nonce="1", qop="auth"';
      for (const [status, fields] of [
        [200, [['WWW-Authenticate', challenge]]],
        [401, []],
        [401, [['WWW-Authenticate', 'Basic realm="a"']]],
        [401, [['Proxy-Authenticate', challenge]]],
        [403, [['WWW-Authenticate', challenge]]],
        [407, [['Proxy-Authenticate', challenge]]],
      ] as const) {
        const server = await t.replies(reply(status, fields));
        const auth = new t.tern.DigestAuth('user', 'password123');
        const response = await t.client().get(server.url(), { auth });
        t.assert.deepEqual([response.status, response.history.length], [status, 0]);
        t.assert.equal(server.exchanges.length, 1);
      }
    },
  },
  {
    id: 'DG-06',
    rows: ['DG-06', 'DG-07'],
    title: 'the nonce count begins at 00000001 and grows with each request that uses the nonce',
    verdict: 'same',
    rfc: 'RFC 7616 §3.4',
    layer: 'live',
    async run(t) {
      const { guard, server, auth } = await guarded(t);
      const client = t.client({ auth });
      for (let i = 0; i < 17; i++) t.assert.equal((await client.get(server.url(`/${i}`))).status, 200);
      const counts = Array.from({ length: 17 }, (_, i) => (i + 1).toString(16).padStart(8, '0'));
      t.assert.deepEqual(guard.values('nc'), [null, ...counts]);
    },
  },
  {
    id: 'DG-06.parallel',
    rows: ['DG-06'],
    title: 'a nonce that several requests are given at the same time is counted once',
    verdict:
      'differs:httpx begins at 1 again after each challenge, which is a replay to a server that gives all the same nonce',
    rfc: 'RFC 7616 §3.4',
    layer: 'live',
    async run(t) {
      const guard = new DigestGuard({ nonces: ['same'] });
      const all = gate();
      let waiting = 0;
      const server = await t.replies(async (request) => {
        // The challenges go out together, so that all answers are made from them.
        if (request.get('authorization') === undefined) {
          if (++waiting === 3) all.open();
          await all.passed;
        }
        return guard.answer(request);
      });
      const client = t.client({ auth: new t.tern.DigestAuth('user', 'password123') });
      const responses = await Promise.all([1, 2, 3].map((i) => client.get(server.url(`/${i}`))));
      t.assert.deepEqual(
        guard
          .values('nc')
          .filter((count) => count !== null)
          .toSorted(),
        ['00000001', '00000002', '00000003'],
      );
      t.assert.ok(responses.every(({ history }) => history.length === 1));
    },
  },
  {
    id: 'DG-07',
    rows: ['DG-07'],
    title: 'a known challenge is answered before it is made again',
    verdict: 'same',
    rfc: 'RFC 7616 §3.6',
    layer: 'live',
    async run(t) {
      const { guard, server, auth } = await guarded(t);
      const client = t.client({ auth });
      await client.get(server.url('/a'));
      const second = await client.get(server.url('/b?c'));
      t.assert.deepEqual([second.status, second.history.length], [200, 0]);
      t.assert.deepEqual(guard.values('uri'), [null, '/a', '/b?c']);
      // Another client with the same object remembers too.
      t.assert.equal((await t.client({ auth }).get(server.url('/c'))).history.length, 0);
      const forgetful = new t.tern.DigestAuth('user', 'password123', { preemptive: false });
      for (let i = 0; i < 2; i++)
        t.assert.equal((await t.client({ auth: forgetful }).get(server.url())).history.length, 1);
    },
  },
  {
    id: 'DG-07.origin',
    rows: ['DG-07'],
    title: 'what one server asked for is not sent to another one',
    verdict: 'fixed:D25',
    rfc: 'RFC 7616 §3.3',
    layer: 'live',
    async run(t) {
      const first = await guarded(t, { realm: 'shared', nonces: ['a0', 'a1'] });
      const second = await guarded(t, { realm: 'shared', nonces: ['b0', 'b1'] });
      const client = t.client({ auth: first.auth });
      await client.get(first.server.url());
      await client.get(second.server.url());
      await client.get(first.server.url());
      await client.get(second.server.url());
      t.assert.deepEqual(first.guard.values('nonce'), [null, 'a0', 'a0']);
      t.assert.deepEqual(second.guard.values('nonce'), [null, 'b0', 'b0']);
      t.assert.deepEqual(second.guard.values('nc'), [null, '00000001', '00000002']);
    },
  },
  {
    id: 'DG-07.domain',
    rows: ['DG-07'],
    title: 'the domain of a challenge says for which paths it is remembered, each realm for itself',
    verdict: 'differs:httpx ignores domain and knows one challenge only',
    rfc: 'RFC 7616 §3.3',
    layer: 'live',
    async run(t) {
      const guards = {
        a: new DigestGuard({ realm: 'A', nonces: ['a0'], extra: ', domain="/a /x"' }),
        b: new DigestGuard({ realm: 'B', nonces: ['b0'], extra: ', domain="/b"' }),
      };
      const server = await t.replies((request) =>
        guards[request.target.startsWith('/b') ? 'b' : 'a'].answer(request),
      );
      const client = t.client({ auth: new t.tern.DigestAuth('user', 'password123') });
      const histories: number[] = [];
      for (const path of ['/a/1', '/b/1', '/a/2', '/b/2', '/x', '/c'])
        histories.push((await client.get(server.url(path))).history.length);
      t.assert.deepEqual(histories, [1, 1, 0, 0, 0, 1]);
      t.assert.deepEqual(guards.b.values('realm'), [null, 'B', 'B']);
    },
  },
  {
    id: 'DG-08',
    rows: ['DG-08', 'DG-06'],
    title: 'a new challenge takes the place of the old one, and its nonce is counted from 1',
    verdict: 'same',
    rfc: 'RFC 7616 §3.3',
    layer: 'live',
    async run(t) {
      const { guard, server, auth } = await guarded(t);
      const client = t.client({ auth });
      await client.get(server.url('/1'));
      await client.get(server.url('/2'));
      guard.stale.add('n0');
      const response = await client.get(server.url('/3'));
      t.assert.deepEqual([response.status, response.history.length], [200, 1]);
      await client.get(server.url('/4'));
      t.assert.deepEqual(guard.values('nonce'), [null, 'n0', 'n0', 'n0', 'n1', 'n1']);
      t.assert.deepEqual(guard.values('nc'), [
        null,
        '00000001',
        '00000002',
        '00000003',
        '00000001',
        '00000002',
      ]);
    },
  },
  {
    id: 'DG-08.twice',
    rows: ['DG-08'],
    title: 'credentials that are refused are not sent again: the second 401 is the result',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const { guard, server } = await guarded(t);
      const client = t.client({ auth: new t.tern.DigestAuth('user', 'wrong') });
      const response = await client.get(server.url());
      t.assert.deepEqual([response.status, response.history.length], [401, 1]);
      t.assert.equal(guard.attempts.length, 2);
      // Nor are they remembered.
      await client.get(server.url());
      t.assert.deepEqual(guard.values('nonce'), [null, 'n0', null, 'n2']);
    },
  },
  {
    id: 'DG-08.stale',
    rows: ['DG-08'],
    title: 'an answer that was too old when it came is given once more, and only once',
    verdict: 'fixed:D25',
    rfc: 'RFC 7616 §3.3',
    layer: 'live',
    async run(t) {
      const { guard, server, auth } = await guarded(t);
      guard.stale.add('n0');
      const response = await t.client({ auth }).get(server.url());
      t.assert.deepEqual([response.status, response.history.length], [200, 2]);
      t.assert.deepEqual(guard.values('nonce'), [null, 'n0', 'n1']);
      for (const nonce of ['n2', 'n3', 'n4', 'n5']) guard.stale.add(nonce);
      const endless = await t
        .client()
        .get(server.url(), { auth: new t.tern.DigestAuth('user', 'password123') });
      t.assert.deepEqual([endless.status, endless.history.length], [401, 2]);
    },
  },
  {
    id: 'DG-08.next',
    rows: ['DG-08'],
    title: 'the nonce that a server names for the next request is used, from count 1',
    verdict: 'fixed:D25',
    rfc: 'RFC 7616 §3.5',
    layer: 'live',
    async run(t) {
      const guard = new DigestGuard();
      const server = await t.replies((request) =>
        guard.answer(
          request,
          reply(200, [['Authentication-Info', `nextnonce="next-${guard.attempts.length}"`]]),
        ),
      );
      const client = t.client({ auth: new t.tern.DigestAuth('user', 'password123') });
      for (let i = 0; i < 3; i++) t.assert.equal((await client.get(server.url())).status, 200);
      t.assert.deepEqual(guard.values('nonce'), [null, 'n0', 'next-1', 'next-2']);
      t.assert.deepEqual(guard.values('nc'), [null, '00000001', '00000001', '00000001']);
    },
  },
  {
    id: 'DG-14',
    rows: ['DG-14'],
    title: 'cookies of the challenge go with the answer, beside those that were there',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const fields = [
        ['Set-Cookie', 'session=1; Path=/'],
        ['Set-Cookie', 'elsewhere=1; Path=/other'],
        ['Set-Cookie', 'kept=new'],
      ] as const;
      const { guard, server, auth } = await guarded(t, { fields });
      const client = t.client({ auth, baseURL: server.url(), cookies: { kept: 'old', own: 'x' } });
      t.assert.equal((await client.get('/a')).status, 200);
      t.assert.equal(guard.attempts.length, 2);
      t.assert.equal(server.exchanges[0]?.get('cookie'), 'kept=old; own=x');
      const sent = server.exchanges[1]?.getAll('cookie') ?? [];
      t.assert.equal(sent.length, 1);
      t.assert.deepEqual(sent[0]?.split('; ').toSorted(), ['kept=new', 'own=x', 'session=1']);
      t.assert.equal(client.cookies.get('session'), '1');
    },
  },
  {
    id: 'DG-15',
    rows: ['DG-15'],
    title: 'a body that can be read once cannot be sent with the answer',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const { guard, server, auth } = await guarded(t);
      const client = t.client({ auth });
      await t.assert.rejects(client.post(server.url(), { content: once() }), {
        name: 'StreamConsumed',
        code: 'ERR_STREAM_CONSUMED',
      });
      t.assert.equal(guard.attempts.length, 1);
      // The challenge is known now, so that the next one is sent once.
      const response = await client.post(server.url(), { content: once() });
      t.assert.deepEqual([response.status, response.history.length], [200, 0]);
      t.assert.equal(server.exchanges.at(-1)?.body.text, 'some content');
      const again = await t.client().post(server.url(), {
        content: () => once(),
        auth: new t.tern.DigestAuth('user', 'password123'),
      });
      t.assert.deepEqual([again.status, again.history.length], [200, 1]);
    },
  },
];
