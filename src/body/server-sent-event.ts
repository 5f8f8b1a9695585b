import { inspectAs } from '../models/inspect.ts';
import { type Fail, failWithoutRequest } from './fail.ts';
import { findJSONFault } from './json-syntax.ts';
import { describeJSONFault, type Reviver } from './parse-json.ts';

/**
 * One event of a stream of server-sent events.
 *
 * @example
 * ```ts
 * import { StreamResponse } from 'ternhttp';
 *
 * const headers = { 'Content-Type': 'text/event-stream' };
 * const response = new StreamResponse(200, { headers, body: 'event: add\nid: 7\ndata: {"n": 1}\n\n' });
 * for await (const event of response.events()) console.log(event.event, event.id, event.json()); // add 7 { n: 1 }
 * ```
 */
export class ServerSentEvent {
  /** Type of the event; `message` unless the server names another one. */
  readonly event: string;
  /** The data lines, joined by line feeds. */
  readonly data: string;
  /** The last event id at this point of the stream, which may have come with an earlier event; empty if there was none. */
  readonly id: string;
  /** The reconnection time in milliseconds that came with this event, or null. */
  readonly retry: number | null;
  readonly #fail: Fail;

  constructor(
    event: string,
    data: string,
    id: string = '',
    retry: number | null = null,
    fail: Fail = failWithoutRequest,
  ) {
    this.event = event;
    this.data = data;
    this.id = id;
    this.retry = retry;
    this.#fail = fail;
  }

  /**
   * The data as JSON.
   *
   * @throws DecodingError (`ERR_INVALID_JSON`) if it is none; what the reviver throws comes through
   */
  json<T = unknown>(reviver?: Reviver): T {
    try {
      return JSON.parse(this.data, reviver) as T;
    } catch (error) {
      const fault = findJSONFault(this.data);
      if (fault === null) throw error; // The reviver threw.
      const reason = `the data of an event is no valid JSON: ${describeJSONFault(fault, this.data)}`;
      throw this.#fail(reason, 'ERR_INVALID_JSON');
    }
  }

  toString(): string {
    return `<ServerSentEvent ${this.event}${this.id === '' ? '' : ` id=${this.id}`} ${this.data.length} characters>`;
  }

  static {
    inspectAs(this, (event, inspect) => {
      const { event: type, data, id, retry } = event;
      return `ServerSentEvent ${inspect({ event: type, data, id, retry })}`;
    });
  }
}
