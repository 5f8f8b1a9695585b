import type { Deadlines } from './deadlines.ts';
import type { Pool } from './pool.ts';

/** What all exchanges of a transport share. */
export interface ExchangeHost {
  readonly pool: Pick<Pool, 'acquire' | 'cancel' | 'release'>;
  readonly deadlines: Pick<Deadlines, 'limit' | 'move'>;
  /** How long a request with `Expect: 100-continue` waits before it sends its body all the same, in milliseconds. */
  readonly expectContinueMs: number;
}
