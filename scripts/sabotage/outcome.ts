/** What a run of cases has come to. */
export interface Outcome {
  /** Number of cases that were run. */
  ran: number;
  /** Ids of those that failed. */
  readonly failed: string[];
}
