import type { HTTP2Settings } from '../models/http2-options.ts';
import type { Connection, ConnectionMeta, ParserLimits } from './contract.ts';
import type { Carriage } from './open-connection.ts';

/** What a connection of HTTP/2 begins with. */
export interface HTTP2Start {
  readonly meta: ConnectionMeta;
  readonly settings: HTTP2Settings;
  readonly limits: ParserLimits;
  readonly scheme: 'http' | 'https';
  /** What requests without `Host` are for. */
  readonly authority: string;
}

/** Begins HTTP/2 on a connection by the means of an engine, and says so to who traces. */
export function beginHTTP2<C extends Connection>(
  { route, config, control }: Carriage,
  meta: ConnectionMeta,
  begin: (start: HTTP2Start) => C,
): C {
  const { hostname, port, secure } = route;
  const { tracer } = control;
  const settings = config.http2!;
  const { streamWindow, connectionWindow, maxFrameSize, headerTableSize } = settings;
  tracer?.emit('http2.send_connection_init.started', {
    settings: { streamWindow, connectionWindow, maxFrameSize, headerTableSize },
  });
  const scheme = secure ? 'https' : 'http';
  const host = hostname.includes(':') ? `[${hostname}]` : hostname;
  const authority = port === (secure ? 443 : 80) ? host : `${host}:${port}`;
  const connection = begin({ meta, settings, limits: config.parser, scheme, authority });
  tracer?.emit('http2.send_connection_init.complete', { connection: meta.id });
  return connection;
}
