import type { Request } from '../message/request.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import type { Headers } from '../models/headers.ts';
import type { Timeout } from '../models/timeout.ts';
import type { Tracer } from '../models/trace.ts';
import type { ProxyInit } from './proxy.ts';

/** How far a body has come. */
export interface Progress {
  /** Octets so far, on the wire. */
  readonly transferred: number;
  /** Octets in all, or null if that is not known. */
  readonly total: number | null;
}

/** An interim response (RFC 9110 §15.2). */
export interface InformationalResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
}

/** What goes with a request on its way down. */
export interface TransportContext {
  readonly timeout: Timeout;
  /** When everything has to be over, on the clock of `performance.now()`; null for no limit. */
  readonly totalDeadline: number | null;
  readonly signal: AbortSignal | null;
  /** Null when nobody listens. @internal */
  readonly tracer: Tracer | null;
  /** `whole`: the content will be read into memory in any case. */
  readonly delivery: 'stream' | 'whole';
  /** Most octets of a body that may be kept in memory. */
  readonly maxBytes: number;
  readonly onInformational: ((response: InformationalResponse) => void) | null;
  readonly onUploadProgress: ((progress: Progress) => void) | null;
  readonly onDownloadProgress: ((progress: Progress) => void) | null;
  /** Called before a request is sent again; the repetition waits for it. */
  readonly onRetry: ((event: RetryEvent) => Promise<void>) | null;
  /** The proxy that the request names, null for none. Without it the transport uses its own. */
  readonly proxy?: ProxyInit | null | undefined;
  /** Nothing may be sent to an address that is none of the public internet: the URL is the word of a server. */
  readonly publicOnly?: boolean | undefined;
}

/**
 * A request is about to be sent again: its connection turned out to be dead, none could be opened, or a policy asks
 * for it.
 */
export interface RetryEvent {
  readonly request: Request;
  /** Why the first attempt failed. */
  readonly reason: string;
  /** Number of the attempt that comes next; the first was 1. */
  readonly attempt: number;
  /** Milliseconds that are waited before. */
  readonly delayMs: number;
  /** What the attempt failed with; null if it had a response. */
  readonly error: unknown;
  /** The response that is not good enough, not read yet; null if there was none. */
  readonly response: StreamResponse | null;
}

/**
 * Carries one request to its response: the network, a mock, an app in the same process. It does not follow
 * redirects, keep cookies, authenticate or decode; all that is done above it, once for every transport.
 *
 * @example
 * ```ts
 * import { Client, StreamResponse, type Transport } from 'ternhttp';
 *
 * const teapot: Transport = {
 *   handle: async (request) => new StreamResponse(418, { request, body: 'short and stout' }),
 *   close: async () => {},
 * };
 * const client = new Client({ transport: teapot });
 * console.log((await client.get('http://kitchen.test/')).status); // 418
 * ```
 */
export interface Transport {
  /**
   * Sends a request and resolves when the head of the response is there. It must honour `context.signal` and
   * `context.totalDeadline` as far as it can.
   */
  handle(request: Request, context: TransportContext): Promise<StreamResponse>;
  close(): Promise<void>;
}
