import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { TernError } from '../errors/tern-error.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import type { Timings } from '../models/timings.ts';
import { inspectAs } from '../models/inspect.ts';
import type { PoolStats } from '../transport/pool-stats.ts';
import type { Progress, RetryEvent } from '../transport/transport.ts';
import { checkNames } from './check-policy.ts';
import { Histogram, type HistogramSnapshot } from './histogram.ts';
import { type PrometheusOptions, prometheusText } from './prometheus.ts';

/** What can be said about metrics. */
export interface MetricsOptions {
  /** Upper bounds of the histograms in milliseconds, ascending; 1 ms to 30 s by default. */
  readonly buckets?: readonly number[] | undefined;
}

/** True counts, an object does with other settings; `ClientMetrics` of another client are shared with it. */
export type MetricsInit = ClientMetrics | MetricsOptions | boolean | null;

/** A step of an exchange whose time is taken. */
export type MetricsPhase = keyof Timings;

/** Where a pool is and what it has done. */
export interface ConnectionCounts {
  /** Now. */
  readonly active: number;
  readonly idle: number;
  readonly connecting: number;
  readonly waiting: number;
  /** Since the start, or the last reset. */
  readonly opened: number;
  readonly closed: number;
  readonly reused: number;
  /** Requests that had to wait for room. */
  readonly waited: number;
}

/** What has been counted, as plain data. */
export interface MetricsSnapshot {
  /** Calls of the program: `get()`, `stream()`, `send()`, connections of `sse()` … */
  readonly requests: number;
  /** Requests that went to a transport: redirects, auth rounds and retries each count. */
  readonly exchanges: number;
  /** Exchanges that have begun and whose content has not been received or given up. */
  readonly inFlight: number;
  /** Exchanges by method; methods that are not of HTTP are `other`. */
  readonly methods: Readonly<Record<string, number>>;
  /** Responses by class: `2xx`. */
  readonly responses: Readonly<Record<string, number>>;
  /** Calls that failed, by the code of the error; errors that are not of this library are `other`. */
  readonly errors: Readonly<Record<string, number>>;
  /** Repetitions by cause: `status`, `error`. */
  readonly retries: Readonly<Record<string, number>>;
  readonly redirects: number;
  /** Octets of bodies on the wire. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  readonly connections: ConnectionCounts;
  readonly timings: Readonly<Record<MetricsPhase, HistogramSnapshot>>;
}

/** Where the state of connections is read. */
export interface PoolOwner {
  readonly stats: PoolStats;
}

const BUCKETS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000];
const PHASES: readonly MetricsPhase[] = [
  'queued',
  'dns',
  'connect',
  'tls',
  'sent',
  'firstByte',
  'download',
  'total',
];
const METHODS = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'QUERY',
  'TRACE',
]);
const CLASSES = ['other', '1xx', '2xx', '3xx', '4xx', '5xx'];

type TotalName = 'closed' | 'opened' | 'reused' | 'waited';
type Totals = Record<TotalName, number>;

/**
 * Counts what a client does. There is none unless the client is made with `metrics`; then it costs a few additions for
 * each request.
 *
 * @example
 * ```ts
 * import { Client, MockTransport, Response } from 'ternhttp';
 *
 * const client = new Client({ metrics: true, transport: new MockTransport(() => new Response(204)) });
 * await client.get('https://example.com/');
 * console.log(client.metrics?.snapshot().responses['2xx']); // 1
 * ```
 */
export class ClientMetrics {
  readonly #pools = new Set<PoolOwner>();
  readonly #timings: Readonly<Record<MetricsPhase, Histogram>>;
  /** What pools that are gone have done. */
  readonly #past: Totals = { closed: 0, opened: 0, reused: 0, waited: 0 };
  /** What had been done at the last reset. */
  #base: Totals = { closed: 0, opened: 0, reused: 0, waited: 0 };
  #methods = new Map<string, number>();
  #errors = new Map<string, number>();
  #responses = new Float64Array(CLASSES.length);
  #requests = 0;
  #exchanges = 0;
  #inFlight = 0;
  #redirects = 0;
  #retriesOfStatus = 0;
  #retriesOfError = 0;
  #bytesSent = 0;
  #bytesReceived = 0;

  /** @throws InvalidArgument for buckets that are not ascending numbers above 0 */
  constructor(options: MetricsOptions = {}) {
    checkNames('metrics', options, ['buckets']);
    const { buckets = BUCKETS } = options;
    const isAscending = (bound: number, index: number): boolean => bound > (buckets[index - 1] ?? 0);
    if (!Array.isArray(buckets) || buckets.length === 0 || !buckets.every(isAscending))
      throw new InvalidArgument("'metrics.buckets' must be a list of ascending numbers above 0.");
    const entries = PHASES.map((phase) => [phase, new Histogram(buckets)]);
    this.#timings = Object.fromEntries(entries) as Record<MetricsPhase, Histogram>;
  }

