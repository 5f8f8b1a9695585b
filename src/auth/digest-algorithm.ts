/** A hash algorithm by the name that `algorithm` has for it (RFC 7616 §6.1; SHA and SHA-512 are in use, not registered). */
export type DigestAlgorithm = 'MD5' | 'SHA' | 'SHA-256' | 'SHA-512' | 'SHA-512-256';

/** From the strongest to the weakest. */
export const DIGEST_ALGORITHMS: readonly DigestAlgorithm[] = [
  'SHA-512',
  'SHA-512-256',
  'SHA-256',
  'SHA',
  'MD5',
];
