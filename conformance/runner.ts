/* oxlint-disable no-await-in-loop -- cases run one at a time, so that a leak has one suspect */
import { createServer } from 'node:net';
import * as zlib from 'node:zlib';
import { createCertificateAuthority } from '../fixtures/certificates.ts';
import type { CertificateAuthority } from '../fixtures/certificates.ts';
import { listen, stopListening } from '../fixtures/listening.ts';
import { createRandom, seedFromEnvironment } from '../fixtures/random.ts';
import type { Random } from '../fixtures/random.ts';
import { expectNoLeaks, snapshotResources } from '../fixtures/resources.ts';
import type { Split } from '../fixtures/scripted-peer.ts';
import type { BackendReport, Client, ClientOptions, Transport } from '../src/index.ts';
import { allCases } from './all-cases.ts';
import type { BackendCapability, Capability, ConformanceCase, SplitName, Tern } from './case.ts';
import { capabilitiesOf } from './case.ts';
import { openContext } from './context.ts';
import type { CaseResult, ConformanceReport } from './report.ts';

/** What to run, and on what. */
export interface ConformanceOptions {
  /** Backend of the library to judge. Default `js`. It is asked for by name, so that it cannot be replaced silently. */
  readonly backend?: 'js' | 'native' | 'wasm';
  /** Makes the transport to judge instead of a backend; called once for each client. */
  readonly transport?: () => Transport;
  /** Title of the column. Default: the backend, or `transport`. */
  readonly name?: string;
  /**
   * What the judged thing offers; cases that need more do not apply. Default: everything for a backend of the
   * library, nothing special for a transport.
   */
  readonly capabilities?: readonly BackendCapability[];
  /** Only the cases whose id, title or rows match. */
  readonly filter?: RegExp;
  /** Only these cases. Default: all of the suite. */
  readonly cases?: readonly ConformanceCase[];
  /** The library under test. Default: this copy. A double proves that a case can fail. */
  readonly tern?: Tern;
  /** Seed of all random values. Default: `TERN_SEED`, else 1. */
  readonly seed?: number;
  /** Milliseconds for one run of a case. Default 15,000. */
  readonly timeoutMs?: number;
  /** Called after each case. */
  readonly onResult?: (result: CaseResult) => void;
}

/** Runs single cases on one backend or transport; what they share is made once. */
export interface CaseRunner {
  readonly backend: string;
  /** What does the work, as clients report it: `wire js, kernels wasm`. Null for a transport. */
  readonly engine: string | null;
  readonly seed: number;
  run(wanted: ConformanceCase): Promise<CaseResult>;
}

/**
 * Judges a backend or a transport by the suite, one case after another.
 *
 * @throws nothing for a failed case: the report tells
 */
