/** Words of a record (field, row, what was taken, from, to) and of a run of text (start, end, whether it is raw). */
export const RECORD = 5;
export const RUN = 3;

/**
 * Where what was found is in the document that was given. Texts and values stand there as they were written, in the
 * charset of the document and with their character references.
 */
export interface HTMLTable {
  /** Number of rows. */
  readonly rows: number;
  /** In the order in which elements begin. For text `from` and `to` are runs, for all else octets. */
  readonly records: Uint32Array;
  /** The pieces of text in elements whose text was taken. */
  readonly runs: Uint32Array;
}

/** The table that an accelerator made. */
export function readHTMLTable(result: Uint8Array): HTMLTable {
  const { buffer, byteOffset } = result;
  const [rows = 0, records = 0, runs = 0] = new Uint32Array(buffer, byteOffset, 3);
  const behind = byteOffset + 12 + records * RECORD * 4;
  return {
    rows,
    records: new Uint32Array(buffer, byteOffset + 12, records * RECORD),
    runs: new Uint32Array(buffer, behind, runs * RUN),
  };
}
