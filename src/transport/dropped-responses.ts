/** What has to be let go of when nobody can ask for it any more. */
export interface Droppable {
  cancel(): void;
}

const dropped = new FinalizationRegistry<Droppable>((source) => source.cancel());

/**
 * Cancels `source` once `response` has been collected as garbage. A streamed response that is forgotten would
 * otherwise keep its connection for good: with its buffer full, not even a timeout applies.
 *
 * @param token by which {@link keepWhenDropped} revokes it
 */
export function cancelWhenDropped(response: object, source: Droppable, token: object): void {
  dropped.register(response, source, token);
}

/** The response has ended, or something else keeps the connection now. */
export function keepWhenDropped(token: object): void {
  dropped.unregister(token);
}
