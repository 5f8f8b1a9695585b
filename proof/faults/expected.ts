import type { TernError } from '../../src/index.ts';
import type { Stage } from './progress.ts';
import type { Fault, FaultKind } from './switchboard.ts';
import type { Target } from './targets.ts';

/** Where in the octets from the server one stage ends and another begins. */
export interface Landmarks {
  /** Octets of a proxy until the tunnel is there. */
  readonly proxy: number;
  /** Octets until requests can be sent. */
  readonly dialled: number;
  /** Octets of the client before its request. */
  readonly dialledUp: number;
  /** All of them, up to the end of the response. */
  readonly down: number;
  readonly up: number;
  readonly frames: number;
  /** What the relay counts of content; see there. */
  readonly content: number;
}

const CODES: Readonly<Record<string, readonly string[]>> = {
  ConnectError: ['ERR_CONNECT', 'ERR_TLS'],
  ConnectTimeout: ['ERR_CONNECT_TIMEOUT'],
  DecodingError: ['ERR_CONTENT_CODING', 'ERR_CONTENT_CODING_UNSUPPORTED'],
  ProxyError: ['ERR_PROXY'],
  ReadError: ['ERR_READ'],
  ReadTimeout: ['ERR_READ_TIMEOUT'],
  RemoteProtocolError: ['ERR_REMOTE_PROTOCOL'],
  TotalTimeout: ['ERR_TOTAL_TIMEOUT'],
  WriteError: ['ERR_WRITE'],
};

/** TLS with the proxy, its answer, and nothing but an end. */
const AT_PROXY = ['ConnectError', 'ProxyError', 'ReadError', 'RemoteProtocolError'];

/** Classes that a fault may show as, by the stage in which it strikes. */
const RIGHT: Readonly<Record<Stage, Partial<Record<FaultKind, readonly string[]>>>> = {
  proxy: {
    reset: AT_PROXY,
    halfClose: AT_PROXY,
    cut: AT_PROXY,
    stall: ['ConnectTimeout'],
    flip: [...AT_PROXY, 'ConnectTimeout'],
    garbage: [...AT_PROXY, 'ConnectTimeout'],
    loris: ['TotalTimeout'],
  },
  tls: {
    reset: ['ConnectError'],
    halfClose: ['ConnectError'],
    cut: ['ConnectError'],
    stall: ['ConnectTimeout'],
    flip: ['ConnectError', 'ConnectTimeout'],
    garbage: ['ConnectError', 'ConnectTimeout'],
    loris: ['TotalTimeout'],
  },
  http: {
    // libuv tells a reset that comes together with octets as an end.
    reset: ['ReadError', 'RemoteProtocolError', 'WriteError'],
    halfClose: ['RemoteProtocolError'],
    cut: ['RemoteProtocolError', 'ReadError'],
    stall: ['ReadTimeout'],
    // A wrong length or field may be anything that the protocol allows for.
    flip: ['RemoteProtocolError', 'ReadError', 'ReadTimeout', 'DecodingError'],
    garbage: ['RemoteProtocolError', 'ReadError', 'ReadTimeout', 'DecodingError'],
    loris: ['TotalTimeout'],
    rst: ['RemoteProtocolError', 'ReadError'],
    goAway: ['RemoteProtocolError', 'ReadError'],
    resetUp: ['ReadError', 'RemoteProtocolError', 'WriteError'],
    cutUp: ['RemoteProtocolError', 'ReadError', 'WriteError'],
    stallUp: ['ReadTimeout'],
  },
};

/**
 * Octets that may be missing in HTTP/2 over TLS: frames that say nothing come in a record with content or in their own,
 * and a date in Huffman code has not always the same length. A record with content is longer than that.
 */
const SLACK = 100;

/** What the relay has seen of an attempt. */
export interface Sight {
  /** What the client is at on its last connection. */
  readonly stage: Stage;
  /** What has passed of the content unharmed. */
  readonly content: number;
  /** Octets that the client has sent at this stage. */
  readonly sent: number;
}

/**
 * Whether the client may get all of the content, also another one, or must not. Over TLS it may where all records with
 * content have passed, and in HTTP/2 where the frame with END_STREAM has. The one exception: an empty frame with
 * END_STREAM in a record of its own cannot be told from frames that say nothing, so it may be missing in HTTP/2 over TLS.
 */
export function contentAllowed(
  { kind }: Fault,
  { isPlain, options }: Target,
  landmarks: Landmarks,
  { content }: Sight,
): 'any' | 'no' | 'whole' {
  if (kind === 'flip' || kind === 'garbage') return isPlain ? 'any' : 'whole';
  // An end that comes after the response, or says that nothing was done with the request.
  if (kind === 'rst' || kind === 'goAway') return 'whole';
  const slack = options.http2 !== undefined && !isPlain ? SLACK : 0;
  return landmarks.content > 0 && content >= landmarks.content - slack ? 'whole' : 'no';
}

/** What is wrong with an error, or null. */
export function judge(
  error: TernError,
  fault: Fault,
  target: Target,
  { proxy }: Landmarks,
  { stage, sent }: Sight,
): string | null {
  const { name, code } = error;
  const kind = fault.kind.replace('Up', '') as FaultKind;
  const right = new Set(rightFor(stage, fault.kind));
  // The proxy cannot open a record of which the end is lost, and does not know that the client is a stage further.
  if (target.isNested && kind !== fault.kind && stage !== 'http')
    for (const one of [...rightFor('tls', fault.kind), ...rightFor('http', fault.kind)]) right.add(one);
  // A server of HTTP/2 speaks first, and may break off before the client knows that it is connected.
  if (target.isHTTP2 && sent === 0) right.add('ConnectError');
  if (!right.has(name))
    return `${name} while ${stage}, where ${[...right].join(' or ')} is right: ${error.message}`;
  if (!CODES[name]!.includes(code)) return `${name} with the code ${code}`;
  const isUp = kind !== fault.kind;
  const isWrong = kind === 'flip' || kind === 'garbage';
  // A slow proxy answers in the end.
  if (!isUp && !isWrong && kind !== 'loris' && !target.isNested && fault.at < proxy && stage !== 'proxy')
    return `it went on to ${stage} before the proxy had answered: ${error.message}`;
  if (
    stage === 'proxy' &&
    !(isUp && target.isNested) &&
    name !== 'TotalTimeout' &&
    !error.message.includes(': proxy ')
  )
    return `an error that does not name the proxy: ${error.message}`;
  if ((error as { request?: unknown }).request === undefined) return `${name} without the request`;
  return null;
}

function rightFor(stage: Stage, kind: FaultKind): readonly string[] {
  const there = RIGHT[stage];
  return there[kind] ?? there[kind.replace('Up', '') as FaultKind] ?? [];
}
