import { createHash } from 'node:crypto';
import {
  DigestGuard,
  type DigestGuardOptions,
  hashOf,
  parseCredentials,
} from '../../fixtures/digest-guard.ts';
import { reply } from '../../fixtures/reply-server.ts';
import type { DigestAuthOptions, Response } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

/** What a client sends in answer to the lines of a challenge; null if it does not answer. */
async function answerTo(
  t: CaseContext,
  lines: readonly string[],
  options?: DigestAuthOptions,
): Promise<Record<string, string> | null> {
  const sent: string[] = [];
  const transport = new t.tern.MockTransport((request) => {
    const credentials = request.headers.get('authorization');
    if (credentials === null) return challenged(t, lines);
    sent.push(credentials);
    return new t.tern.Response(200);
  });
  const client = new t.tern.Client({
    transport,
    auth: new t.tern.DigestAuth('user', 'password123', options),
  });
  t.defer(() => client.close());
  await client.get('https://a.test/dir?q');
  return sent[0] === undefined ? null : parseCredentials(sent[0]);
}

function challenged(t: CaseContext, lines: readonly string[]): Response {
  return new t.tern.Response(401, { headers: lines.map((line) => ['WWW-Authenticate', line] as const) });
}

/** Whether a guard that asks in this way lets the client pass. */
async function passes(t: CaseContext, options: DigestGuardOptions): Promise<Record<string, string>> {
  const guard = new DigestGuard(options);
  const server = await t.replies((request) => guard.answer(request));
  const client = t.client({ auth: new t.tern.DigestAuth('user', 'password123') });
  for (const path of ['/a', '/b?c=d'])
    t.assert.equal(
      (await client.post(server.url(path), { content: 'some body' })).status,
      200,
      JSON.stringify(options),
    );
  t.assert.equal(guard.attempts.length, 3);
  return { ...guard.attempts[1]?.parameters };
}

