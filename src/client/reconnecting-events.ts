import type { ServerSentEvent } from '../body/server-sent-event.ts';
import type { Steps } from '../body/steps.ts';
import { EventStreamError } from '../errors/event-stream-error.ts';
import { HTTPStatusError } from '../errors/http-status-error.ts';
import type { EventFeed } from '../message/event-stream.ts';
import type { ResponseHead } from '../message/response-head.ts';
import type { Response } from '../message/response.ts';
import { checkEventResponse, type EventContent, ResponseEvents } from '../message/response-events.ts';
import { NO_TIMEOUT } from '../models/timeout.ts';
import type { RetryEvent } from '../transport/transport.ts';
import { joinSignals } from './join-signals.ts';
import type { RequestOptions } from './options.ts';
import { reconnectDelay } from './reconnect-policy.ts';
import { retryAfterOf } from './retry-after.ts';
import type { SendMode, Streamed } from './send-mode.ts';
import { eventStreamFields, type SSESettings } from './sse-options.ts';
import { allowSharing } from './shared-signal.ts';
import { isTransient } from './transient.ts';

/** A response whose content may be events. */
export type EventResponse = ResponseHead & Streamed & { iterBytes(): EventContent };

/** What a stream of events needs of a client. */
export interface EventClient<R extends EventResponse> {
  /** Sends a request; what it throws has been seen by the hooks. */
  stream(method: string, url: URL | string, options: RequestOptions, signal: AbortSignal): Steps<R>;
  /** Shows the hooks an error that did not come from {@link stream}, and gives the one to throw. */
  failed(error: unknown): Steps<unknown>;
  /** Those of the request and of the client. */
  readonly signals: readonly (AbortSignal | null)[];
  readonly pause: SendMode<R>['pause'];
  readonly onRetry: (event: RetryEvent) => Steps<void>;
}

/** Events of one response after another: what ends or breaks is opened again, from where it was. */
export class ReconnectingEvents<R extends EventResponse> implements EventFeed<R> {
  readonly #client: EventClient<R>;
  readonly #url: URL | string;
  readonly #settings: SSESettings;
  readonly #closing = new AbortController();
  readonly #signal: AbortSignal;
  readonly #releases: (() => void)[] = [];
  #current: ResponseEvents<R> | null = null;
  #response: R | null = null;
  #lastEventId: string;
  #retry: number | null = null;
  /** Attempts in a row that brought no event. */
  #failures = 0;
  /** A wait that the server asked for by other means than its stream, in milliseconds. */
  #asked: number | null = null;
  #attempts = 1;
  /** An error that the hooks have seen. */
  #seen: unknown = null;

  constructor(client: EventClient<R>, url: URL | string, settings: SSESettings) {
    this.#client = client;
    this.#url = url;
    this.#settings = settings;
    this.#lastEventId = settings.lastEventId;
    let { signal } = this.#closing;
    for (const other of client.signals) {
      if (other === null) continue;
      const joined = joinSignals(allowSharing(other), signal);
      this.#releases.push(joined.release);
      signal = joined.signal;
    }
    this.#signal = signal;
  }

  get lastEventId(): string {
    return this.#current?.lastEventId ?? this.#lastEventId;
  }

  get retry(): number | null {
    return this.#current?.retry ?? this.#retry;
  }

  get response(): R {
    return this.#response!;
  }

  /** Opens the stream for the first time; what {@link open} throws, seen by the hooks. */
  *start(): Steps<void> {
    try {
      yield* this.open();
    } catch (error) {
      yield* this.close();
      throw yield* this.#final(error);
    }
  }

