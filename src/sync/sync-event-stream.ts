import type { ServerSentEvent } from '../body/server-sent-event.ts';
import { runSync } from '../body/steps.ts';
import type { EventFeed } from '../message/event-stream.ts';
import { inspectAs } from '../models/inspect.ts';
import { SyncGenerator } from './sync-generator.ts';
import type { SyncStreamResponse } from './sync-stream-response.ts';

/**
 * Server-sent events, one after another, of a client that blocks: the thread sleeps until the next one is there. It holds
 * a connection until it has ended: leave the loop, {@link close} it, or bind it with `using`. What is not taken is not
 * read: a slow reader slows the server down.
 *
 * @example
 * ```ts
 * import { MockTransport, Response } from 'ternhttp';
 * import { SyncClient } from 'ternhttp/sync';
 *
 * const headers = { 'Content-Type': 'text/event-stream' };
 * const transport = new MockTransport(() => new Response(200, { headers, content: 'id: 1\ndata: hi\n\n' }));
 * const events = new SyncClient({ transport }).sse('https://example.com/', { reconnect: false });
 * for (const event of events) console.log(event.data); // 'hi'
 * console.log(events.lastEventId); // '1'
 * ```
 */
export class SyncEventStream implements Iterable<ServerSentEvent>, Disposable {
  readonly #feed: EventFeed<SyncStreamResponse>;
  readonly #events: SyncGenerator<ServerSentEvent>;

  /** @internal */
  constructor(feed: EventFeed<SyncStreamResponse>) {
    this.#feed = feed;
    this.#events = new SyncGenerator({
      pull: () => feed.take() ?? runSync(feed.read()),
      close: () => runSync(feed.close()),
    });
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
  get response(): SyncStreamResponse {
    return this.#feed.response;
  }

  /** The next event. Blocks until it is there, also while the stream is opened again. */
  next(): IteratorResult<ServerSentEvent, void> {
    return this.#events.next();
  }

  /** Wants no more events: the connection is closed. */
  close(): void {
    this.#events.return();
  }

  [Symbol.iterator](): Generator<ServerSentEvent, void, void> {
    return this.#events;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  static {
    inspectAs(
      this,
      ({ lastEventId, retry }, inspect) => `SyncEventStream ${inspect({ lastEventId, retry })}`,
    );
  }
}