export async function runConformance(options: ConformanceOptions = {}): Promise<ConformanceReport> {
  const runner = await createCaseRunner(options);
  const { filter, cases = allCases } = options;
  const wanted = filter === undefined ? cases : cases.filter((entry) => matches(entry, filter));
  const results: CaseResult[] = [];
  for (const entry of wanted) {
    const result = await runner.run(entry);
    results.push(result);
    options.onResult?.(result);
  }
  const count = (outcome: CaseResult['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  return {
    backend: runner.backend,
    engine: runner.engine,
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    seed: runner.seed,
    results,
    passed: count('pass'),
    failed: count('fail'),
    notApplicable: count('not-applicable'),
  };
}

/**
 * Makes what runs single cases, for a test runner that wants one test for each.
 *
 * @throws BackendUnavailableError if the backend cannot be had
 */
export async function createCaseRunner(options: ConformanceOptions = {}): Promise<CaseRunner> {
  const { transport, backend = 'js', timeoutMs = 15_000 } = options;
  const tern = options.tern ?? (await import('../src/index.ts'));
  const name = options.name ?? (transport === undefined ? backend : 'transport');
  const offered = options.capabilities ?? (transport === undefined ? capabilitiesOf(backend) : []);
  const capabilities = new Set<Capability>([...offered, ...(await probeMachine())]);
  const accelerated = transport === undefined && backend !== 'js' ? await probeBackend(tern, backend) : null;
  if ((accelerated?.kernels.zstdDecode ?? 'js') !== 'js') capabilities.add('zstd');
  const seed = options.seed ?? seedFromEnvironment();
  const createClient = (given: ClientOptions): Client =>
    transport === undefined
      ? expectBackend(new tern.Client({ backend, ...given }), options.tern === undefined ? backend : null)
      : new tern.Client({ transport: transport(), ...given });
  const certificates = lazily(() => {
    const ca = createCertificateAuthority();
    const names = { dnsNames: ['localhost'], ipAddresses: ['127.0.0.1', '::1'] };
    const issued = ca.issue({ commonName: 'localhost', ...names });
    return { ca, serverTLS: { cert: issued.certificate, key: issued.key } };
  });
  const judge: Judge = { tern, name, capabilities, seed, timeoutMs, createClient, certificates };

  return {
    backend: name,
    engine:
      accelerated !== null
        ? describeEngine(accelerated)
        : transport === undefined
          ? 'wire js, kernels js'
          : null,
    seed,
    async run(wanted: ConformanceCase): Promise<CaseResult> {
      const started = performance.now();
      const outcome = await judgeCase(judge, wanted);
      return { case: wanted, durationMs: performance.now() - started, ...outcome };
    },
  };
}

interface Judge {
  readonly tern: Tern;
  readonly name: string;
  readonly capabilities: ReadonlySet<Capability>;
  readonly seed: number;
  readonly timeoutMs: number;
  readonly createClient: (options: ClientOptions) => Client;
  readonly certificates: () => {
    readonly ca: CertificateAuthority;
    readonly serverTLS: { readonly cert: string; readonly key: string };
  };
}

type Outcome = Pick<CaseResult, 'outcome' | 'reason' | 'error'>;

async function judgeCase(judge: Judge, wanted: ConformanceCase): Promise<Outcome> {
  const lacking = (wanted.needs ?? []).filter((capability) => !judge.capabilities.has(capability));
  if (lacking.length > 0) return { outcome: 'not-applicable', reason: `without ${lacking.join(', ')}` };
  const names = wanted.layer === 'bytes' ? (wanted.splits ?? ALL_SPLITS) : (['whole'] as const);
  for (const name of names) {
    const random = createRandom(judge.seed).derive(wanted.id);
    const split: Split = name === 'random' ? { seed: random.derive('split').seed } : name;
    const problems = await runOnce(judge, wanted, random, split);
    if (problems.length > 0) {
      const where =
        wanted.layer === 'bytes' ? ` [split ${name}, seed ${judge.seed}]` : ` [seed ${judge.seed}]`;
      const reason = problems.map(describe).join('\n') + where;
      return { outcome: 'fail', reason, error: problems[0] };
    }
  }
  return { outcome: 'pass' };
}

const ALL_SPLITS: readonly SplitName[] = ['whole', 'bytes', 'random'];

async function runOnce(
  judge: Judge,
  wanted: ConformanceCase,
  random: Random,
  split: Split,
): Promise<unknown[]> {
  const { tern, name, capabilities, createClient } = judge;
  const { ca, serverTLS } = judge.certificates();
  const controller = new AbortController();
  const { signal } = controller;
  const before = snapshotResources();
  const opened = openContext({
    tern,
    backend: name,
    capabilities,
    split,
    random,
    signal,
    ca,
    serverTLS,
    createClient,
  });
  const problems: unknown[] = [];
  try {
    await limit(
      Promise.resolve().then(() => wanted.run(opened.context)),
      judge.timeoutMs,
    );
  } catch (error) {
    problems.push(error);
    controller.abort(error);
  }
  problems.push(...(await opened.close()), ...(await expectNoLeaks(before)));
  return problems;
}

async function limit(work: Promise<void>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`the case did not end within ${milliseconds} ms`)),
      milliseconds,
    );
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function probeBackend(
  tern: Tern,
  backend: BackendReport['info']['name'],
): Promise<BackendReport | null> {
  const client = expectBackend(new tern.Client({ backend }), backend);
  await client.close();
  return client.backend ?? null;
}

/** A backend that was silently replaced would be judged in the name of another. */
function expectBackend(client: Client, backend: BackendReport['info']['name'] | null): Client {
  // A double need not have a report.
  if (backend === null) return client;
  const report = client.backend;
  // A case may give a transport or a backend of its own.
  if (report?.requested !== backend) return client;
  const kernels = new Set(Object.values(report.kernels));
  if (
    report.info.name !== backend ||
    !kernels.has(backend) ||
    (report.wire === 'native') !== (backend === 'native')
  ) {
    throw new Error(`'${backend}' was asked for, but there runs ${describeEngine(report)}`);
  }
  return client;
}

function describeEngine({ wire, kernels }: BackendReport): string {
  return `wire ${wire}, kernels ${[...new Set(Object.values(kernels))].join(' and ')}`;
}

async function probeMachine(): Promise<Capability[]> {
  const found: Capability[] = [];
  if ('zstdDecompressSync' in zlib) found.push('zstd');
  const server = createServer();
  try {
    await listen(server, { host: '::1' });
    found.push('ipv6');
  } catch {
    // No IPv6 here: the cases that need it do not apply.
  }
  await stopListening(server);
  return found;
}

function matches(entry: ConformanceCase, filter: RegExp): boolean {
  return [entry.id, entry.title, ...entry.rows].some((text) => {
    filter.lastIndex = 0;
    return filter.test(text);
  });
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

function describe(problem: unknown): string {
  if (!(problem instanceof Error)) return String(problem);
  const inner =
    problem instanceof AggregateError ? problem.errors.map((error) => `\n  ${describe(error)}`).join('') : '';
  return `${problem.name}: ${problem.message}${inner}`;
}
