import type { Request } from '../message/request.ts';
import type { RetryReport } from '../models/retry-report.ts';
import type { Phase } from './phase.ts';
import { brand, type ErrorCode, TernError } from './tern-error.ts';

/** What is known about a failure when its error is made. */
export interface HTTPErrorInit {
  /** The root reason in words: `connection reset by peer (ECONNRESET)`. */
  readonly reason: string;
  readonly request?: Request | undefined;
  readonly phase?: Phase | undefined;
  /** Address and port of the other end, when there is one: `127.0.0.1:8080`, `[::1]:443`, or a socket path. */
  readonly peer?: string | undefined;
  /** Overrides the code that the class has by default. */
  readonly code?: ErrorCode | undefined;
  readonly cause?: unknown;
}

/**
 * Anything that goes wrong with one HTTP exchange: sending it ({@link RequestError}) or its status
 * ({@link HTTPStatusError}). The message names method, URL without secrets, reason, phase and peer.
 *
 * @example
 * ```ts
 * import { Client, HTTPError, MockTransport, Response } from 'ternhttp';
 *
 * const client = new Client({ transport: new MockTransport(() => new Response(503)), raiseForStatus: true });
 * const error: unknown = await client.get('https://example.com/?token=secret').catch((reason: unknown) => reason);
 * if (error instanceof HTTPError) console.log(error.request?.redactedURL); // 'https://example.com/?token=[secure]'
 * ```
 */
export abstract class HTTPError extends TernError {
  /** The request that failed; absent only when the failure is older than the request. Not enumerable. */
  declare readonly request: Request | undefined;
  /** The root reason in words, without request, phase and peer, which the message adds. Not enumerable. */
  declare readonly reason: string;
  /** What a policy of retries, or of resuming, has done about it; absent if there is none. */
  declare readonly retries?: RetryReport;
  /** The step in which it failed. */
  readonly phase: Phase;
  /** Address and port of the other end, when a connection was made or tried. */
  readonly peer: string | undefined;

  constructor(init: HTTPErrorInit, defaults: { readonly code: ErrorCode; readonly phase: Phase }) {
    super(describe(init, init.phase ?? defaults.phase), init.code ?? defaults.code, init.cause);
    this.phase = init.phase ?? defaults.phase;
    this.peer = init.peer;
    // Not enumerable: printing an error should not print the whole request with it.
    Object.defineProperty(this, 'request', { value: init.request });
    Object.defineProperty(this, 'reason', { value: init.reason });
  }

  static {
    brand(HTTPError, 'HTTPError');
  }
}

function describe({ reason, request, peer }: HTTPErrorInit, phase: Phase): string {
  const where = peer === undefined ? `phase ${phase}` : `phase ${phase}, peer ${peer}`;
  return request === undefined
    ? `${reason} [${where}]`
    : `${request.method} ${request.redactedURL}: ${reason} [${where}]`;
}
