export { UndiciTransport } from './undici/undici-transport.ts';
export type { UndiciTransportOptions } from './undici/undici-transport.ts';
export type { DispatcherLike } from './undici/dispatcher-like.ts';
export { toDispatcher } from './undici/to-dispatcher.ts';
export type { ToDispatcherOptions } from './undici/to-dispatcher.ts';
