/** The version of the records that cross to and from the thread of I/O. */
export const WIRE_ABI = 1;

/** What the addon exports for the wire engine. */
export interface WireHost {
  /** The version of the records that it speaks. */
  readonly wireAbi: () => number;
  /** Starts an engine; `onReady` is called once there is something to drain, and again only after that was done. */
  readonly wireOpen: (onReady: () => void) => number;
  /** Hands over the first `length` octets of `commands`. */
  readonly wireSubmit: (engine: number, commands: Uint8Array, length: number) => void;
  /** Moves records to `place` from `start` on; gives twice the number of octets, and one more if there are more. */
  readonly wireDrain: (engine: number, place: Uint8Array, start: number) => number;
  /** Moves a piece of body to `place`, which must have its size; one of another size is dropped. */
  readonly wireTake: (engine: number, key: number, place: Uint8Array) => boolean;
  /** Why the engine works no more. */
  readonly wireFailure: (engine: number) => string | null;
  /** Ends an engine with all its connections. */
  readonly wireClose: (engine: number) => void;
}

export function isWireHost(host: object): host is WireHost {
  return 'wireAbi' in host && typeof host.wireAbi === 'function';
}
