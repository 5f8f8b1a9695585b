import { inspectAs } from '../models/inspect.ts';
import { checkNames, checkNumber } from './check-policy.ts';

/** How many retries there may be. */
export interface RetryBudgetInit {
  /** Retries for each request, in the long run; 0.2 by default: one retry for five requests. */
  readonly ratio?: number;
  /** Retries that may be made before any request has earned one, and the most that can be saved up; 100 by default. */
  readonly reserve?: number;
}

/**
 * Bounds retries to a share of the requests, so that a server in trouble is not sent a multiple of its load: each
 * request earns a part of a retry, each retry costs a whole one. A client has one; several can share one.
 *
 * @example
 * ```ts
 * import { Client, RetryBudget } from 'ternhttp';
 *
 * const budget = new RetryBudget({ ratio: 0.1, reserve: 10 });
 * const client = new Client({ retry: { attempts: 4, budget } });
 * console.log(budget.available); // 10
 * await client.close();
 * ```
 */
export class RetryBudget {
  readonly #ratio: number;
  readonly #reserve: number;
  #saved: number;

  /** @throws InvalidArgument for a member that does not exist or is no number of 0 or more */
  constructor(init: RetryBudgetInit = {}) {
    checkNames('budget', init, ['ratio', 'reserve']);
    const { ratio = 0.2, reserve = 100 } = init;
    this.#ratio = checkNumber('budget.ratio', ratio, 0);
    this.#reserve = checkNumber('budget.reserve', reserve, 0);
    this.#saved = reserve;
  }

  /** Retries that could be made at this moment. */
  get available(): number {
    // Tenths do not add up to whole numbers exactly.
    return Math.floor(this.#saved + 1e-9);
  }

  /** A request earns its part. @internal */
  earn(): void {
    this.#saved = Math.min(this.#saved + this.#ratio, Math.max(this.#reserve, this.#ratio));
  }

  /** Pays for a retry, if there is enough. @internal */
  spend(): boolean {
    if (this.available < 1) return false;
    this.#saved -= 1;
    return true;
  }

  static {
    inspectAs(this, ({ available }) => `RetryBudget { available: ${available} }`);
  }
}
