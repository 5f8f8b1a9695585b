/** The version of the records that cross to and from the thread of I/O. */
export const WIRE_ABI = 4;

/** What the addon exports for the wire engine. */
export interface WireHost {
  /** The version of the records that it speaks. */
  readonly wireAbi: () => number;
  /** Starts an engine; `onReady` is called once there is something to drain, and again only after that was done. */
  readonly wireOpen: (onReady: () => void) => number;
  /** Hands over the first `length` octets of `commands`. */
  readonly wireSubmit: (engine: number, commands: Uint8Array, length: number) => void;
  /** Moves records to `place`; gives twice the number of octets, and one more if there are more. */
  readonly wireDrain: (engine: number, place: Uint8Array) => number;
  /** Moves a piece of body to `place`, which must have its size; one of another size is dropped. */
  readonly wireTake: (engine: number, key: number, place: Uint8Array) => boolean;
  /**
   * Gives the body that a connection receives the memory where it belongs, of its length. The thread of I/O writes there
   * until the exchange has ended, or else until the event `closed`: until then somebody must keep it.
   */
  readonly wirePlace: (engine: number, id: number, place: Uint8Array) => void;
  /**
   * Makes a configuration of TLS; gives its number.
   *
   * @throws Error if it cannot be made
   */
  readonly wireTls: (options: HostTLSOptions) => number;
  /** Forgets a configuration. */
  readonly wireTlsDrop: (id: number) => void;
  /** Why the engine works no more. */
  readonly wireFailure: (engine: number) => string | null;
  /** Ends an engine with all its connections. */
  readonly wireClose: (engine: number) => void;
}

/** How TLS is made, in the terms of the engine. */
interface HostTLSOptions {
  /** PEM */
  readonly authorities: string;
  /** Authorities that cannot be used are left out. */
  readonly isLenient: boolean;
  /** Certificates of the client, as PEM; empty if there are none. */
  readonly chain: string;
  /** The key of the client, as PKCS #8. */
  readonly key?: Uint8Array;
  readonly mustTrust: boolean;
  readonly hasTls12: boolean;
  readonly hasTls13: boolean;
  /** Names of rustls, with commas between them; empty for all. */
  readonly ciphers: string;
  /** File for secrets; empty: none. */
  readonly keyLog: string;
}

export function isWireHost(host: object): host is WireHost {
  return 'wireAbi' in host && typeof host.wireAbi === 'function';
}
