/** One behaviour of the table that the suite judges by. */
export interface Row {
  /** Stable id, for example `RD-07`. */
  readonly id: string;
  /** Section of the table, for example `1.13`. */
  readonly section: string;
  /** What the behaviour is about. */
  readonly title: string;
}

/** One section of the table. */
export interface Section {
  /** For example `1.13`. */
  readonly id: string;
  /** For example `Redirects`. */
  readonly title: string;
  readonly rows: readonly Row[];
}

/** One deliberate difference from httpx. */
export interface Fix {
  /** `D01` to `D47`. */
  readonly id: string;
  /** What is different. */
  readonly title: string;
  /** The rows that the difference touches. */
  readonly rows: readonly string[];
}

/** Makes a section from its titles by row id, in the order of the table. */
export function section(id: string, title: string, titles: Readonly<Record<string, string>>): Section {
  return {
    id,
    title,
    rows: Object.entries(titles).map(([row, text]) => ({ id: row, section: id, title: text })),
  };
}
