/** A row of the table that the library does not fulfil yet. */
export interface NotYet {
  readonly row: string;
  /** What is missing. */
  readonly reason: string;
}

/** The rows without a case, with the reason. A row leaves this list when its first case passes. */
export const notYet: readonly NotYet[] = [
  ...all('netrc files are not read yet', 'AU-11'),
  ...all('proxies are not supported yet', 'AU-12', ...numbered('PX', 22), 'EX-10', 'EX-11', 'TM-12'),
  ...all('Digest authentication is not supported yet', ...numbered('DG', 16)),
  ...all('connection retries are not supported yet', 'NW-03', 'XT-06'),
  ...all('there is no in-process application transport yet', 'TR-06', 'TR-07'),
];

function all(reason: string, ...rows: readonly string[]): NotYet[] {
  return rows.map((row) => ({ row, reason }));
}

function numbered(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1).padStart(2, '0')}`);
}
