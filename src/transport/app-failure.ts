import { WireError } from '../backends/contract.ts';

/** An app in this process threw while it answered. Whoever waits for the response gets what it threw. */
export class AppFailure extends WireError {
  readonly thrown: unknown;

  constructor(thrown: unknown) {
    super({ kind: 'internal', phase: 'read', reason: 'the app threw', cause: thrown });
    this.thrown = thrown;
  }
}
