import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { Request } from '../message/request.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import type { RetryEvent } from '../transport/transport.ts';

/** A redirect is about to be followed. */
export interface RedirectEvent {
  readonly request: Request;
  readonly response: StreamResponse;
}

/**
 * Functions that are called along the way of a request, in order; each is awaited. What one throws ends the request.
 */
export interface Hooks {
  /** Before each request goes to the transport: every hop, every auth round. May return another request to send. */
  readonly request: readonly ((request: Request) => Promise<Request | void> | Request | void)[];
  /** When the head of each response is there. The content has not been read; `response.read()` reads it. */
  readonly response: readonly ((response: StreamResponse) => Promise<void> | void)[];
  /** Before a redirect is followed; not if that would be one too many. */
  readonly redirect: readonly ((event: RedirectEvent) => Promise<void> | void)[];
  /** Before a request is sent again: on another connection, because a dead one had it, or because the policy of retries asks for it. */
  readonly retry: readonly ((event: RetryEvent) => Promise<void> | void)[];
  /** When a request fails for good. May return, or throw, another error in its place. */
  readonly error: readonly ((error: unknown) => unknown)[];
}

/** Hooks to call; a kind that is left out has none. */
export type HooksInit = { readonly [K in keyof Hooks]?: Hooks[K] };

/** Hooks, and more behind them. */
export function mergeHooks(own: Hooks, more: Hooks): Hooks {
  const kinds = Object.keys(own) as (keyof Hooks)[];
  return Object.fromEntries(kinds.map((kind) => [kind, [...own[kind], ...more[kind]]])) as unknown as Hooks;
}

const KINDS = ['request', 'response', 'redirect', 'retry', 'error'] as const;

/**
 * Complete lists of hooks.
 *
 * @throws InvalidArgument for a kind that does not exist, or what is not a list of functions
 */
export function resolveHooks(init: HooksInit | null | undefined): Hooks {
  const hooks: Record<keyof Hooks, readonly never[]> = {
    request: [],
    response: [],
    redirect: [],
    retry: [],
    error: [],
  };
  for (const kind of Object.keys(init ?? {}) as (keyof Hooks)[]) {
    if (!KINDS.includes(kind))
      throw new InvalidArgument(`'hooks.${kind}' does not exist; there are ${KINDS.join(', ')}.`);
    const list: unknown = init![kind] ?? [];
    if (!Array.isArray(list) || list.some((hook) => typeof hook !== 'function')) {
      throw new InvalidArgument(`'hooks.${kind}' must be a list of functions.`);
    }
    hooks[kind] = [...list] as never[];
  }
  return hooks;
}