  /**
   * Opens the stream.
   *
   * @returns whether there is one: a server may say that there is nothing (204)
   * @throws HTTPStatusError, EventStreamError for another answer than a stream, RequestError if there is none
   */
  *open(): Steps<boolean> {
    const { method, request, headers, stream } = this.#settings;
    const options = { ...request, headers: eventStreamFields(headers, this.#lastEventId) };
    let response: R;
    try {
      response = yield* this.#client.stream(method, this.#url, options, this.#signal);
    } catch (error) {
      this.#seen = error;
      throw error;
    }
    this.#response = response;
    if (response.status === 204) {
      yield response.cancel();
      return false;
    }
    try {
      if (!response.isSuccess) ((yield response.read()) as Response).raiseForStatus();
      if (response.status !== 200) throw unexpected(response);
      checkEventResponse(response, stream.anyContentType);
    } catch (error) {
      yield response.cancel(error);
      throw error;
    }
    this.#current = new ResponseEvents(response, response.iterBytes(), stream, this.#lastEventId);
    return true;
  }

  take(): ServerSentEvent | null {
    return this.#current === null ? null : this.#current.take();
  }

  *read(): Steps<ServerSentEvent | null> {
    const { reconnect } = this.#settings;
    for (let current = this.#current; current !== null; current = this.#current) {
      let failure: unknown = null;
      try {
        // Not by its read(): one generator inside another takes its time, for every event.
        let event: ServerSentEvent | null | undefined;
        do event = current.accept(yield current.ask());
        while (event === undefined);
        if (event !== null) {
          this.#failures = 0;
          return event;
        }
      } catch (error) {
        if (reconnect === null || !this.#isPassing(error)) throw error;
        failure = error;
      }
      yield* this.#leave();
      if (reconnect === null || (failure === null && !reconnect.onEnd)) return null;
      if (!(yield* this.#reopen(failure))) return null;
    }
    return null;
  }

  *close(): Steps<void> {
    try {
      yield* this.#leave();
    } finally {
      this.#closing.abort();
      for (const release of this.#releases) release();
    }
  }

  /** Lets the connection go, and keeps what it has taught. */
  *#leave(): Steps<void> {
    const current = this.#current;
    if (current === null) return;
    this.#lastEventId = current.lastEventId;
    this.#retry = current.retry ?? this.#retry;
    this.#current = null;
    yield* current.close();
  }

  *#reopen(first: unknown): Steps<boolean> {
    const reconnect = this.#settings.reconnect!;
    let failure = first;
    for (;;) {
      if (++this.#failures > reconnect.max) throw yield* this.#final(failure ?? this.#exhausted());
      const delayMs = this.#asked ?? reconnectDelay(reconnect, this.#retry, this.#failures);
      this.#asked = null;
      const { request } = this.response;
      const reason = failure === null ? 'the stream of events has ended' : (failure as Error).message;
      const attempt = ++this.#attempts;
      yield* this.#client.onRetry({ request, attempt, delayMs, reason, error: failure, response: null });
      const bounds = { signal: this.#signal, totalDeadline: null, timeout: NO_TIMEOUT };
      yield this.#client.pause(delayMs, request, bounds);
      try {
        return yield* this.open();
      } catch (error) {
        if (!this.#isPassing(error)) throw yield* this.#final(error);
        failure = error;
      }
    }
  }

  *#final(error: unknown): Steps<unknown> {
    return error === this.#seen ? error : yield* this.#client.failed(error);
  }

  #isPassing(error: unknown): boolean {
    if (this.#signal.aborted) return false;
    if (!(error instanceof HTTPStatusError)) return isTransient(error);
    const { status, headers } = error.response;
    if (!this.#settings.reconnect!.statuses.includes(status)) return false;
    this.#asked = retryAfterOf(status, headers);
    return true;
  }

  #exhausted(): EventStreamError {
    const { max } = this.#settings.reconnect!;
    const reason = `the stream of events has ended, and ${max} attempts in a row brought no event (reconnect.max)`;
    return new EventStreamError({ reason, request: this.response.request, phase: 'read' });
  }
}

function unexpected(response: ResponseHead): EventStreamError {
  const reason = `the response is no stream of events: its status is ${response.status}, not 200`;
  return new EventStreamError({ reason, request: response.request });
}
