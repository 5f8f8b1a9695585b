import assert from 'node:assert/strict';
import { chooseDigestChallenge } from '../../src/auth/digest-challenge.ts';
import { parseChallenges } from '../../src/auth/challenge.ts';
import { DIGEST_ALGORITHMS } from '../../src/auth/digest-algorithm.ts';
import { hexHash } from '../../src/auth/digest-hash.ts';
import { DigestSession } from '../../src/auth/digest-session.ts';
import { vectors } from './runner.ts';

/** A challenge and what the answer must be. */
interface DigestCase {
  readonly name: string;
  readonly challenge: string;
  readonly username: string;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
  readonly body?: string;
  readonly response: string;
  readonly qop: string | null;
  readonly cnonce?: string;
  readonly nc?: string;
  readonly username_sent?: string;
  /** The whole field as curl sends it. */
  readonly authorization?: string;
}

const POLICY = { algorithms: DIGEST_ALGORITHMS, preferredQop: 'auth' } as const;

vectors<{ readonly cases: readonly DigestCase[] }>(
  'digest',
  'digest-auth/rfc-and-libraries.json',
  function* ({ cases }) {
    for (const one of cases) yield { id: `${one.name} ${one.username} ${one.uri}`, run: () => check(one) };
  },
);

function check(one: DigestCase): void {
  const challenge = chooseDigestChallenge([one.challenge], POLICY);
  assert.ok(challenge !== null && !('fault' in challenge), 'the challenge can be answered');
  const user = { username: Buffer.from(one.username), password: Buffer.from(one.password) };
  const session = new DigestSession(challenge, user, () => one.cnonce ?? 'unused');
  const bodyHash = challenge.qop === 'auth-int' ? hexHash(challenge.algorithm, one.body ?? '') : null;
  const { credentials } = session.use({ method: one.method, uri: one.uri, bodyHash });
  const given = parametersOf(credentials);
  assert.equal(given.get('response'), one.response);
  assert.equal(given.get('qop') ?? null, one.qop);
  if (one.qop !== null) assert.equal(given.get('nc'), one.nc ?? '00000001');
  if (one.username_sent !== undefined) assert.equal(given.get('username'), one.username_sent);
  if (one.authorization === undefined) return;
  // The algorithm is always named, also where it is the default.
  for (const [name, value] of parametersOf(one.authorization)) assert.equal(given.get(name), value, name);
}

function parametersOf(field: string): ReadonlyMap<string, string> {
  return parseChallenges([field])[0]!.parameters;
}
