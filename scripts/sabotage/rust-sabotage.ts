import type { TextSabotage } from './text-sabotage.ts';

/** A file of tests that judges the addon, built from the sabotaged sources. */
export const CODEC = 'conformance/wire/codec.test.ts';

/** One behaviour of the wire in Rust switched off, in a file below `accel/crates/wire/src`. */
export interface RustSabotage extends TextSabotage {
  /** What must go red: a test of cargo by its path, or {@link CODEC}. */
  readonly test: string;
}
