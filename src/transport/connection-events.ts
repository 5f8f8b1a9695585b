import type { Channel } from 'node:diagnostics_channel';
import type { TraceEvent } from '../models/trace.ts';

let channel: Channel | null = null;

/**
 * Publishes that the pool has closed a connection while it was idle, or to make room: no request has a part in it, so
 * only the diagnostics channel of connections tells it.
 */
export function publishClose(connection: number, origin: string): void {
  channel ??= process.getBuiltinModule('node:diagnostics_channel').channel('ternhttp:connection');
  if (!channel.hasSubscribers) return;
  const event: TraceEvent = {
    name: 'connection.close',
    time: performance.now(),
    requestId: 0,
    info: { connection, origin },
  };
  channel.publish(event);
}
