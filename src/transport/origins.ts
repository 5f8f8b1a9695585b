import type { Route, WireConfig } from '../backends/contract.ts';
import { OriginPool } from './origin-pool.ts';

/** The origins of a pool: each as long as it has connections, or requests that wait for one. */
export class Origins {
  readonly #known = new Map<string, OriginPool>();
  readonly #http1: boolean;
  readonly #http2: boolean;

  constructor({ http1, http2 }: WireConfig) {
    this.#http1 = http1;
    this.#http2 = http2 !== null;
  }

  get all(): Iterable<OriginPool> {
    return this.#known.values();
  }

  find({ key }: Route): OriginPool | undefined {
    return this.#known.get(key);
  }

  findOrAdd(route: Route): OriginPool {
    const known = this.#known.get(route.key);
    if (known !== undefined) return known;
    const origin = new OriginPool(route, this.#http2 && (route.secure || !this.#http1));
    this.#known.set(route.key, origin);
    return origin;
  }

  /** Forgets one that has come to nothing. */
  forgetIfUnused(origin: OriginPool): void {
    if (origin.isUnused && this.#known.get(origin.key) === origin) this.#known.delete(origin.key);
  }
}
