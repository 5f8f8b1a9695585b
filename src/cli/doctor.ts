import type { BackendInfo, BackendName } from '../backends/contract.ts';
import { type Accelerator, findAccelerator, isAccelerator } from '../backends/accelerator.ts';
import { type KernelTrial, tryKernel } from '../backends/kernel-trials.ts';
import { describeChoice } from '../backends/choice.ts';
import type { BackendReport } from '../backends/select.ts';
import { hasZstd } from '../body/content-coding.ts';
import { Client } from '../client/client.ts';
import { type BackendAttempt, BackendUnavailableError } from '../errors/backend-unavailable-error.ts';
import { type KernelName, OPERATIONS } from '../kernels/kernel-host.ts';
import { VERSION } from '../models/version.ts';
import { describeError } from './describe-error.ts';
import { type EnvironmentFinding, examineEnvironment } from './environment.ts';
import { selfTest, type SelfTestResult } from './self-test.ts';

/** A step of the search for a backend, fit for JSON. */
export type AttemptRecord = Omit<BackendAttempt, 'cause'>;

/** One of the backends there could be. */
interface BackendFinding {
  readonly name: BackendName;
  /** Null if it cannot be had. */
  readonly info: BackendInfo | null;
  /** Why not, and what to do. */
  readonly attempts: readonly AttemptRecord[];
}

/** A package of kernels. */
type AcceleratorFinding =
  | (Omit<Accelerator, 'host'> & {
      readonly target: string;
      /** What became of trying each kernel out, its compilation included. */
      readonly kernels: Readonly<Record<KernelName, KernelTrial>>;
    })
  | { readonly name: Accelerator['name']; readonly attempt: AttemptRecord };

/** What a client gets that names no backend. */
type Selection =
  | {
      /** `auto`, or what the environment put in its place. */
      readonly requested: string;
      readonly decidedBy: BackendReport['decidedBy'];
      readonly wire: BackendReport['wire'];
      readonly kernels: BackendReport['kernels'];
      readonly attempts: readonly AttemptRecord[];
    }
  | { readonly error: string };

/** What this installation is, and whether it works. */
export interface DoctorReport {
  readonly version: string;
  readonly node: string;
  /** `linux-x64` */
  readonly platform: string;
  readonly openssl: string;
  /** Content codings that can be decoded. */
  readonly codings: Readonly<Record<'br' | 'deflate' | 'gzip' | 'zstd', boolean>>;
  readonly selection: Selection;
  readonly backends: readonly BackendFinding[];
  readonly accelerators: readonly AcceleratorFinding[];
  readonly environment: readonly EnvironmentFinding[];
  readonly selfTests: readonly SelfTestResult[];
  /** What is wrong; empty if all is well. */
  readonly problems: readonly string[];
}

const BACKENDS: readonly BackendName[] = ['js', 'native', 'wasm'];
const OLDEST_NODE = [20, 19] as const;

/** Looks at this installation and tries it out on a server of its own. */
export async function examine(env: Readonly<Record<string, string | undefined>>): Promise<DoctorReport> {
  const { versions, platform, arch } = process;
  // First, so that a selection knows of kernels that do not work.
  const accelerators = (['native', 'wasm'] as const).map(examineAccelerator);
  const selection = await selectedBackend();
  const backends = await Promise.all(BACKENDS.map(findBackend));
  const environment = examineEnvironment(env);
  const selfTests: SelfTestResult[] = [];
  for (const { name, info } of backends) if (info !== null) selfTests.push(...(await selfTest(name)));
  const problems = [
    ...(isOldNode(versions.node)
      ? [`Node ${versions.node} is older than ${OLDEST_NODE.join('.')}, the oldest that is supported.`]
      : []),
    ...('error' in selection ? [selection.error] : []),
    ...environment
      .filter(({ status }) => status === 'problem')
      .map(({ name, value, effect }) => `${name}=${value}: ${effect}`),
    ...accelerators.flatMap(faultsOf),
    ...selfTests
      .filter(({ isOK }) => !isOK)
      .map(({ name, backend, detail }) => `Self-test over ${name} (${backend}): ${detail}`),
  ];
  return {
    version: VERSION,
    node: versions.node,
    platform: `${platform}-${arch}`,
    openssl: versions.openssl,
    codings: {
      gzip: true,
      deflate: true,
      br: true,
      zstd: hasZstd(versions.node) || hasZstdKernel(selection),
    },
    selection,
    backends,
    accelerators,
    environment,
    selfTests,
    problems,
  };
}

function hasZstdKernel(selection: Selection): boolean {
  return 'kernels' in selection && selection.kernels.zstdDecode !== 'js';
}

function examineAccelerator(name: Accelerator['name']): AcceleratorFinding {
  const result = findAccelerator(name);
  if (!isAccelerator(result)) return { name, attempt: withoutCause(result) };
  const { host, ...rest } = result;
  const trials = (Object.keys(OPERATIONS) as KernelName[]).map((kernel) => [kernel, tryKernel(host, kernel)]);
  return {
    ...rest,
    target: host.target,
    kernels: Object.fromEntries(trials) as Record<KernelName, KernelTrial>,
  };
}

function faultsOf(finding: AcceleratorFinding): string[] {
  if ('attempt' in finding) return [];
  const faults = Object.values(finding.kernels).map(({ fault }) => fault);
  return faults
    .filter((fault) => fault !== null)
    .map((fault) => `@ternhttp/${finding.name} does not work: ${fault}.`);
}

async function selectedBackend(): Promise<Selection> {
  try {
    const { requested, decidedBy, wire, kernels, attempts } = await reportOf();
    return {
      requested: describeChoice(requested),
      decidedBy,
      wire,
      kernels,
      attempts: attempts.map(withoutCause),
    };
  } catch (error) {
    return { error: describeError(error) };
  }
}

async function findBackend(name: BackendName): Promise<BackendFinding> {
  try {
    const { info, attempts } = await reportOf(name);
    return { name, info, attempts: attempts.map(withoutCause) };
  } catch (error) {
    if (!(error instanceof BackendUnavailableError)) throw error;
    return { name, info: null, attempts: error.attempts.map(withoutCause) };
  }
}

async function reportOf(backend?: BackendName): Promise<BackendReport> {
  const client = new Client(backend === undefined ? {} : { backend });
  await client.close();
  return client.backend!;
}

function withoutCause({ name, step, detail, cure }: BackendAttempt): AttemptRecord {
  return { name, step, detail, cure };
}

function isOldNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
}
