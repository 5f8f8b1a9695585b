import { quote } from '../models/field-list.ts';
import type { DigestChallenge, DigestQop } from './digest-challenge.ts';
import { hexHash } from './digest-hash.ts';

/** Name and password as octets. */
export interface DigestUser {
  readonly username: Uint8Array;
  readonly password: Uint8Array;
}

/** One use of a session, as it was sent; what the server proves about itself is checked against it. */
export interface DigestUse {
  readonly nonce: string;
  readonly count: string;
  readonly cnonce: string;
  readonly qop: DigestQop | null;
  readonly uri: string;
  /** The value of the field. */
  readonly credentials: string;
}

/** What is to be signed. */
export interface DigestSubject {
  readonly method: string;
  /** The request target as it is sent. */
  readonly uri: string;
  /** Hash of the body, for `auth-int`. */
  readonly bodyHash: string | null;
}

/** The state that follows from one challenge: its nonce, how often that was used, and the key. */
export class DigestSession {
  readonly challenge: DigestChallenge;
  readonly #user: DigestUser;
  readonly #makeCnonce: () => string;
  /** `-sess` derives the key from the first nonce and client nonce, which then stays (RFC 7616 §3.4.2). */
  readonly #firstCnonce: string | null;
  readonly #key: string;
  #nonce: string;
  #count = 0;

  constructor(challenge: DigestChallenge, user: DigestUser, makeCnonce: () => string) {
    const { algorithm, isSession, nonce, realm } = challenge;
    this.challenge = challenge;
    this.#user = user;
    this.#makeCnonce = makeCnonce;
    this.#nonce = nonce;
    this.#firstCnonce = isSession ? makeCnonce() : null;
    const secret = hexHash(algorithm, user.username, `:${realm}:`, user.password);
    this.#key = isSession ? hexHash(algorithm, `${secret}:${nonce}:${this.#firstCnonce!}`) : secret;
  }

  /** The nonce of the next use. */
  get nonce(): string {
    return this.#nonce;
  }

  /** Takes the nonce that the server wants to see next (RFC 7616 §3.5). */
  renew(nonce: string): void {
    if (nonce === this.#nonce) return;
    this.#nonce = nonce;
    this.#count = 0;
  }

  /** Credentials for one more request. */
  use({ method, uri, bodyHash }: DigestSubject): DigestUse {
    const { algorithm, qop } = this.challenge;
    const nonce = this.#nonce;
    const count = (++this.#count).toString(16).padStart(8, '0');
    const cnonce = this.#firstCnonce ?? this.#makeCnonce();
    const subject = hexHash(algorithm, `${method}:${uri}${qop === 'auth-int' ? `:${bodyHash}` : ''}`);
    const response = this.#response({ nonce, count, cnonce, qop }, subject);
    const credentials = this.#write({ nonce, count, cnonce, uri }, response);
    return { nonce, count, cnonce, qop, uri, credentials };
  }

  /**
   * What `rspauth` must be if the server knows the secret: like a response, without a method (RFC 7616 §3.5).
   *
   * @param bodyHash of the content of the response, if `qop` is `auth-int`
   */
  proof(use: DigestUse, qop: DigestQop, bodyHash: string | null): string {
    const { algorithm } = this.challenge;
    const subject = hexHash(algorithm, `:${use.uri}${qop === 'auth-int' ? `:${bodyHash}` : ''}`);
    return this.#response({ ...use, qop }, subject);
  }

  #response(
    { nonce, count, cnonce, qop }: Pick<DigestUse, 'cnonce' | 'count' | 'nonce' | 'qop'>,
    subject: string,
  ): string {
    const middle = qop === null ? nonce : `${nonce}:${count}:${cnonce}:${qop}`;
    return hexHash(this.challenge.algorithm, `${this.#key}:${middle}:${subject}`);
  }

  /** The fields in the order that servers have seen for decades; what RFC 7616 §3.4 wants unquoted is. */
  #write({ nonce, count, cnonce, uri }: Omit<DigestUse, 'credentials' | 'qop'>, response: string): string {
    const { realm, opaque, algorithmName, qop, hashesUser, isSession } = this.challenge;
    const fields = [
      this.#writeUser(),
      `realm=${quote(realm)}`,
      `nonce=${quote(nonce)}`,
      `uri=${quote(uri)}`,
      `response="${response}"`,
      `algorithm=${algorithmName}`,
    ];
    if (opaque !== null) fields.push(`opaque=${quote(opaque)}`);
    if (qop !== null) fields.push(`qop=${qop}`, `nc=${count}`);
    // A server of RFC 2069 does not expect it, but without it nobody could check a '-sess' response.
    if (qop !== null || isSession) fields.push(`cnonce=${quote(cnonce)}`);
    if (hashesUser) fields.push('userhash=true');
    return `Digest ${fields.join(', ')}`;
  }

  #writeUser(): string {
    const { algorithm, hashesUser, isUTF8, realm } = this.challenge;
    const { username } = this.#user;
    if (hashesUser) return `username="${hexHash(algorithm, username, `:${realm}`)}"`;
    const isPlain = username.every((octet) => octet < 128);
    // Servers that have not heard of RFC 7616 take the octets as they come, if they take them at all.
    if (isPlain || !isUTF8) return `username=${quote(Buffer.from(username).toString('latin1'))}`;
    return `username*=UTF-8''${extendedValue(username)}`;
  }
}

/** `value-chars` of RFC 8187 §3.2.1. */
function extendedValue(octets: Uint8Array): string {
  let value = '';
  for (const octet of octets) {
    const char = String.fromCharCode(octet);
    value += /[A-Za-z0-9!#$&+\-.^_`|~]/.test(char)
      ? char
      : `%${octet.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return value;
}
