/** One step of a decoding pipeline. The step behind it pulls; nothing is produced that nobody asked for. */
export interface Stage {
  /** The next octets, at least one, or null at the end; null again after null. One call at a time. */
  read(): Promise<Uint8Array | null>;
  /** Lets go of everything held, also while `read()` is pending, whose result is then of no use. Idempotent. */
  destroy(): void;
}
