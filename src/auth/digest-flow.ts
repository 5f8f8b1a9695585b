import type { RequestBody } from '../body/request-body.ts';
import { RemoteProtocolError } from '../errors/remote-protocol-error.ts';
import { Request } from '../message/request.ts';
import type { Response } from '../message/response.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { peerName } from '../models/peer.ts';
import { isSameOrigin } from '../models/same-origin.ts';
import type { AuthResponse } from './auth.ts';
import type { AuthTarget } from './auth-target.ts';
import { parseAuthParameters } from './challenge.ts';
import { cookieForAnswer } from './challenge-cookies.ts';
import type { DigestAlgorithm } from './digest-algorithm.ts';
import { chooseDigestChallenge, type DigestChallenge, type DigestPolicy } from './digest-challenge.ts';
import { hexHash, startHash } from './digest-hash.ts';
import { DigestSession, type DigestUse, type DigestUser } from './digest-session.ts';
import { DigestSessions } from './digest-sessions.ts';

/** What all flows of one user have in common. */
export interface DigestSetup {
  readonly user: DigestUser;
  readonly policy: DigestPolicy;
  /** Made with the first flow. */
  sessions: DigestSessions | null;
  readonly isPreemptive: boolean;
  readonly verifiesServer: boolean;
}

/** A request with credentials. */
interface Signed {
  readonly request: Request;
  readonly session: DigestSession;
  readonly use: DigestUse;
  /** The nonce was known from an earlier request, so it may be too old by now. */
  readonly isFromMemory: boolean;
}

/**
 * The steps of Digest for one request: without credentials, or with remembered ones; then, if the server asks, with
 * an answer; and once more if that was too old when it came.
 */
export async function* digestFlow(
  setup: DigestSetup,
  first: Request,
  target: AuthTarget,
): AsyncGenerator<Request, void, AuthResponse> {
  const steps = digestSteps(setup, first, target);
  let step = steps.next();
  while (step.done !== true) {
    const { value } = step;
    if (value instanceof Request) step = steps.next(yield value);
    else if (value.kind === 'body') step = steps.next(await hashBody(value.request, value.algorithm));
    else step = steps.next((await (value.response as StreamResponse).read()).bytes);
  }
}

/** How a client that blocks reads bodies of requests. */
export interface BlockingReader {
  /** Reads a body into memory; after that it can be sent again. */
  read(request: Request): Uint8Array;
  pieces(body: RequestBody): Iterable<Uint8Array>;
}

/** {@link digestFlow} for a client that blocks: a body that has to be waited for cannot be protected. */
export function* digestFlowSync(
  setup: DigestSetup,
  first: Request,
  target: AuthTarget,
  reader: BlockingReader,
): Generator<Request, void, AuthResponse> {
  const steps = digestSteps(setup, first, target);
  let step = steps.next();
  while (step.done !== true) {
    const { value } = step;
    if (value instanceof Request) step = steps.next(yield value);
    else if (value.kind === 'body') step = steps.next(hashBodySync(value.request, value.algorithm, reader));
    else step = steps.next((value.response.read() as Response).bytes);
  }
}

/** Octets that a flow needs, which may have to be waited for: the hash of a body, or the content of a response. */
type Need =
  | { readonly kind: 'body'; readonly request: Request; readonly algorithm: DigestAlgorithm }
  | { readonly kind: 'content'; readonly response: { read(): Promise<Response> | Response } };

type DigestSteps<T> = Generator<Need | Request, T, AuthResponse | Uint8Array | string>;

function* digestSteps(setup: DigestSetup, first: Request, target: AuthTarget): DigestSteps<void> {
  const { policy } = setup;
  const sessions = (setup.sessions ??= new DigestSessions());
  const space = target.proxy === null ? first.parsedURL.origin : `proxy ${target.proxy}`;
  const known = setup.isPreemptive ? sessions.find(space, first.parsedURL) : null;
  let signed = known === null ? null : yield* sign(first, known, target, true);
  let isLastAnswer = false;
  for (;;) {
    const sent: Request = signed?.request ?? first;
    const response = (yield sent) as AuthResponse;
    // A redirect may have led elsewhere, without the credentials that were made for the first place.
    const received = response.context.request ?? sent;
    const own: Signed | null =
      signed !== null && received.headers.get(target.credentialsField) === signed.use.credentials
        ? signed
        : null;
    if (own !== null) yield* heedInfo(own, response, target, setup.verifiesServer);
    if (response.status !== target.status) return;
    if (target.kind === 'origin' && !isSameOrigin(first.parsedURL, received.parsedURL)) return;
    const choice = chooseDigestChallenge(response.headers.getAll(target.challengeField), policy);
    if (choice === null) return;
    if ('fault' in choice) throw badChallenge(choice.fault, received, target);
    if (own !== null) {
      const isNews = choice.nonce !== own.use.nonce && (own.isFromMemory || choice.isStale);
      if (!isNews || isLastAnswer) {
        sessions.forget(space, own.session);
        return;
      }
      if (!own.isFromMemory) isLastAnswer = true;
    } else if (signed !== null && received.parsedURL.href === sent.parsedURL.href) {
      // Something on the way takes the credentials off; asking again changes nothing.
      return;
    }
    const session = sessionFor(choice, sessions, space, received, setup.user);
    const cookie =
      target.kind === 'origin' ? cookieForAnswer(received, response.headers.getSetCookie()) : null;
    const next = cookie === null ? received : received.with({ headers: { Cookie: cookie } });
    signed = yield* sign(next, session, target, false);
  }
}

