import { type EventStreamLimits, resolveEventStreamLimits } from '../body/event-stream-parser.ts';
import { type OnError, type Puller, PullGenerator } from '../body/pull-generator.ts';
import type { ServerSentEvent } from '../body/server-sent-event.ts';
import { runAsync, type Steps } from '../body/steps.ts';
import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { checkKeys } from '../models/check-keys.ts';
import { inspectAs } from '../models/inspect.ts';
import type { StreamResponse } from './stream-response.ts';

/** How a stream of events is read. */
export interface EventStreamOptions {
  /** Octets of one line, its end not counted; 8 MiB by default. */
  readonly maxLineBytes?: number | undefined;
  /** Octets of the lines of one event together; 16 MiB by default. */
  readonly maxEventBytes?: number | undefined;
  /** Takes the content for events whatever its `Content-Type` says. */
  readonly anyContentType?: boolean | undefined;
  /** Called with the text of each comment; servers send them to keep a connection alive. */
  readonly onComment?: ((text: string) => void) | undefined;
}

/** Options of which none is left open. */
export interface EventStreamSettings extends EventStreamLimits {
  readonly anyContentType: boolean;
  readonly onComment: ((text: string) => void) | undefined;
}

export const EVENT_STREAM_OPTIONS: readonly (keyof EventStreamOptions)[] = [
  'anyContentType',
  'maxEventBytes',
  'maxLineBytes',
  'onComment',
];

/** Where a stream of events, one that waits or one that blocks, gets its events from: one response, or one after another. */
export interface EventFeed<R> {
  readonly lastEventId: string;
  /** Reconnection time that the server asked for, in milliseconds. */
  readonly retry: number | null;
  /** The response that events come from, or came from last. */
  readonly response: R;
  /** An event that is there already, so that not each of them has to be waited for; null if there is none. */
  take(): ServerSentEvent | null;
  /** The next event once none is there; null at the end. */
  read(): Steps<ServerSentEvent | null>;
  /** Releases everything, also during {@link read}. */
  close(): Steps<void>;
}

/**
 * Server-sent events, one after another. It holds a connection until it has ended: leave the loop, {@link close} it,
 * or bind it with `await using`. What is not taken is not read: a slow reader slows the server down.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, StreamResponse } from 'ternhttp';
 *
 * const headers = { 'Content-Type': 'text/event-stream' };
 * const transport = new MockTransport(() => new StreamResponse(200, { headers, body: 'id: 1\ndata: hi\n\n' }));
 * const events = await new Client({ transport }).sse('https://example.com/', { reconnect: false });
 * for await (const event of events) console.log(event.data); // 'hi'
 * console.log(events.lastEventId); // '1'
 * ```
 */
export class EventStream implements AsyncIterable<ServerSentEvent>, AsyncDisposable {
  readonly #feed: EventFeed<StreamResponse>;
  readonly #events: PullGenerator<ServerSentEvent>;

  /** @internal */
  constructor(feed: EventFeed<StreamResponse>, onError?: OnError) {
    this.#feed = feed;
    const puller: Puller<ServerSentEvent> = {
      pull: () => feed.take() ?? runAsync(feed.read()),
      close: () => runAsync(feed.close()),
    };
    this.#events = new PullGenerator(puller, onError);
  }

  /** The id that would be sent to go on from here; empty if there was none. */
  get lastEventId(): string {
    return this.#feed.lastEventId;
  }

  /** Milliseconds after which the server wants to be asked again; null if it has not said. */
  get retry(): number | null {
    return this.#feed.retry;
  }

  /** The response that events come from, or came from last. */
  get response(): StreamResponse {
    return this.#feed.response;
  }

  /** The next event. */
  next(): Promise<IteratorResult<ServerSentEvent, void>> {
    return this.#events.next();
  }

  /** Wants no more events: whoever waits for one learns that there are none, and the connection is closed. */
  async close(): Promise<void> {
    await this.#events.return();
  }

  [Symbol.asyncIterator](): AsyncGenerator<ServerSentEvent, void, void> {
    return this.#events;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  static {
    inspectAs(this, ({ lastEventId, retry }, inspect) => `EventStream ${inspect({ lastEventId, retry })}`);
  }
}

/**
 * Complete settings.
 *
 * @throws InvalidArgument for an option that does not exist or does not fit
 */
export function resolveEventStreamOptions(options: EventStreamOptions): EventStreamSettings {
  if (typeof options !== 'object' || options === null)
    throw new InvalidArgument(`'options' must be an object, not ${describeValue(options)}.`);
  checkKeys('options', options, EVENT_STREAM_OPTIONS);
  const { anyContentType = false, onComment, maxLineBytes, maxEventBytes } = options;
  if (typeof anyContentType !== 'boolean')
    throw new InvalidArgument(
      `'anyContentType' must be true or false, not ${describeValue(anyContentType)}.`,
    );
  if (onComment !== undefined && typeof onComment !== 'function')
    throw new InvalidArgument(`'onComment' must be a function, not ${describeValue(onComment)}.`);
  const limits = resolveEventStreamLimits({
    ...(maxLineBytes === undefined ? {} : { maxLineBytes }),
    ...(maxEventBytes === undefined ? {} : { maxEventBytes }),
  });
  return { ...limits, anyContentType, onComment };
}
