/** A row of the table that the library does not fulfil yet. */
export interface NotYet {
  readonly row: string;
  /** What is missing. */
  readonly reason: string;
}

/** The rows without a case, with the reason. A row leaves this list when its first case passes. */
export const notYet: readonly NotYet[] = [...all('HTTP/2 is not supported yet', ...numbered('H2', 12))];

function all(reason: string, ...rows: readonly string[]): NotYet[] {
  return rows.map((row) => ({ row, reason }));
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1).padStart(2, '0')}`);
}
