/** A row of the table that the library does not fulfil yet. */
export interface NotYet {
  readonly row: string;
  /** What is missing. */
  readonly reason: string;
}

/** The rows without a case, with the reason. A row leaves this list when its first case passes. */
export const notYet: readonly NotYet[] = [];
