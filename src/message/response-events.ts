import { EventStreamParser } from '../body/event-stream-parser.ts';
import type { Fail } from '../body/fail.ts';
import type { ServerSentEvent } from '../body/server-sent-event.ts';
import type { Steps } from '../body/steps.ts';
import { DecodingError } from '../errors/decoding-error.ts';
import { EventStreamError } from '../errors/event-stream-error.ts';
import { mediaTypeOf } from '../models/media-type.ts';
import type { EventFeed, EventStreamSettings } from './event-stream.ts';
import type { ResponseHead } from './response-head.ts';

const NO_EVENTS: readonly ServerSentEvent[] = [];
const END: IteratorReturnResult<void> = { done: true, value: undefined };

/** Content that comes piece by piece, waited for or not. */
export type EventContent = AsyncIterator<Uint8Array, void> | Iterator<Uint8Array, void>;

/** The events of one response. */
export class ResponseEvents<R extends ResponseHead> implements EventFeed<R> {
  readonly response: R;
  readonly #content: EventContent;
  readonly #parser: EventStreamParser;
  /** Events that are there already, and how many of them have been given. */
  #events: readonly ServerSentEvent[] = NO_EVENTS;
  #given = 0;
  #lastEventId: string;
  /** The content has ended, or is not wanted any more. */
  #isOver = false;

  /**
   * @param content of the response, content codings undone
   * @param lastEventId the id that the stream goes on from
   */
  constructor(
    response: R,
    content: EventContent,
    { maxEventBytes, maxLineBytes, onComment }: EventStreamSettings,
    lastEventId = '',
  ) {
    this.response = response;
    this.#content = content;
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

  take(): ServerSentEvent | null {
    if (this.#given >= this.#events.length) return null;
    const event = this.#events[this.#given++]!;
    this.#lastEventId = event.id;
    return event;
  }

  *read(): Steps<ServerSentEvent | null> {
    let event: ServerSentEvent | null | undefined;
    do event = this.accept(yield this.ask());
    while (event === undefined);
    return event;
  }

  /** Asks for the next piece of the content, which may have to be waited for. With {@link accept}, the steps of a read. */
  ask(): unknown {
    this.#parser.check();
    return this.#isOver ? END : this.#content.next();
  }

  /** Takes the piece that was asked for: gives an event, null at the end, undefined if there has to be another piece. */
  accept(piece: unknown): ServerSentEvent | null | undefined {
    const { done, value } = piece as IteratorResult<Uint8Array, void>;
    if (done === true) return this.#end();
    const events = this.#parser.push(value);
    // The function for comments may have closed it.
    if (this.#isOver) return null;
    this.#events = events;
    this.#given = 0;
    return events.length === 0 ? undefined : this.take();
  }

  *close(): Steps<void> {
    this.#events = NO_EVENTS;
    this.#given = 0;
    if (this.#isOver) return;
    this.#isOver = true;
    yield this.#content.return?.();
  }

  #end(): null {
    this.#isOver = true;
    return null;
  }
}

/**
 * Refuses a response whose media type is another one than `text/event-stream`.
 *
 * @throws EventStreamError
 */
export function checkEventResponse(response: ResponseHead, anyContentType: boolean): void {
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

function failFor(response: ResponseHead): Fail {
  return (reason, code, cause) => {
    const request = response.context.request ?? undefined;
    return code === 'ERR_CONTENT_LIMIT'
      ? new EventStreamError({ reason, code, cause, request })
      : new DecodingError({ reason, code, cause, request });
  };
}
