/** One behaviour switched off in the source, and the cases that must notice. */
export interface Sabotage {
  /** What is switched off. */
  readonly name: string;
  /** File below `src`. */
  readonly file: string;
  /** Text that stands in it exactly once. */
  readonly find: string;
  /** What takes its place. */
  readonly replace: string;
  /** Ids of cases, or beginnings of ids, of which at least one must fail. */
  readonly cases: readonly string[];
  /** The client that blocks has to notice, and not the one that waits. */
  readonly column?: 'sync';
}
