import type { BackendReport } from '../backends/select.ts';
import type { HTTPTransportOptions } from '../transport/http-transport.ts';
import type { Mounts } from '../transport/mounts.ts';
import type { PoolStats } from '../transport/pool-stats.ts';
import type { Pauses } from './pause.ts';
import type { EventResponse } from './reconnecting-events.ts';
import type { SendMode, Streamed } from './send-mode.ts';

/** The types in which kinds of client differ. */
export interface ClientShape {
  readonly transport: object;
  /** A response whose content may still be on its way. */
  readonly streamed: EventResponse;
  /** What a request for a whole response returns. */
  readonly whole: unknown;
  /** What a request for a streamed response returns. */
  readonly stream: unknown;
  readonly clientOptions: object;
  readonly requestOptions: object;
  readonly bodilessOptions: object;
  readonly sendOptions: object;
}

/** What a kind of client (one that waits, one that blocks) uses for transports. */
export interface ClientKind<T extends object, R extends Streamed> {
  /** Opens the built-in transport. */
  open(options: HTTPTransportOptions): T;
  /** @throws InvalidArgument, UnsupportedOption if that is no transport for this kind of client */
  readonly checkTransport: (name: string, transport: unknown) => void;
  /** The transport as the built-in one; null if it is another one. */
  network(transport: T): { readonly backend: BackendReport; readonly stats: PoolStats } | null;
  mode(transport: T, mounts: Mounts<T>, pauses: Pauses): SendMode<R>;
}

/** What a client takes over from the one that it extends. */
export interface Inherited<T extends object> {
  /** Name, value, name, value. */
  readonly fields: readonly string[];
  /** Those of the one that is extended; closing them is up to it. */
  readonly transports: ReadonlySet<T>;
  /** Absent if the client needs a transport of its own. */
  readonly transport?: T;
}
