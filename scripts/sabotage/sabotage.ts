import type { TextSabotage } from './text-sabotage.ts';

/** One behaviour switched off in a file below `src`, and the cases that must notice. */
export interface Sabotage extends TextSabotage {
  /** Ids of cases, or beginnings of ids, of which at least one must fail. */
  readonly cases: readonly string[];
  /** The client that blocks has to notice, and not the one that waits. */
  readonly column?: 'sync';
}
