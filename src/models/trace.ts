import type { Redaction } from './redaction.ts';

/** A step that is traced. Each has the events `started`, and `complete` or `failed`. */
export type TraceStep =
  | 'client.request'
  | 'connection.connect_tcp'
  | 'connection.connect_unix_socket'
  | 'connection.lookup'
  | 'connection.start_tls'
  | 'http11.receive_response_body'
  | 'http11.receive_response_headers'
  | 'http11.response_closed'
  | 'http11.send_request_body'
  | 'http11.send_request_headers'
  | 'http2.receive_response_body'
  | 'http2.receive_response_headers'
  | 'http2.response_closed'
  | 'http2.send_connection_init'
  | 'http2.send_request_body'
  | 'http2.send_request_headers'
  | 'pool.acquire'
  | 'proxy.connect'
  | 'proxy.start_tls'
  | 'socks.setup_socks5_connection'
  | 'socks.start_tls';

/** Name of a trace event. The single ones: a redirect is followed, a policy has a request sent again, a request is repeated because of its connection, an interim response came, a connection was closed. */
export type TraceName =
  | `${TraceStep}.${'complete' | 'failed' | 'started'}`
  | 'client.redirect'
  | 'client.retry'
  | 'connection.close'
  | 'connection.retry'
  | 'http11.informational'
  | 'http2.informational';

/** Something that happened to a request. Secrets are masked. */
export interface TraceEvent {
  readonly name: TraceName;
  /** Milliseconds on the clock of `performance.now()`. */
  readonly time: number;
  /** Number of the request, the same for all its events, redirects and repetitions included; 0 for a connection of no request. */
  readonly requestId: number;
  /** What is known: method, url, status, headers, addresses, bytes, error … */
  readonly info: Readonly<Record<string, unknown>>;
}

/** Called for every event of a request, at once. What it throws surfaces as an uncaught exception and does not touch the request. */
export type Trace = (event: TraceEvent) => void;

/** Hands the events of one request to those who listen. There is none when nobody does. */
export class Tracer {
  readonly requestId: number;
  readonly redaction: Redaction;
  readonly #listeners: readonly Trace[];

  constructor(requestId: number, redaction: Redaction, listeners: readonly Trace[]) {
    this.requestId = requestId;
    this.redaction = redaction;
    this.#listeners = listeners;
  }

  emit(name: TraceName, info: Readonly<Record<string, unknown>> = {}): void {
    const event: TraceEvent = { name, time: performance.now(), requestId: this.requestId, info };
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        process.nextTick(() => {
          throw error;
        });
      }
    }
  }
}
