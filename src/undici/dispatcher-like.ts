/**
 * What is needed of an undici dispatcher (`Agent`, `Pool`, `Client`, `ProxyAgent`, `MockAgent`, one with composed
 * interceptors), of any version that speaks the same contract. No type of undici is named, so that it need not be the
 * version that this library depends on.
 */
export interface DispatcherLike {
  /** Sends a request and reports to the handler. False: it is busy, and requests that follow will wait. */
  dispatch(options: object, handler: object): boolean;
  /** Waits for what is under way and closes the connections. */
  close?(): Promise<void>;
  /** Closes the connections; what is under way fails. */
  destroy?(): Promise<void>;
}

/** How a request that is under way is held up, continued and given up; undici calls it a controller. */
export interface DispatchControl {
  /** The fields as received: name, value, name, value. Absent, null or of another shape for some dispatchers. */
  readonly rawHeaders?: unknown;
  readonly rawTrailers?: unknown;
  abort(reason: Error): void;
  pause(): void;
  resume(): void;
}
