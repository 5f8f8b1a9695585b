/** A signal that is aborted with the first of two, until it is released. */
export interface JoinedSignal {
  readonly signal: AbortSignal;
  readonly release: () => void;
}

/**
 * Joins the signal of a request with that of its client. `AbortSignal.any` would do, but a signal that lives long keeps
 * an entry for each one that was ever made of it.
 */
export function joinSignals(own: AbortSignal, shared: AbortSignal): JoinedSignal {
  const controller = new AbortController();
  const onOwn = (): void => controller.abort(own.reason);
  const onShared = (): void => controller.abort(shared.reason);
  own.addEventListener('abort', onOwn, { once: true });
  shared.addEventListener('abort', onShared, { once: true });
  if (own.aborted) onOwn();
  else if (shared.aborted) onShared();
  return {
    signal: controller.signal,
    release() {
      own.removeEventListener('abort', onOwn);
      shared.removeEventListener('abort', onShared);
    },
  };
}
