/**
 * The client that blocks. It is the client of `ternhttp` with the same options, rules and errors; requests are carried
 * by a worker thread while the calling thread sleeps.
 */
export { SyncClient } from './sync/sync-client.ts';
export { del, get, head, options, patch, post, put, query, request, stream } from './sync/one-shot.ts';
export type { BodilessSyncOneShotOptions, SyncOneShotOptions } from './sync/one-shot.ts';
export type {
  BodilessSyncRequestOptions,
  SyncAuth,
  SyncAuthInit,
  SyncClientOptions,
  SyncHooks,
  SyncMiddleware,
  SyncNext,
  SyncRedirectInit,
  SyncRedirectPolicy,
  SyncRequestOptions,
  SyncSendOptions,
  SyncSSEOptions,
} from './sync/sync-options.ts';
export { SyncEventStream } from './sync/sync-event-stream.ts';
export { SyncHTTPTransport } from './sync/sync-http-transport.ts';
export { SyncStreamResponse } from './sync/sync-stream-response.ts';
export type { SyncStreamResponseInit } from './sync/sync-stream-response.ts';
export type { SyncTransport, SyncTransportContext, SyncTransportLike } from './sync/sync-transport.ts';
