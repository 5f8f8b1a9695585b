import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import {
  EVENT_STREAM_OPTIONS,
  type EventStreamOptions,
  type EventStreamSettings,
  resolveEventStreamOptions,
} from '../message/event-stream.ts';
import { sameName } from '../models/field-syntax.ts';
import { eachField, type FieldValue } from '../models/headers.ts';
import type { Timeout } from '../models/timeout.ts';
import type { RequestHeadersInit, RequestOptions } from './options.ts';
import { type ReconnectInit, type ReconnectPolicy, resolveReconnect } from './reconnect-policy.ts';

/** What can be said about a stream of events besides what a request and the reading of one response take. */
export interface SSEOwnOptions {
  /** GET by default, POST with a body. */
  readonly method?: string | undefined;
  /** Where an earlier stream had come to; sent as `Last-Event-ID`. */
  readonly lastEventId?: string | undefined;
  /**
   * Whether, and how, the stream is opened again when it ends or breaks. By default for GET without a body, and not
   * for anything else: an answer to a question ends by itself.
   */
  readonly reconnect?: ReconnectInit | undefined;
}

/** Everything that can be said about a stream of events. */
export type SSEOptions = RequestOptions & EventStreamOptions & SSEOwnOptions;

/** How a stream of events is opened, with nothing left open. */
export interface SSESettings {
  readonly method: string;
  /** What goes to every request; the headers come on top. */
  readonly request: RequestOptions;
  readonly headers: RequestHeadersInit | undefined;
  readonly lastEventId: string;
  readonly reconnect: ReconnectPolicy | null;
  readonly stream: EventStreamSettings;
}

/** The fields of a browser's EventSource. */
const FIELDS: readonly (readonly [name: string, value: string])[] = [
  ['Accept', 'text/event-stream'],
  ['Cache-Control', 'no-cache'],
];
const BODIES = ['content', 'form', 'json', 'multipart'] as const;

/**
 * Complete settings.
 *
 * @param timeout the limits of the client
 * @throws InvalidArgument for an option that does not fit
 */
export function resolveSSE(options: SSEOptions, timeout: Timeout): SSESettings {
  if (typeof options !== 'object' || options === null)
    throw new InvalidArgument(`The options of sse() must be an object, not ${describeValue(options)}.`);
  const { method, lastEventId = '', reconnect, headers, ...others } = options;
  if (typeof lastEventId !== 'string')
    throw new InvalidArgument(`'lastEventId' must be a string, not ${describeValue(lastEventId)}.`);
  const request: Record<string, unknown> = { ...others };
  const stream: Record<string, unknown> = {};
  for (const name of EVENT_STREAM_OPTIONS) {
    if (request[name] !== undefined) stream[name] = request[name];
    delete request[name];
  }
  // Between two events there may be hours: what limits other reads must not end a stream, unless it is said here.
  const { firstByte, read } = timeout;
  request['timeout'] = limitsFor(options, firstByte ?? read);
  const hasBody = BODIES.some((name) => options[name] !== undefined);
  const verb = method ?? (hasBody ? 'POST' : 'GET');
  return {
    method: verb,
    request,
    headers,
    lastEventId,
    reconnect: resolveReconnect(reconnect ?? (!hasBody && verb === 'GET')),
    stream: resolveEventStreamOptions(stream),
  };
}

function limitsFor({ timeout }: SSEOptions, firstByte: number | null): RequestOptions['timeout'] {
  if (timeout === undefined) return { firstByte, read: null };
  if (timeout === null || typeof timeout === 'number') return timeout;
  return { firstByte, read: null, ...timeout };
}

/** The fields of the caller, those that belong to such a stream unless he gave others, and where to go on. */
export function eventStreamFields(
  own: RequestHeadersInit | undefined,
  lastEventId: string,
): RequestHeadersInit {
  const given: [name: string, value: FieldValue | null][] = [];
  if (own !== undefined)
    eachField(own as Parameters<typeof eachField>[0], (name, value) => void given.push([name, value]));
  const isGiven = (name: string): boolean => given.some(([other]) => sameName(name, other));
  const fields = FIELDS.filter(([name]) => !isGiven(name));
  const kept = lastEventId === '' ? given : given.filter(([name]) => !sameName(name, 'last-event-id'));
  // The standard has the id in UTF-8, which fields of text do not carry.
  const id = Buffer.from(lastEventId, 'utf8');
  const all = [...fields, ...kept, ...(lastEventId === '' ? [] : [['Last-Event-ID', id] as const])];
  return all as Iterable<readonly [name: string, value: FieldValue]>;
}