async function* stream(): AsyncGenerator<string> {
  yield 'some ';
  yield 'content';
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'DG-02',
    rows: ['DG-02'],
    title: 'the strongest challenge is answered, wherever it stands in line or lines',
    verdict: 'fixed:D25',
    rfc: 'RFC 9110 §11.6.1',
    layer: 'model',
    async run(t) {
      const weak = 'Digest realm="weak", nonce="1", algorithm=MD5, qop="auth"';
      const strong = 'dIgEsT realm="strong, \\"q\\"", nonce="2", algorithm=SHA-256, qop="auth"';
      const basic = 'Basic realm="Digest realm=x, nonce=y"';
      for (const lines of [
        [weak, strong],
        [strong, weak],
        [`${weak}, ${strong}`],
        [`${strong}, ${weak}`],
        [basic, `Negotiate, ${strong}, Bearer`],
        [`${basic}, ${weak} , ,${strong}`],
        [`Negotiate YII==, NTLM, ${strong}`],
      ])
        t.assert.equal((await answerTo(t, lines))?.['realm'], 'strong, "q"', lines.join(' | '));
      const equals = ['Digest realm="a", nonce="1"', 'Digest realm="b", nonce="2"'];
      t.assert.equal((await answerTo(t, equals))?.['realm'], 'a');
    },
  },
  {
    id: 'DG-02.refused',
    rows: ['DG-02', 'DG-03'],
    title: 'an algorithm that the caller does not allow is not answered',
    verdict: 'differs:httpx has no such option',
    layer: 'model',
    async run(t) {
      const md5 = 'Digest realm="a", nonce="1", qop="auth"';
      const sha = 'Digest realm="b", nonce="2", qop="auth", algorithm=SHA-256';
      t.assert.equal(await answerTo(t, [md5], { algorithms: ['SHA-256'] }), null);
      t.assert.equal((await answerTo(t, [md5, sha], { algorithms: ['MD5'] }))?.['realm'], 'a');
      for (const wrong of [[], ['MD4'], 'MD5', null]) {
        const options = { algorithms: wrong as never };
        t.assert.throws(() => new t.tern.DigestAuth('user', 'x', options), t.tern.InvalidArgument);
      }
    },
  },
  {
    id: 'DG-03',
    rows: ['DG-03'],
    title: 'MD5, SHA, SHA-256, SHA-512 and SHA-512-256, each with -sess; the name as the server writes it',
    verdict: 'fixed:D25',
    rfc: 'RFC 7616 §3.4.2',
    layer: 'live',
    async run(t) {
      for (const algorithm of [
        'MD5',
        'SHA',
        'SHA-256',
        'SHA-512',
        'SHA-512-256',
        'md5',
        'sha-256',
        'Sha-512-256',
      ]) {
        for (const suffix of ['', '-sess', '-SESS']) {
          const name = algorithm + suffix;
          t.assert.equal((await passes(t, { algorithm: name }))['algorithm'], name);
        }
      }
    },
  },
  {
    id: 'DG-03.session',
    rows: ['DG-03', 'DG-11'],
    title: 'a -sess key is made once: the client nonce stays for the session',
    verdict:
      'differs:httpx makes a new client nonce for each request, and with it a key that the server may not have',
    rfc: 'RFC 7616 §3.4.2',
    layer: 'live',
    async run(t) {
      const guard = new DigestGuard({ algorithm: 'SHA-256-sess' });
      const server = await t.replies((request) => guard.answer(request));
      const client = t.client({ auth: new t.tern.DigestAuth('user', 'password123') });
      for (let i = 0; i < 3; i++) await client.get(server.url());
      const [, ...cnonces] = guard.values('cnonce');
      t.assert.deepEqual([cnonces.length, new Set(cnonces).size], [3, 1]);
    },
  },
  {
    id: 'DG-03.unknown',
    rows: ['DG-03'],
    title: 'a challenge in an unknown algorithm is passed over; if there is no other, the 401 is the result',
    verdict: 'fixed:D25',
    rfc: 'RFC 7616 §3.3',
    layer: 'model',
    async run(t) {
      const unknown = 'Digest realm="new", nonce="1", qop="auth", algorithm=SHA3-999';
      t.assert.equal(await answerTo(t, [unknown]), null);
      const known = 'Digest realm="old", nonce="1", qop="auth"';
      t.assert.equal((await answerTo(t, [unknown, known]))?.['realm'], 'old');
    },
  },
  {
    id: 'DG-04',
    rows: ['DG-04'],
    title: 'without an algorithm it is MD5, which is always said',
    verdict: 'same',
    rfc: 'RFC 7616 §3.3',
    layer: 'live',
    async run(t) {
      const sent = await passes(t, { algorithm: null });
      t.assert.deepEqual([sent['algorithm'], sent['response']?.length], ['MD5', 32]);
    },
  },
  {
    id: 'DG-05',
    rows: ['DG-05'],
    title: 'auth is chosen where it is offered, in any place and spelling of the list',
    verdict: 'same',
    rfc: 'RFC 7616 §3.4',
    layer: 'model',
    async run(t) {
      for (const qop of [
        'auth',
        'auth,auth-int',
        'auth-int, auth',
        'new,auth',
        ' AUTH ',
        'auth-int ,\tauth',
      ]) {
        const sent = await answerTo(t, [`Digest realm="a", nonce="1", qop="${qop}"`]);
        t.assert.equal(sent?.['qop'], 'auth', qop);
      }
      t.assert.equal((await answerTo(t, ['Digest realm="a", nonce="1", qop=auth']))?.['qop'], 'auth');
    },
  },
  {
    id: 'DG-05.body',
    rows: ['DG-05'],
    title: 'auth-int protects the body, where the server offers nothing else or the caller prefers it',
    verdict: 'fixed:D25',
    rfc: 'RFC 7616 §3.4.3',
    layer: 'live',
    async run(t) {
      t.assert.equal((await passes(t, { qop: 'auth-int' }))['qop'], 'auth-int');
      const guard = new DigestGuard({ qop: 'auth, auth-int' });
      const server = await t.replies((request) => guard.answer(request));
      const auth = new t.tern.DigestAuth('user', 'password123', { qop: 'auth-int' });
      const client = t.client({ auth });
      for (const content of ['text', stream, new Blob(['blob'])])
        t.assert.equal((await client.post(server.url(), { content })).status, 200);
      // With a known challenge, a stream is read before it is sent.
      t.assert.equal((await client.post(server.url(), { content: stream() })).status, 200);
      t.assert.equal((await client.get(server.url())).status, 200);
      t.assert.deepEqual(new Set(guard.values('qop').slice(1)), new Set(['auth-int']));
    },
  },
  {
    id: 'DG-05.none',
    rows: ['DG-05'],
    title: 'a server without qop gets the form of RFC 2069: no qop, nc and cnonce',
    verdict: 'same',
    rfc: 'RFC 2069 §2.4',
    layer: 'live',
    async run(t) {
      const sent = await passes(t, { qop: null, algorithm: 'MD5', nonces: ['x'] });
      t.assert.deepEqual(Object.keys(sent), ['username', 'realm', 'nonce', 'uri', 'response', 'algorithm']);
      const key = hashOf('MD5', 'user:test realm:password123');
      t.assert.equal(sent['response'], hashOf('MD5', `${key}:x:${hashOf('MD5', 'POST:/a')}`));
    },
  },
  {
    id: 'DG-05.unknown',
    rows: ['DG-05'],
    title: 'a list without a value that is known cannot be answered',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      await t.assert.rejects(answerTo(t, ['Digest realm="a", nonce="1", qop="auth-conf"']), {
        name: 'RemoteProtocolError',
        code: 'ERR_REMOTE_PROTOCOL',
        message: /unexpected qop value "auth-conf"/,
      });
      const known = 'Digest realm="b", nonce="2", qop="auth"';
      const lines = ['Digest realm="a", nonce="1", qop="auth-conf", algorithm=SHA-256', known];
      t.assert.equal((await answerTo(t, lines))?.['realm'], 'b');
    },
  },
  {
    id: 'DG-08.proof',
    rows: ['DG-08'],
    title: 'a server that proves that it knows the secret is believed, one whose proof is wrong is not',
    verdict: 'fixed:D25',
    rfc: 'RFC 7616 §3.5',
    layer: 'live',
    async run(t) {
      for (const qop of ['auth', 'auth-int']) {
        for (const isRight of [true, false]) {
          const guard = new DigestGuard({ qop });
          const server = await t.replies((request) => {
            const allowed = guard.answer(request);
            if (!allowed.toString().startsWith('HTTP/1.1 200')) return allowed;
            const proof = guard
              .proof(isRight ? 'in' : 'out')
              .replace(/^./, (char) => (isRight ? char : char === '0' ? '1' : '0'));
            return reply(200, [['Authentication-Info', `qop=${qop}, rspauth="${proof}", nc=00000001`]], 'in');
          });
          const auth = (): unknown => new t.tern.DigestAuth('user', 'password123');
          const get = t.client({ auth: auth() as never }).get(server.url());
          if (isRight) t.assert.equal((await get).text, 'in');
          else {
            await t.assert.rejects(get, {
              name: 'RemoteProtocolError',
              code: 'ERR_REMOTE_PROTOCOL',
              message: /'rspauth' in Authentication-Info is wrong/,
            });
            const unchecked = new t.tern.DigestAuth('user', 'password123', { verifyServer: false });
            t.assert.equal((await t.client().get(server.url(), { auth: unchecked })).text, 'in');
          }
        }
      }
    },
  },
  {
    id: 'DG-12',
    rows: ['DG-12'],
    title: 'a malformed challenge is an error of the server, if there is no better one',
    verdict: 'same',
    rfc: 'RFC 9110 §11.3',
    layer: 'model',
    async run(t) {
      for (const [line, message] of [
        ['Digest realm="a"', /there is no 'nonce'/],
        ['Digest nonce="1"', /there is no 'realm'/],
        ['Digest', /there is no 'realm'/],
        ['Digest realm="a, nonce="1"', /malformed Digest challenge/],
        ['Digest realm="a", nonce="1', /quotes of 'nonce' do not match/],
        ['Digest realm="a"b, nonce="1"', /quotes of 'realm' do not match/],
        ['Digest YII==', /no parameters/],
        ['Digest =a, nonce="1"', /is no parameter/],
      ] as const) {
        await t.assert.rejects(answerTo(t, [line]), { name: 'RemoteProtocolError', phase: 'read', message });
        const good = 'Digest realm="good", nonce="2"';
        t.assert.equal((await answerTo(t, [line, good]))?.['realm'], 'good', line);
      }
    },
  },
  {
    id: 'DG-12.lenient',
    rows: ['DG-12', 'DG-16'],
    title: 'names of parameters in any case, white space, missing quotes, repeated parameters do no harm',
    verdict: 'fixed:D25',
    rfc: 'RFC 9110 §11.2',
    layer: 'model',
    async run(t) {
      for (const line of [
        'DIGEST REALM="a", Nonce="1"',
        'Digest realm=a,nonce=1',
        'Digest  realm = "a" ,\tnonce\t=\t1',
        'Digest realm=x, realm="a", nonce=2, nonce=1',
        'Digest ,, realm="\\a", new="x, y", nonce="1",',
      ]) {
        const sent = await answerTo(t, [line]);
        t.assert.deepEqual([sent?.['realm'], sent?.['nonce']], ['a', '1'], line);
      }
    },
  },
  {
    id: 'DG-16',
    rows: ['DG-16'],
    title: 'a realm may be empty, with quotes and without',
    verdict: 'fixed:D25',
    layer: 'model',
    async run(t) {
      for (const line of [
        'Digest realm="", nonce="1"',
        'Digest realm=, nonce="1"',
        'Digest nonce="1", realm=',
        'Digest nonce="1", realm=""',
      ]) {
        const sent = await answerTo(t, [line]);
        t.assert.equal(sent?.['realm'], '', line);
        const key = createHash('md5').update('user::password123').digest('hex');
        t.assert.equal(sent?.['response'], hashOf('MD5', `${key}:1:${hashOf('MD5', 'GET:/dir?q')}`));
      }
    },
  },
];
