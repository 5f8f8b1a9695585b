import type { HTTPErrorInit } from './http-error.ts';
import { RequestError } from './request-error.ts';
import { brand } from './tern-error.ts';

/**
 * A response is no stream of server-sent events that can be used: its media type or status says so
 * (`ERR_EVENT_STREAM`), or a line or an event is longer than allowed (`ERR_CONTENT_LIMIT`).
 *
 * @example
 * ```ts
 * import { Client, EventStreamError, MockTransport, Response } from 'ternhttp';
 *
 * const client = new Client({ transport: new MockTransport(() => new Response(200, { text: 'hello' })) });
 * const error: unknown = await client.sse('https://example.com/').catch((reason: unknown) => reason);
 * if (error instanceof EventStreamError) console.log(error.code); // 'ERR_EVENT_STREAM'
 * ```
 */
export class EventStreamError extends RequestError {
  constructor(init: HTTPErrorInit) {
    super(init, { code: 'ERR_EVENT_STREAM', phase: 'decode' });
  }

  static {
    brand(EventStreamError, 'EventStreamError');
  }
}
