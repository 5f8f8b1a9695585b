import type { Response } from '../message/response.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { HTTPTransport } from '../transport/http-transport.ts';
import type { Transport } from '../transport/transport.ts';
import type { ClientKind } from './client-kind.ts';
import { checkTransport } from './config.ts';
import type { BodilessRequestOptions, ClientOptions, RequestOptions, SendOptions } from './options.ts';
import { AsyncMode } from './send-mode.ts';

/** The types of the client that waits. */
export interface Waiting {
  readonly transport: Transport;
  readonly streamed: StreamResponse;
  readonly whole: Promise<Response>;
  readonly stream: Promise<StreamResponse>;
  readonly clientOptions: ClientOptions;
  readonly requestOptions: RequestOptions;
  readonly bodilessOptions: BodilessRequestOptions;
  readonly sendOptions: SendOptions;
}

/** The client that waits. */
export const WAITING: ClientKind<Transport, StreamResponse> = {
  open: (options) => new HTTPTransport(options),
  checkTransport,
  network: (transport) => (transport instanceof HTTPTransport ? transport : null),
  mode: (transport, mounts, pauses) => new AsyncMode(transport, mounts, pauses),
};
