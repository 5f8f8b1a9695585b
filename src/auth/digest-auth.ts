import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { Request } from '../message/request.ts';
import { checkKeys } from '../models/check-keys.ts';
import type { Auth, AuthResponse } from './auth.ts';
import { type AuthTarget, ORIGIN_TARGET } from './auth-target.ts';
import { DIGEST_ALGORITHMS, type DigestAlgorithm } from './digest-algorithm.ts';
import type { DigestQop } from './digest-challenge.ts';
import type { DigestSetup } from './digest-flow.ts';

/** How Digest is used, besides name and password. */
export interface DigestAuthOptions {
  /** Algorithms that may be used, each with its `-sess` form; all by default. Leave `MD5` out to refuse it. */
  readonly algorithms?: readonly DigestAlgorithm[];
  /** What to use where the server offers both. `auth` by default; `auth-int` protects the body too, and reads it twice. */
  readonly qop?: DigestQop;
  /** Sends credentials with the first request already once a challenge is known; on by default. */
  readonly preemptive?: boolean;
  /** Checks what the server proves about itself (`rspauth`), if it does; on by default. */
  readonly verifyServer?: boolean;
}

type BlockingFlow = (
  setup: DigestSetup,
  request: Request,
  target: AuthTarget,
) => Generator<Request, void, AuthResponse>;

let flowAtOnce: BlockingFlow | null = null;

/** Gives Digest its steps for clients that block, which cannot load them when they are needed. @internal */
export function provideDigest(flow: BlockingFlow): void {
  flowAtOnce = flow;
}

const OPTIONS = ['algorithms', 'preemptive', 'qop', 'verifyServer'];

/**
 * The Digest scheme (RFC 7616), with the forms of RFC 2617 and RFC 2069 that servers still use. The first request goes
 * out without credentials; its challenge is answered, and remembered for the realm on that server, so that later
 * requests carry credentials at once. Keep one object for a user, and share it: the memory is in it.
 *
 * MD5, SHA-256, SHA-512-256, and SHA and SHA-512, which are not registered but in use, all also as `-sess`; `auth` and
 * `auth-int`; hashed and non-ASCII user names; `nextnonce`, `stale`, `domain` as far as it names the same server. Of
 * several challenges the strongest is answered; one in an unknown algorithm is passed over, so that the 401 is the
 * result. A challenge is answered for the origin of the request only, not for one that it was redirected to.
 *
 * A request body that can be read only once cannot be sent again after a challenge: that throws `StreamConsumed`. With
 * `auth-int` a stream is read into memory, and so is the content of a response that proves its integrity.
 *
 * Errors of a flow: `RemoteProtocolError` if a challenge is malformed, or if the proof of the server (`rspauth`) is wrong.
 *
 * @example
 * ```ts
 * import { Client, DigestAuth, MockTransport, Response } from 'ternhttp';
 *
 * const transport = new MockTransport((request) =>
 *   request.headers.has('authorization')
 *     ? new Response(200)
 *     : new Response(401, { headers: { 'WWW-Authenticate': 'Digest realm="a", nonce="1", qop="auth", algorithm=SHA-256' } }));
 * const client = new Client({ transport, auth: new DigestAuth('user', 'secret') });
 * console.log((await client.get('https://example.com/')).history.length); // 1
 * console.log((await client.get('https://example.com/')).history.length); // 0
 * ```
 */
export class DigestAuth implements Auth {
  readonly #setup: DigestSetup;

  /**
   * User name and password are hashed as UTF-8; for another charset give their octets.
   *
   * @throws InvalidArgument if the user name has control characters, or an option does not exist or does not fit
   */
  constructor(username: Uint8Array | string, password: Uint8Array | string, options: DigestAuthOptions = {}) {
    const user = { username: octetsOf('user name', username), password: octetsOf('password', password) };
    if (user.username.some((octet) => octet < 32 || octet === 127))
      throw new InvalidArgument(
        'The user name for Digest authentication must not contain control characters.',
      );
    checkKeys('options', options, OPTIONS);
    const { algorithms = DIGEST_ALGORITHMS, qop = 'auth', preemptive = true, verifyServer = true } = options;
    checkAlgorithms(algorithms);
    if (qop !== 'auth' && qop !== 'auth-int')
      throw new InvalidArgument(`'options.qop' must be 'auth' or 'auth-int', not ${describeValue(qop)}.`);
    checkFlag('preemptive', preemptive);
    checkFlag('verifyServer', verifyServer);
    this.#setup = {
      user,
      policy: { algorithms: [...algorithms], preferredQop: qop },
      sessions: null,
      isPreemptive: preemptive,
      verifiesServer: verifyServer,
    };
  }

  async *flow(
    request: Request,
    target: AuthTarget = ORIGIN_TARGET,
  ): AsyncGenerator<Request, void, AuthResponse> {
    // Few programs need it, so it is loaded with the first request.
    const { digestFlow } = await import('./digest-flow.ts');
    yield* digestFlow(this.#setup, request, target);
  }

  flowSync(request: Request, target: AuthTarget = ORIGIN_TARGET): Generator<Request, void, AuthResponse> {
    if (flowAtOnce === null)
      throw new InvalidArgument("The flow of Digest that blocks is loaded by 'ternhttp/sync' only.");
    return flowAtOnce(this.#setup, request, target);
  }
}

/**
 * The Digest scheme for a user: {@link DigestAuth} without `new`, in line with the other schemes.
 *
 * @throws InvalidArgument what the constructor throws
 *
 * @example
 * ```ts
 * import { Client, digestAuth } from 'ternhttp';
 *
 * const auth = digestAuth('user', 'secret', { algorithms: ['SHA-256', 'SHA-512-256'] });
 * const client = new Client({ baseURL: 'https://api.example.com', auth });
 * await client.close();
 * ```
 */
export function digestAuth(
  username: Uint8Array | string,
  password: Uint8Array | string,
  options?: DigestAuthOptions,
): DigestAuth {
  return new DigestAuth(username, password, options);
}

function octetsOf(what: string, value: Uint8Array | string): Uint8Array {
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  if (value instanceof Uint8Array) return value.slice();
  throw new InvalidArgument(
    `The ${what} for Digest authentication must be a string or octets, not ${describeValue(value)}.`,
  );
}

function checkAlgorithms(algorithms: readonly DigestAlgorithm[]): void {
  if (!Array.isArray(algorithms) || algorithms.length === 0)
    throw new InvalidArgument("'options.algorithms' must be a list of at least one algorithm.");
  const strange: unknown = algorithms.find((name) => !DIGEST_ALGORITHMS.includes(name));
  if (strange !== undefined)
    throw new InvalidArgument(
      `'options.algorithms' must name some of ${DIGEST_ALGORITHMS.join(', ')}, not ${JSON.stringify(strange)}.`,
    );
}

function checkFlag(name: string, value: boolean): void {
  if (typeof value !== 'boolean')
    throw new InvalidArgument(`'options.${name}' must be true or false, not ${describeValue(value)}.`);
}
