import type { Channel } from 'node:diagnostics_channel';
import type { Redaction } from '../models/redaction.ts';
import { type Trace, type TraceEvent, Tracer } from '../models/trace.ts';

/** Where a client writes what it does. `console` is one. */
export interface Logger {
  /** Called once for each response: `HTTP Request: GET https://example.com/ "HTTP/1.1 200 OK"`. */
  info(message: string): void;
  /** Called for every trace event. */
  debug(message: string): void;
}

/** Names of the `diagnostics_channel`s on which trace events are published, by the group of the event; steps with a proxy are on `connection`. */
export const DIAGNOSTICS_CHANNELS = {
  client: 'ternhttp:client',
  pool: 'ternhttp:pool',
  connection: 'ternhttp:connection',
  http11: 'ternhttp:http11',
  http2: 'ternhttp:http2',
} as const;

let channels: Record<string, Channel> | null = null;
let requestId = 0;

/**
 * The tracer of a request, or null if nobody listens: then nothing is built for events that nobody sees.
 *
 * @param own the callback of the client
 * @param extra the callback of the request
 * @param id the number of the request, if it has one already
 */
export function createTracer(
  redaction: Redaction,
  logger: Logger | null,
  own: Trace | undefined,
  extra: Trace | undefined,
  id?: number,
): Tracer | null {
  const isPublic = hasSubscribers();
  if (logger === null && own === undefined && extra === undefined && !isPublic) return null;
  const listeners: Trace[] = [];
  if (own !== undefined) listeners.push(own);
  if (extra !== undefined) listeners.push(extra);
  if (logger !== null) listeners.push((event) => logger.debug(formatEvent(event)));
  if (isPublic) listeners.push(publish);
  return new Tracer(id ?? ++requestId, redaction, listeners);
}

/** The logger that `NODE_DEBUG=ternhttp` asks for. */
export function debugLogger(): Logger | null {
  if (!/\bternhttp\b/i.test(process.env['NODE_DEBUG'] ?? '')) return null;
  const log = process.getBuiltinModule('node:util').debuglog('ternhttp');
  return { info: (message) => log('%s', message), debug: (message) => log('%s', message) };
}

/** An event as one line of text. */
export function formatEvent({ name, requestId: id, info }: TraceEvent): string {
  const details = Object.entries(info).map(([key, value]) => `${key}=${formatValue(value)}`);
  return [`[${id}]`, name, ...details].join(' ');
}

function formatValue(value: unknown): string {
  if (value instanceof Error) return value.message;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Programs throw what they like: it may have cycles, or numbers that JSON does not know.
    return Object.prototype.toString.call(value);
  }
}

function hasSubscribers(): boolean {
  channels ??= openChannels();
  return (
    channels['client']!.hasSubscribers ||
    channels['pool']!.hasSubscribers ||
    channels['connection']!.hasSubscribers ||
    channels['http11']!.hasSubscribers ||
    channels['http2']!.hasSubscribers
  );
}

function openChannels(): Record<string, Channel> {
  const { channel } = process.getBuiltinModule('node:diagnostics_channel');
  return Object.fromEntries(
    Object.entries(DIAGNOSTICS_CHANNELS).map(([group, name]) => [group, channel(name)]),
  );
}

function publish(event: TraceEvent): void {
  const group = event.name.slice(0, event.name.indexOf('.'));
  // What is said to a proxy on the way is a part of connecting.
  (channels![group] ?? channels!['connection']!).publish(event);
}
