/** What a run of cases has come to. */
export interface Outcome {
  /** Milliseconds that each case took which was run, by its id. */
  readonly took: Record<string, number>;
  /** Ids of those that failed. */
  readonly failed: string[];
}
