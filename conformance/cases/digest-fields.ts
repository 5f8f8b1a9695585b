import {
  DigestGuard,
  type DigestGuardOptions,
  hashOf,
  parseCredentials,
} from '../../fixtures/digest-guard.ts';
import type { Request } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

/** The field that answers a challenge, for a request of the caller's. */
async function credentialsFor(
  t: CaseContext,
  challenge: string,
  {
    username = 'user',
    send = (client): Promise<unknown> => client.get('https://a.test/'),
  }: {
    username?: string | Uint8Array;
    send?: (client: InstanceType<typeof t.tern.Client>) => Promise<unknown>;
  } = {},
): Promise<string> {
  const requests: Request[] = [];
  const transport = new t.tern.MockTransport((request) => {
    requests.push(request);
    return requests.length === 1
      ? new t.tern.Response(401, { headers: { 'WWW-Authenticate': challenge } })
      : new t.tern.Response(200);
  });
  const client = new t.tern.Client({ transport, auth: new t.tern.DigestAuth(username, 'password123') });
  t.defer(() => client.close());
  await send(client);
  return requests[1]?.headers.get('authorization') ?? '';
}

async function passesAs(t: CaseContext, username: string, options: DigestGuardOptions): Promise<string> {
  const guard = new DigestGuard({ username, ...options });
  const server = await t.replies((request) => guard.answer(request));
  const auth = new t.tern.DigestAuth(username, options.password ?? 'password123');
  t.assert.equal(
    (await t.client({ auth }).get(server.url())).status,
    200,
    JSON.stringify([username, options]),
  );
  return guard.attempts[1]?.raw ?? '';
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'DG-09',
    rows: ['DG-09'],
    title: 'uri is the request target as it is sent: path and query, or what the caller has put in its place',
    verdict: 'same',
    rfc: 'RFC 7616 §3.4',
    layer: 'live',
    async run(t) {
      const guard = new DigestGuard();
      const server = await t.replies((request) => guard.answer(request));
      const client = t.client({ auth: new t.tern.DigestAuth('user', 'password123') });
      await client.get(server.url('/a%20b/é"?q=1&r=%22'));
      await client.get(server.url('/'), { params: { a: 'b c' } });
      await client.get(server.url('/x'), { extensions: { target: '/raw"path\\' } });
      t.assert.deepEqual(
        server.exchanges.slice(1).map(({ target }) => target),
        guard.values('uri').slice(1),
      );
      t.assert.deepEqual(guard.values('uri').slice(2), ['/?a=b+c', '/raw"path\\']);
      t.assert.ok(guard.attempts.slice(1).every((attempt) => attempt?.isRight));
    },
  },
  {
    id: 'DG-09.star',
    rows: ['DG-09'],
    title: 'uri is a star where the target is one',
    verdict: 'same',
    rfc: 'RFC 7616 §3.4',
    layer: 'live',
    needs: ['wire-bytes'],
    async run(t) {
      const guard = new DigestGuard();
      const server = await t.replies((request) => guard.answer(request));
      const client = t.client({ auth: new t.tern.DigestAuth('user', 'password123') });
      const response = await client.request('OPTIONS', server.url('/'), { extensions: { target: '*' } });
      t.assert.equal(response.status, 200);
      t.assert.deepEqual(guard.values('uri'), [null, '*']);
    },
  },
  {
    id: 'DG-09.redirect',
    rows: ['DG-09'],
    title: 'after a redirect the place that it led to is answered, with its own uri; another origin is not',
    verdict: 'differs:httpx answers for the place that it was redirected from',
    rfc: 'RFC 7616 §3.4',
    layer: 'live',
    async run(t) {
      const foreign = new DigestGuard();
      const other = await t.replies((request) => foreign.answer(request));
      const guard = new DigestGuard();
      const server = await t.replies((request) => {
        if (request.target === '/from')
          return 'HTTP/1.1 302 Found\r\nLocation: /to?x\r\nContent-Length: 0\r\n\r\n';
        if (request.target === '/away')
          return `HTTP/1.1 302 Found\r\nLocation: ${other.url('/')}\r\nContent-Length: 0\r\n\r\n`;
        return guard.answer(request);
      });
      const client = t.client({ auth: new t.tern.DigestAuth('user', 'password123'), redirect: true });
      const first = await client.get(server.url('/from'));
      t.assert.deepEqual([first.status, first.history.map(({ status }) => status)], [200, [302, 401]]);
      const second = await client.get(server.url('/from'));
      t.assert.deepEqual([second.status, second.history.map(({ status }) => status)], [200, [302, 401]]);
      t.assert.deepEqual(guard.values('uri'), [null, '/to?x', null, '/to?x']);
      t.assert.ok(guard.attempts.every((attempt) => attempt === null || attempt.isRight));
      t.assert.equal((await client.get(server.url('/away'))).status, 401);
      t.assert.deepEqual(foreign.attempts, [null]);
    },
  },
  {
    id: 'DG-10',
    rows: ['DG-10'],
    title: 'the order of the fields, and which of them have quotes',
    verdict: 'same',
    rfc: 'RFC 7616 §3.4',
    layer: 'model',
    async run(t) {
      const challenge = 'Digest realm="r", nonce="n", algorithm="MD5", opaque="o", qop="auth", domain="/"';
      t.assert.match(
        await credentialsFor(t, challenge),
        /^Digest username="user", realm="r", nonce="n", uri="\/", response="[0-9a-f]{32}", algorithm=MD5, opaque="o", qop=auth, nc=00000001, cnonce="[0-9a-f]{16}"$/,
      );
      t.assert.match(
        await credentialsFor(t, 'Digest realm="r", nonce="n", opaque=""'),
        /^Digest username="user", realm="r", nonce="n", uri="\/", response="[0-9a-f]{32}", algorithm=MD5, opaque=""$/,
      );
    },
  },
  {
    id: 'DG-11',
    rows: ['DG-11'],
    title: 'the client nonce is 16 hexadecimal digits, another one for each request',
    verdict: 'same',
    rfc: 'RFC 7616 §3.4',
    layer: 'live',
    async run(t) {
      const guard = new DigestGuard();
      const server = await t.replies((request) => guard.answer(request));
      const client = t.client({ auth: new t.tern.DigestAuth('user', 'password123') });
      for (let i = 0; i < 8; i++) await client.get(server.url());
      const [, ...cnonces] = guard.values('cnonce');
      for (const cnonce of cnonces) t.assert.match(cnonce ?? '', /^[0-9a-f]{16}$/);
      t.assert.equal(new Set(cnonces).size, 8);
    },
  },
  {
    id: 'DG-13',
    rows: ['DG-13'],
    title: 'quotes and backslashes are escaped where they are written, not where they are hashed',
    verdict: 'fixed:D25',
    rfc: 'RFC 9110 §5.6.4',
    layer: 'live',
    async run(t) {
      const raw = await passesAs(t, 'us"er\\', { realm: 'a "quoted" \\ realm', password: 'p"\\w' });
      t.assert.ok(raw.includes(String.raw`username="us\"er\\", realm="a \"quoted\" \\ realm"`), raw);
      const odd = await credentialsFor(t, String.raw`Digest realm="r", nonce="a\"b", opaque="\o\\"`);
      t.assert.ok(odd.includes(String.raw`nonce="a\"b"`) && odd.includes(String.raw`opaque="o\\"`), odd);
    },
  },
  {
    id: 'DG-13.charset',
    rows: ['DG-13'],
    title: 'names that are not ASCII are hashed as UTF-8, and sent as username* to a server that knows UTF-8',
    verdict: 'fixed:D25',
    rfc: 'RFC 7616 §3.4, §4',
    layer: 'live',
    async run(t) {
      const username = 'Jäsøn Doe%';
      const told = await passesAs(t, username, { password: 'Secret, ☃?', extra: ', charset=UTF-8' });
      t.assert.ok(told.includes("username*=UTF-8''J%C3%A4s%C3%B8n%20Doe%25, realm="), told);
      t.assert.ok(!told.includes('username='), told);
      const untold = await passesAs(t, username, { password: 'ü' });
      t.assert.equal(parseCredentials(untold)['username'], Buffer.from(username).toString('latin1'));
      const plain = await passesAs(t, 'user', { extra: ', charset="utf-8"' });
      t.assert.ok(plain.startsWith('Digest username="user", '), plain);
      const octets = await credentialsFor(t, 'Digest realm="r", nonce="n"', {
        username: Uint8Array.of(0xfc),
      });
      t.assert.equal(parseCredentials(octets)['username'], 'ü');
    },
  },
  {
    id: 'DG-13.hashed',
    rows: ['DG-13'],
    title: 'the name is sent hashed if the server wants that',
    verdict: 'fixed:D25',
    rfc: 'RFC 7616 §3.4.4',
    layer: 'live',
    async run(t) {
      for (const algorithm of ['MD5', 'SHA-256', 'SHA-512-256-sess']) {
        const raw = await passesAs(t, 'Jäsøn', {
          algorithm,
          realm: 'r',
          extra: ', charset=UTF-8, userhash=true',
        });
        const sent = parseCredentials(raw);
        const name = Buffer.concat([Buffer.from('Jäsøn'), Buffer.from(':r')]);
        t.assert.deepEqual([sent['username'], sent['userhash']], [hashOf(algorithm, name), 'true']);
      }
      t.assert.ok(!(await passesAs(t, 'user', { extra: ', userhash=false' })).includes('userhash'));
    },
  },
  {
    id: 'DG-13.wrong',
    rows: ['DG-13'],
    title: 'a user name with control characters, or of another type, is refused; secrets are in no message',
    verdict: 'same',
    layer: 'model',
    run(t) {
      for (const [username, password] of [
        ['us\ner', 'x'],
        ['us\0', 'x'],
        [7, 'x'],
        ['user', null],
        [undefined, 'x'],
      ]) {
        t.assert.throws(() => new t.tern.DigestAuth(username as string, password as string), {
          name: 'InvalidArgument',
          code: 'ERR_INVALID_ARGUMENT',
        });
      }
      for (const options of [{ qop: 'none' }, { preemptive: 1 }, { verifyServer: 'no' }, { realm: 'x' }])
        t.assert.throws(() => t.tern.digestAuth('user', 'x', options as never), t.tern.InvalidArgument);
    },
  },
];
