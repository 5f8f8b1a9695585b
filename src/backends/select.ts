import type { BackendAttempt } from '../errors/backend-unavailable-error.ts';
import { BackendUnavailableError } from '../errors/backend-unavailable-error.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { type KernelName, OPERATIONS } from '../kernels/kernel-host.ts';
import { minBytes } from '../kernels/thresholds.ts';
import { zstdHook } from '../kernels/zstd-hook.ts';
import { type Accelerator, findAccelerator, isAccelerator } from './accelerator.ts';
import type { Backend, BackendInfo, BackendName, WireEngine } from './contract.ts';
import { jsBackend } from './js/engine.ts';
import { nativeBackend } from './native/native-backend.ts';

/** A backend by name, or `auto`: the fastest that is there. */
export type BackendChoice = BackendName | 'auto';

/** Which engine runs, and why. */
export interface BackendReport {
  /** What was asked for. */
  readonly requested: BackendChoice;
  /** The engine that opens connections and frames messages. */
  readonly wire: 'js' | 'native';
  readonly info: BackendInfo;
  /** What does the work on octets that an accelerator can do: TypeScript is `js`. */
  readonly kernels: Readonly<Record<KernelName, BackendName>>;
  /** Why a backend that would have been preferred does not run. */
  readonly attempts: readonly BackendAttempt[];
}

const CHOICES: readonly BackendChoice[] = ['auto', 'js', 'native', 'wasm'];

/**
 * Finds the backend to run. A name is taken at its word: if that backend cannot be had, the error says what was
 * tried and what to do. `auto` takes what it can get; TERN_BACKEND in the environment replaces `auto`. There is one
 * wire engine, in TypeScript; `wasm` is its kernels over that engine.
 */
export function selectBackend(choice: BackendChoice): {
  backend: Backend & { wire: WireEngine };
  report: BackendReport;
} {
  const requested = resolveChoice(choice);
  const { accelerator, attempts } = selectAccelerator(requested);
  if (requested === 'native') {
    const native = accelerator === null ? null : nativeBackend(accelerator);
    if (native === null) throw new BackendUnavailableError(requested, attempts);
    if (!('wire' in native)) throw new BackendUnavailableError(requested, [native]);
    const kernels = reportKernels(accelerator);
    return {
      backend: native,
      report: { requested: choice, wire: 'native', info: native.info, kernels, attempts },
    };
  }
  if (requested === 'wasm' && accelerator === null) throw new BackendUnavailableError(requested, attempts);
  const backend = jsBackend as Backend & { wire: WireEngine };
  const info = requested === 'wasm' ? infoOf(accelerator!) : backend.info;
  const kernels = reportKernels(accelerator);
  return {
    backend: info === backend.info ? backend : { ...backend, info },
    report: { requested: choice, wire: 'js', info, kernels, attempts },
  };
}

/** The decoder of Zstandard that an accelerator brings, for a Node that has none. */
export function selectZstd(
  choice: BackendChoice,
): ((input: Uint8Array, maxOutput: number) => Uint8Array) | null {
  const { accelerator } = selectAccelerator(resolveChoice(choice));
  return accelerator === null ? null : zstdHook(accelerator.host);
}

/** The accelerator whose kernels run, and why one that would be preferred does not. */
export function selectAccelerator(requested: BackendChoice): {
  accelerator: Accelerator | null;
  attempts: readonly BackendAttempt[];
} {
  const attempts: BackendAttempt[] = [];
  const names = requested === 'auto' ? (['native', 'wasm'] as const) : requested === 'js' ? [] : [requested];
  for (const name of names) {
    const result = findAccelerator(name);
    if (isAccelerator(result)) return { accelerator: result, attempts };
    attempts.push(result);
  }
  return { accelerator: null, attempts };
}

function reportKernels(accelerator: Accelerator | null): Record<KernelName, BackendName> {
  const runs = (kernel: KernelName): BackendName =>
    accelerator !== null && minBytes(accelerator.name, kernel) < Number.POSITIVE_INFINITY
      ? accelerator.name
      : 'js';
  const names = Object.keys(OPERATIONS) as KernelName[];
  return Object.fromEntries(names.map((kernel) => [kernel, runs(kernel)])) as Record<KernelName, BackendName>;
}

function infoOf({ name, version, host }: Accelerator): BackendInfo {
  return { ...jsBackend.info, name, version, target: host.target };
}

/** What `choice` stands for: TERN_BACKEND replaces `auto`. */
export function resolveChoice(choice: BackendChoice): BackendChoice {
  const requested = choice === 'auto' ? fromEnvironment() : choice;
  if (!CHOICES.includes(requested)) {
    throw new InvalidArgument(`'backend' must be one of ${CHOICES.join(', ')}, not '${String(requested)}'.`);
  }
  return requested;
}

function fromEnvironment(): BackendChoice {
  const value = process.env['TERN_BACKEND'];
  if (value === undefined || value === '') return 'auto';
  if (!CHOICES.includes(value as BackendChoice)) {
    throw new InvalidArgument(`TERN_BACKEND must be one of ${CHOICES.join(', ')}, not '${value}'.`);
  }
  return value as BackendChoice;
}
