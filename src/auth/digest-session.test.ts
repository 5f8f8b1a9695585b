import { expect, test } from 'vitest';
import { DIGEST_ALGORITHMS } from './digest-algorithm.ts';
import { chooseDigestChallenge, type DigestChallenge } from './digest-challenge.ts';
import { DigestSession } from './digest-session.ts';

const USER = { username: Buffer.from('Mufasa'), password: Buffer.from('Circle of Life') };
const SUBJECT = { method: 'GET', uri: '/dir/index.html', bodyHash: null };

function challenge(more: string): DigestChallenge {
  const line = `Digest realm="http-auth@example.org", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"${more}`;
  return chooseDigestChallenge([line], {
    algorithms: DIGEST_ALGORITHMS,
    preferredQop: 'auth',
  }) as DigestChallenge;
}

test('the example of RFC 7616 §3.9.1', () => {
  const cnonce = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';
  const more =
    ', qop="auth, auth-int", algorithm=SHA-256, opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
  const use = new DigestSession(challenge(more), USER, () => cnonce).use(SUBJECT);
  expect(use).toMatchObject({ count: '00000001', cnonce, qop: 'auth', uri: '/dir/index.html' });
  expect(use.credentials).toBe(
    'Digest username="Mufasa", realm="http-auth@example.org", ' +
      'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", uri="/dir/index.html", ' +
      'response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1", algorithm=SHA-256, ' +
      `opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", qop=auth, nc=00000001, cnonce="${cnonce}"`,
  );
});

test('counts, and begins anew with a new nonce', () => {
  let made = 0;
  const session = new DigestSession(challenge(', qop=auth'), USER, () => `c${++made}`);
  const seen = [session.use(SUBJECT), session.use(SUBJECT)];
  session.renew(session.nonce);
  seen.push(session.use(SUBJECT));
  session.renew('next');
  seen.push(session.use(SUBJECT));
  expect(seen.map(({ count, cnonce }) => [count, cnonce])).toEqual([
    ['00000001', 'c1'],
    ['00000002', 'c2'],
    ['00000003', 'c3'],
    ['00000001', 'c4'],
  ]);
  expect(seen.at(-1)?.nonce).toBe('next');
});

test('a -sess key stays when the nonce changes (RFC 7616 §3.4.2)', () => {
  const session = new DigestSession(challenge(', qop=auth, algorithm=MD5-sess'), USER, () => '0a4f113b');
  session.renew('next');
  const { cnonce, credentials } = session.use(SUBJECT);
  expect(cnonce).toBe('0a4f113b');
  expect(credentials).toContain('response="4fa6697936b019ddaeec204253ee609a"');
});

test('the proof of a server differs from the response, and with the content', () => {
  const session = new DigestSession(challenge(', qop="auth, auth-int"'), USER, () => 'c');
  const use = session.use(SUBJECT);
  const proofs = [
    session.proof(use, 'auth', null),
    session.proof(use, 'auth-int', 'x'),
    session.proof(use, 'auth-int', 'y'),
  ];
  expect(new Set(proofs).size).toBe(3);
  for (const proof of proofs) expect(use.credentials).not.toContain(proof);
});