/** A session for a challenge; a nonce that is in use already goes on being counted. */
function sessionFor(
  challenge: DigestChallenge,
  sessions: DigestSessions,
  space: string,
  { parsedURL }: Request,
  user: DigestUser,
): DigestSession {
  const current = sessions.ofRealm(space, challenge.realm);
  const session =
    current !== null && current.nonce === challenge.nonce && isAlike(current.challenge, challenge)
      ? current
      : new DigestSession(challenge, user, makeCnonce);
  sessions.keep(space, session, parsedURL);
  return session;
}

function isAlike(a: DigestChallenge, b: DigestChallenge): boolean {
  return (
    a.algorithmName === b.algorithmName &&
    a.qop === b.qop &&
    a.opaque === b.opaque &&
    a.hashesUser === b.hashesUser &&
    a.isUTF8 === b.isUTF8
  );
}

function* sign(
  request: Request,
  session: DigestSession,
  { credentialsField }: AuthTarget,
  isFromMemory: boolean,
): DigestSteps<Signed> {
  const { method, parsedURL, extensions } = request;
  const { algorithm, qop } = session.challenge;
  const bodyHash = qop === 'auth-int' ? ((yield { kind: 'body', request, algorithm }) as string) : null;
  const uri = extensions.target ?? (method === 'CONNECT' ? authorityOf(parsedURL) : parsedURL.target);
  const use = session.use({ method, uri, bodyHash });
  return {
    request: request.with({ headers: { [credentialsField]: use.credentials } }),
    session,
    use,
    isFromMemory,
  };
}

/** Hashes a body that can be opened again piece by piece; another one is read into memory first. */
async function hashBody(request: Request, algorithm: DigestAlgorithm): Promise<string> {
  const body = request.payload;
  if (body === null || body.bytes !== null || !body.replayable) {
    return hexHash(algorithm, await request.read());
  }
  const hash = startHash(algorithm);
  const chunks = body.open();
  for (;;) {
    const { done, value } = await chunks.next();
    if (done === true) return hash.hex();
    hash.update(value);
  }
}

function hashBodySync(request: Request, algorithm: DigestAlgorithm, reader: BlockingReader): string {
  const body = request.payload;
  if (body === null || body.bytes !== null || !body.replayable) {
    return hexHash(algorithm, reader.read(request));
  }
  const hash = startHash(algorithm);
  for (const piece of reader.pieces(body)) hash.update(piece);
  return hash.hex();
}

/**
 * Takes what `Authentication-Info` says: the nonce for the next request, and the proof that the server knows the secret
 * (RFC 7616 §3.5). Its integrity cannot be checked where a content coding has been undone.
 */
function* heedInfo(
  { session, use, request }: Signed,
  response: AuthResponse,
  { infoField }: AuthTarget,
  verifies: boolean,
): DigestSteps<void> {
  const values = response.headers.getAll(infoField);
  const info = values.length === 0 ? null : parseAuthParameters(values);
  if (info === null) return;
  const next = info.get('nextnonce');
  if (next !== undefined && session.nonce === use.nonce) session.renew(next);
  const proof = info.get('rspauth')?.toLowerCase();
  const qop = info.get('qop')?.toLowerCase() ?? use.qop;
  if (!verifies || proof === undefined || use.qop === null) return;
  if (qop !== 'auth' && qop !== 'auth-int') return;
  let bodyHash: string | null = null;
  if (qop === 'auth-int') {
    if (response.headers.has('content-encoding')) return;
    const bytes = 'read' in response ? ((yield { kind: 'content', response }) as Uint8Array) : response.bytes;
    bodyHash = hexHash(session.challenge.algorithm, bytes);
  }
  if (proof !== session.proof(use, qop, bodyHash)) {
    const reason = `the server does not prove that it knows the secret: 'rspauth' in ${infoField} is wrong`;
    throw new RemoteProtocolError({ reason, request });
  }
}

function badChallenge(fault: string, request: Request, { challengeField }: AuthTarget): RemoteProtocolError {
  return new RemoteProtocolError({ reason: `${fault} (${challengeField})`, request });
}

function authorityOf({ hostname, port }: Request['parsedURL']): string {
  return peerName(hostname, port)!;
}

function makeCnonce(): string {
  return process.getBuiltinModule('node:crypto').randomBytes(8).toString('hex');
}
