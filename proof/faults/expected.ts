import type { TernError } from '../../src/index.ts';
import type { Fault, FaultKind } from './switchboard.ts';
import type { Target } from './targets.ts';

/** What a connection is at when something befalls it. */
export type Stage = 'http' | 'proxy' | 'tls';

/** Where in the octets from the server one stage ends and another begins. */
export interface Landmarks {
  /** Octets of a proxy until the tunnel is there. */
  readonly proxy: number;
  /** Octets until requests can be sent. */
  readonly dialled: number;
  /** All of them, up to the end of the response. */
  readonly down: number;
  readonly up: number;
  readonly frames: number;
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

/** Octets by which the end of a stage is not certain. */
export const MARGIN = 40;

/** Octets that a server of HTTP/2 may send before it is asked anything. */
const HTTP2_PREFACE = 60;

/** The stage in which a fault strikes. What a client sends is not told apart: there any may be right. */
export function stageOf({ kind, at }: Fault, { proxy, dialled }: Landmarks): Stage {
  if (kind === 'rst' || kind === 'goAway' || kind.endsWith('Up')) return 'http';
  return at < proxy ? 'proxy' : at < dialled ? 'tls' : 'http';
}

/** Whether the client must get all of the content, may get it, or must not. */
export function contentAllowed(
  { kind, at }: Fault,
  target: Target,
  { down, up }: Landmarks,
): 'any' | 'no' | 'whole' {
  if (kind === 'flip' || kind === 'garbage') return target.isPlain ? 'any' : 'whole';
  // An end that comes after the response, or says that nothing was done with the request.
  if (kind === 'rst' || kind === 'goAway') return 'whole';
  // Behind what matters come frames of HTTP/2 that do not.
  const isLate = kind.endsWith('Up') ? at > up - 100 : at > down - 40;
  if (target.options.http2 !== undefined && isLate) return 'whole';
  return !target.isPlain && at > down - MARGIN ? 'whole' : 'no';
}

/** What is wrong with an error, or null. */
export function judge(error: TernError, fault: Fault, landmarks: Landmarks, isUsed: boolean): string | null {
  const { name, code } = error;
  const stage = stageOf(fault, landmarks);
  const right = new Set(RIGHT[stage][fault.kind]);
  const kind = fault.kind.replace('Up', '') as FaultKind;
  // What the client sends is not told apart; and a request into the answer of which nothing came on a used connection
  // is sent again on a new one, on which the fault is there from the beginning.
  if ((fault.kind.endsWith('Up') && landmarks.dialled > 0) || isUsed)
    for (const one of [...(RIGHT.proxy[kind] ?? []), ...(RIGHT.tls[kind] ?? [])]) right.add(one);
  // Signatures, and with them handshakes, differ in length by some octets.
  const { proxy, dialled } = landmarks;
  if (dialled > 0 && Math.min(Math.abs(fault.at - proxy), Math.abs(fault.at - dialled)) <= MARGIN)
    for (const classes of Object.values(RIGHT)) for (const one of classes[kind] ?? []) right.add(one);
  // A server of HTTP/2 speaks first, and may break off before the client knows that it is connected.
  if (fault.at < HTTP2_PREFACE && dialled === 0) right.add('ConnectError');
  if (!right.has(name)) return `${name} where ${[...right].join(' or ')} is right: ${error.message}`;
  if (!CODES[name]!.includes(code)) return `${name} with the code ${code}`;
  if (
    stage === 'proxy' &&
    fault.at < proxy - MARGIN &&
    name !== 'TotalTimeout' &&
    !error.message.includes(': proxy ')
  )
    return `an error that does not name the proxy: ${error.message}`;
  if ((error as { request?: unknown }).request === undefined) return `${name} without the request`;
  return null;
}