  /** The numbers of this moment, as plain data that can be written as JSON. */
  snapshot(): MetricsSnapshot {
    const { active, idle, connecting, waiting } = this.#now();
    const totals = this.#totals();
    const timings = PHASES.map((phase) => [phase, this.#timings[phase].snapshot()]);
    return {
      requests: this.#requests,
      exchanges: this.#exchanges,
      inFlight: this.#inFlight,
      methods: Object.fromEntries(this.#methods),
      responses: Object.fromEntries(
        CLASSES.flatMap((name, index) =>
          this.#responses[index]! > 0 ? [[name, this.#responses[index]!]] : [],
        ),
      ),
      errors: Object.fromEntries(this.#errors),
      retries: { status: this.#retriesOfStatus, error: this.#retriesOfError },
      redirects: this.#redirects,
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
      connections: {
        active,
        idle,
        connecting,
        waiting,
        opened: totals.opened - this.#base.opened,
        closed: totals.closed - this.#base.closed,
        reused: totals.reused - this.#base.reused,
        waited: totals.waited - this.#base.waited,
      },
      timings: Object.fromEntries(timings) as MetricsSnapshot['timings'],
    };
  }

  /** The numbers in the text format of Prometheus (version 0.0.4): durations in seconds, names ending in their unit. */
  toPrometheus(options?: PrometheusOptions): string {
    return prometheusText(this.snapshot(), options);
  }

  /** Begins again at 0. What describes this moment stays: requests in flight, connections that are open. */
  reset(): void {
    this.#requests = 0;
    this.#exchanges = 0;
    this.#redirects = 0;
    this.#retriesOfStatus = 0;
    this.#retriesOfError = 0;
    this.#bytesSent = 0;
    this.#bytesReceived = 0;
    this.#methods = new Map();
    this.#errors = new Map();
    this.#responses = new Float64Array(CLASSES.length);
    for (const phase of PHASES) this.#timings[phase].reset();
    this.#base = this.#totals();
  }

  toJSON(): MetricsSnapshot {
    return this.snapshot();
  }

  /** Counts the connections of this transport, too. @internal */
  watch(pool: PoolOwner): void {
    this.#pools.add(pool);
  }

  /** Keeps what this transport has done, and lets go of it. @internal */
  unwatch(pool: PoolOwner): void {
    if (!this.#pools.delete(pool)) return;
    const done = totalsOf(pool.stats);
    for (const name of Object.keys(done) as TotalName[]) this.#past[name] += done[name];
  }

  /** @internal */
  called(): void {
    this.#requests++;
  }

  /** @internal */
  failed(error: unknown): void {
    increment(this.#errors, error instanceof TernError ? error.code : 'other');
  }

  /** @internal */
  redirected(): void {
    this.#redirects++;
  }

  /** @internal */
  retried({ response }: RetryEvent): void {
    if (response === null) this.#retriesOfError++;
    else this.#retriesOfStatus++;
  }

  /** An exchange begins. @internal */
  started(method: string): void {
    this.#exchanges++;
    this.#inFlight++;
    increment(this.#methods, METHODS.has(method) ? method : 'other');
  }

  /** It came to nothing. @internal */
  broke(): void {
    this.#inFlight--;
  }

  /** It has a response; the rest is counted when its content is over. @internal */
  answered(response: StreamResponse): void {
    const number = Math.floor(response.status / 100);
    this.#responses[number < CLASSES.length ? number : 0]!++;
    response.onceClosed(() => this.#ended(response));
  }

  /** A listener for the progress of an upload, which hands on to that of the program. @internal */
  counting(own: ((progress: Progress) => void) | null): (progress: Progress) => void {
    let last = 0;
    return (progress) => {
      const { transferred } = progress;
      // A smaller number is the beginning of another exchange of the same call.
      this.#bytesSent += transferred >= last ? transferred - last : transferred;
      last = transferred;
      own?.(progress);
    };
  }

  #ended(response: StreamResponse): void {
    this.#inFlight--;
    this.#bytesReceived += response.bytesReceived;
    const { timings } = response;
    if (timings === null) return;
    for (const phase of PHASES) {
      const time = timings[phase];
      if (time !== null) this.#timings[phase].record(time);
    }
  }

  #now(): Record<'active' | 'connecting' | 'idle' | 'waiting', number> {
    const now = { active: 0, idle: 0, connecting: 0, waiting: 0 };
    for (const { stats } of this.#pools) {
      now.active += stats.active;
      now.idle += stats.idle;
      now.connecting += stats.connecting;
      now.waiting += stats.waiting;
    }
    return now;
  }

  #totals(): Totals {
    const totals = { ...this.#past };
    for (const { stats } of this.#pools) {
      const done = totalsOf(stats);
      for (const name of Object.keys(done) as TotalName[]) totals[name] += done[name];
    }
    return totals;
  }

  static {
    inspectAs(this, (metrics, inspect) => `ClientMetrics ${inspect(metrics.snapshot())}`);
  }
}

/**
 * The metrics that an option stands for; null counts nothing.
 *
 * @throws InvalidArgument if it is none
 */
export function resolveMetrics(init: MetricsInit | undefined): ClientMetrics | null {
  if (init == null || init === false) return null;
  if (init === true) return new ClientMetrics();
  if (init instanceof ClientMetrics) return init;
  if (typeof init !== 'object')
    throw new InvalidArgument(`'metrics' must be true, false or an object, not ${describeValue(init)}.`);
  return new ClientMetrics(init);
}

function totalsOf({ opened, connections, reused, waited }: PoolStats): Totals {
  return { opened, closed: opened - connections, reused, waited };
}

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
