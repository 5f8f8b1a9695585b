import { EventStreamParser } from '../body/event-stream-parser.ts';
import type { Fail } from '../body/fail.ts';
import type { ServerSentEvent } from '../body/server-sent-event.ts';
import { SourceReader } from '../body/source-reader.ts';
import { DecodingError } from '../errors/decoding-error.ts';
import { EventStreamError } from '../errors/event-stream-error.ts';
import { mediaTypeOf } from '../models/media-type.ts';
import type { EventFeed, EventStreamSettings } from './event-stream.ts';
import type { StreamResponse } from './stream-response.ts';

const NO_EVENTS: readonly ServerSentEvent[] = [];

/** The events of one response. */
export class ResponseEvents implements EventFeed {
  readonly response: StreamResponse;
  readonly #content: SourceReader<Uint8Array>;
  readonly #parser: EventStreamParser;
  /** Events that are there already, and how many of them have been given. */
  #events: readonly ServerSentEvent[] = NO_EVENTS;
  #given = 0;
  #lastEventId: string;

  /**
   * @param content of the response, content codings undone
   * @param lastEventId the id that the stream goes on from
   */
  constructor(
    response: StreamResponse,
    content: AsyncIterator<Uint8Array>,
    { maxEventBytes, maxLineBytes, onComment }: EventStreamSettings,
    lastEventId = '',
  ) {
    this.response = response;
    this.#content = new SourceReader(content);
    const fail = failFor(response);
    this.#parser = new EventStreamParser({ maxEventBytes, maxLineBytes, onComment, fail, lastEventId });
    this.#lastEventId = lastEventId;
  }

  /** That of the last event which has been taken, so that none is skipped when the stream is opened again. */
  get lastEventId(): string {
    return this.#given < this.#events.length ? this.#lastEventId : this.#parser.lastEventId;
  }

  get retry(): number | null {
    return this.#parser.retry;
  }

  pull(): Promise<ServerSentEvent | null> | ServerSentEvent {
    // A piece has many short events, which should not cost a promise each.
    return this.#given < this.#events.length ? this.#give() : this.#read();
  }

  close(): Promise<void> {
    this.#events = NO_EVENTS;
    this.#given = 0;
    return this.#content.close();
  }

  async #read(): Promise<ServerSentEvent | null> {
    this.#parser.check();
    for (;;) {
      const chunk = await this.#content.read();
      if (chunk === null) return null;
      this.#events = this.#parser.push(chunk);
      this.#given = 0;
      if (this.#events.length > 0) return this.#give();
    }
  }

  #give(): ServerSentEvent {
    const event = this.#events[this.#given++]!;
    this.#lastEventId = event.id;
    return event;
  }
}

/**
 * Refuses a response whose media type is another one than `text/event-stream`.
 *
 * @throws EventStreamError
 */
export function checkEventResponse(response: StreamResponse, anyContentType: boolean): void {
  if (anyContentType) return;
  const values = response.headers.getAll('content-type');
  if (mediaTypeOf(values)?.essence === 'text/event-stream') return;
  const given =
    values.length === 0 ? 'there is no Content-Type' : `its Content-Type is '${values.join(', ')}'`;
  throw new EventStreamError({
    reason: `the response is no stream of events: ${given} and not 'text/event-stream' (anyContentType takes it all the same)`,
    request: response.context.request ?? undefined,
  });
}

function failFor(response: StreamResponse): Fail {
  return (reason, code, cause) => {
    const request = response.context.request ?? undefined;
    return code === 'ERR_CONTENT_LIMIT'
      ? new EventStreamError({ reason, code, cause, request })
      : new DecodingError({ reason, code, cause, request });
  };
}
