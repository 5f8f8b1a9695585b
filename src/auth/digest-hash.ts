import { DIGEST_ALGORITHMS, type DigestAlgorithm } from './digest-algorithm.ts';

/** OpenSSL's names. */
const HASHES: Readonly<Record<DigestAlgorithm, string>> = {
  MD5: 'md5',
  SHA: 'sha1',
  'SHA-256': 'sha256',
  'SHA-512': 'sha512',
  'SHA-512-256': 'sha512-256',
};

/** An algorithm as a challenge names it. */
export interface NamedAlgorithm {
  readonly algorithm: DigestAlgorithm;
  /** `-sess`: the key is made once for a session (RFC 7616 §3.4.2). */
  readonly isSession: boolean;
  /** 0 for the strongest. */
  readonly rank: number;
}

/** What a name stands for; null for one that is not known. Upper and lower case do not matter. */
export function findAlgorithm(name: string): NamedAlgorithm | null {
  const upper = name.toUpperCase();
  const isSession = upper.endsWith('-SESS');
  const rank = DIGEST_ALGORITHMS.indexOf((isSession ? upper.slice(0, -5) : upper) as DigestAlgorithm);
  return rank === -1 ? null : { algorithm: DIGEST_ALGORITHMS[rank]!, isSession, rank };
}

const available = new Map<DigestAlgorithm, boolean>();

/** Whether the crypto library of this process has the algorithm: MD5 is switched off in FIPS mode, for instance. */
export function isAvailable(algorithm: DigestAlgorithm): boolean {
  let answer = available.get(algorithm);
  if (answer === undefined) {
    try {
      hexHash(algorithm, '');
      answer = true;
    } catch {
      // Asking is the only way to know; the answer is no.
      answer = false;
    }
    available.set(algorithm, answer);
  }
  return answer;
}

/** The hash of pieces in their order, in hexadecimal. Text is Latin-1, as fields are. */
export function hexHash(algorithm: DigestAlgorithm, ...pieces: readonly (Uint8Array | string)[]): string {
  const hash = startHash(algorithm);
  for (const piece of pieces) hash.update(piece);
  return hash.hex();
}

/** A hash that is fed piece by piece. */
export interface RunningHash {
  update(piece: Uint8Array | string): void;
  hex(): string;
}

export function startHash(algorithm: DigestAlgorithm): RunningHash {
  const hash = process.getBuiltinModule('node:crypto').createHash(HASHES[algorithm]);
  return {
    update: (piece) => void (typeof piece === 'string' ? hash.update(piece, 'latin1') : hash.update(piece)),
    hex: () => hash.digest('hex'),
  };
}
