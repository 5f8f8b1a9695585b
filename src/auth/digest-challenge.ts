import { splitList } from '../models/field-list.ts';
import { type Challenge, parseChallenges } from './challenge.ts';
import type { DigestAlgorithm } from './digest-algorithm.ts';
import { findAlgorithm, isAvailable } from './digest-hash.ts';

/** Quality of protection: of the request line alone, or of the body as well (RFC 7616 §3.4). */
export type DigestQop = 'auth' | 'auth-int';

/** A Digest challenge that can be answered (RFC 7616 §3.3). */
export interface DigestChallenge {
  /** Latin-1 text of the octets that came. */
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | null;
  readonly algorithm: DigestAlgorithm;
  readonly isSession: boolean;
  /** The algorithm as the server spelled it. */
  readonly algorithmName: string;
  /** The one to use; null for a server of RFC 2069, which knows none. */
  readonly qop: DigestQop | null;
  /** The nonce was too old, the credentials are not known to be wrong. */
  readonly isStale: boolean;
  /** The server wants the name of the user hashed. */
  readonly hashesUser: boolean;
  /** The server said that it knows UTF-8, and with it RFC 7616. */
  readonly isUTF8: boolean;
  /** URIs of the protection space; empty for the whole server. */
  readonly domain: readonly string[];
}

/** What may be answered, and how. */
export interface DigestPolicy {
  readonly algorithms: readonly DigestAlgorithm[];
  /** Used where the server leaves the choice. */
  readonly preferredQop: DigestQop;
}

/**
 * Chooses among the challenges of a field: the strongest algorithm that is allowed and available, the first of equals.
 * Other schemes and algorithms are passed over (RFC 7616 §3.3).
 *
 * @returns null if there is nothing to answer; a fault if that is because every Digest challenge is broken
 */
export function chooseDigestChallenge(
  values: readonly string[],
  policy: DigestPolicy,
): DigestChallenge | { readonly fault: string } | null {
  let best: DigestChallenge | null = null;
  let bestRank = Infinity;
  let fault: string | null = null;
  for (const challenge of parseChallenges(values)) {
    if (challenge.scheme !== 'digest') continue;
    const name = challenge.parameters.get('algorithm') || 'MD5';
    const found = findAlgorithm(name);
    const broken = faultOf(challenge);
    if (broken !== null) fault ??= broken;
    else if (found !== null && policy.algorithms.includes(found.algorithm) && isAvailable(found.algorithm)) {
      const read = readChallenge(challenge, name, found, policy);
      if ('fault' in read) fault ??= read.fault;
      else if (found.rank < bestRank) {
        best = read;
        bestRank = found.rank;
      }
    }
  }
  return best ?? (fault === null ? null : { fault });
}

function faultOf({ parameters, token68, fault }: Challenge): string | null {
  if (fault !== null) return `malformed Digest challenge: ${fault}`;
  if (token68 !== null) return 'malformed Digest challenge: it has no parameters';
  for (const name of ['realm', 'nonce']) {
    if (!parameters.has(name)) return `malformed Digest challenge: there is no '${name}'`;
  }
  return null;
}

function readChallenge(
  { parameters }: Challenge,
  algorithmName: string,
  { algorithm, isSession }: { readonly algorithm: DigestAlgorithm; readonly isSession: boolean },
  policy: DigestPolicy,
): DigestChallenge | { readonly fault: string } {
  const offered = splitList(parameters.get('qop') ?? '').map((item) => item.toLowerCase());
  const other = policy.preferredQop === 'auth' ? 'auth-int' : 'auth';
  const qop = [policy.preferredQop, other].find((item): item is DigestQop => offered.includes(item));
  if (qop === undefined && offered.length > 0) {
    return { fault: `unexpected qop value ${JSON.stringify(parameters.get('qop'))} in a Digest challenge` };
  }
  return {
    realm: parameters.get('realm')!,
    nonce: parameters.get('nonce')!,
    opaque: parameters.get('opaque') ?? null,
    algorithm,
    isSession,
    algorithmName,
    qop: qop ?? null,
    isStale: isTrue(parameters.get('stale')),
    hashesUser: isTrue(parameters.get('userhash')),
    isUTF8: parameters.get('charset')?.toLowerCase() === 'utf-8',
    domain: (parameters.get('domain') ?? '').split(/[ \t]+/).filter((uri) => uri !== ''),
  };
}

function isTrue(value: string | undefined): boolean {
  return value?.toLowerCase() === 'true';
}
