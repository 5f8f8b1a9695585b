import type { Channel } from 'node:diagnostics_channel';
import type { BackendAttempt } from '../errors/backend-unavailable-error.ts';
import { BackendUnavailableError } from '../errors/backend-unavailable-error.ts';
import { type KernelName, OPERATIONS } from '../kernels/kernel-host.ts';
import { minBytes } from '../kernels/thresholds.ts';
import { zstdHook } from '../kernels/zstd-hook.ts';
import { type Accelerator, findAccelerator, isAccelerator } from './accelerator.ts';
import { type BackendChoice, type ChoiceSource, type ResolvedChoice, resolveChoice } from './choice.ts';
import type { Backend, BackendInfo, BackendName, WireEngine } from './contract.ts';
import { jsBackend } from './js/engine.ts';
import { attemptOf, brokenKernels, tryKernel } from './kernel-trials.ts';
import { nativeBackend } from './native/native-backend.ts';

/** Which engine runs, and why. */
export interface BackendReport {
  /** What was asked for. */
  readonly requested: BackendChoice;
  /** Who has chosen each part; `default` means that the best of what is there was taken. */
  readonly decidedBy: { readonly wire: ChoiceSource; readonly kernels: ChoiceSource };
  /** The engine that opens connections and frames messages. */
  readonly wire: 'js' | 'native';
  readonly info: BackendInfo;
  /** What does the work on octets that an accelerator can do: TypeScript is `js`. */
  readonly kernels: Readonly<Record<KernelName, BackendName>>;
  /** Why a backend that would have been preferred does not run. */
  readonly attempts: readonly BackendAttempt[];
}

/** The `diagnostics_channel` on which each selection is published, as its report. */
const SELECTION_CHANNEL = 'ternhttp:backend';

/**
 * Finds the backend to run. A name is taken at its word: if that backend cannot be had, the error says what was
 * tried and what to do. `auto` takes what it can get of the kernels, and the wire engine in TypeScript;
 * TERN_BACKEND in the environment replaces `auto`. `wasm` is its kernels over the wire engine in TypeScript.
 */
export function selectBackend(choice: BackendChoice): {
  backend: Backend & { wire: WireEngine };
  report: BackendReport;
} {
  const resolved = resolveChoice(choice);
  const native = resolved.wire === 'native' ? nativeWire() : null;
  const { accelerator, attempts } = selectAccelerator(resolved);
  const backend = native ?? (jsBackend as Backend & { wire: WireEngine });
  const isWasm = resolved.isWasm && accelerator !== null;
  const info = isWasm ? infoOf(accelerator) : backend.info;
  const report: BackendReport = {
    requested: choice,
    decidedBy: resolved.decidedBy,
    wire: native === null ? 'js' : 'native',
    info,
    kernels: reportKernels(accelerator, resolved.kernels === 'auto'),
    attempts: [...attempts, ...brokenOf(accelerator).values()],
  };
  publish(report);
  return { backend: info === backend.info ? backend : { ...backend, info }, report };
}

/**
 * The decoder of Zstandard that an accelerator brings, for a Node that has none.
 *
 * @throws BackendUnavailableError if it is that of an accelerator which is asked for by name, and does not work
 */
export function selectZstd(
  choice: BackendChoice,
): ((input: Uint8Array, maxOutput: number) => Uint8Array) | null {
  const resolved = resolveChoice(choice);
  const { accelerator } = selectAccelerator(resolved);
  if (accelerator === null) return null;
  const { name, host } = accelerator;
  // Servers are told that it can be done, so it is to be known by now.
  const { fault } = tryKernel(host, 'zstdDecode');
  if (fault === null) return zstdHook(host);
  if (resolved.kernels === 'auto') return null;
  throw new BackendUnavailableError(name, [attemptOf(name, fault)]);
}

/**
 * The accelerator whose kernels run, and why one that would be preferred does not.
 *
 * @throws BackendUnavailableError for an accelerator that is asked for by name and cannot be had
 */
export function selectAccelerator({ kernels }: ResolvedChoice): {
  accelerator: Accelerator | null;
  attempts: readonly BackendAttempt[];
} {
  if (kernels === 'js') return { accelerator: null, attempts: [] };
  const attempts: BackendAttempt[] = [];
  for (const name of kernels === 'auto' ? (['native', 'wasm'] as const) : [kernels]) {
    const result = findAccelerator(name);
    if (isAccelerator(result)) return { accelerator: result, attempts };
    attempts.push(result);
  }
  if (kernels !== 'auto') throw new BackendUnavailableError(kernels, attempts);
  return { accelerator: null, attempts };
}

/** A kernel that does not work is replaced under `auto` only. */
function reportKernels(accelerator: Accelerator | null, isAuto: boolean): Record<KernelName, BackendName> {
  const broken = isAuto ? brokenOf(accelerator) : new Map();
  const runs = (kernel: KernelName): BackendName =>
    accelerator !== null &&
    !broken.has(kernel) &&
    minBytes(accelerator.name, kernel) < Number.POSITIVE_INFINITY
      ? accelerator.name
      : 'js';
  const names = Object.keys(OPERATIONS) as KernelName[];
  return Object.fromEntries(names.map((kernel) => [kernel, runs(kernel)])) as Record<KernelName, BackendName>;
}

function brokenOf(accelerator: Accelerator | null): ReadonlyMap<KernelName, BackendAttempt> {
  return accelerator === null ? new Map() : brokenKernels(accelerator.name, accelerator.host);
}

function infoOf({ name, version, host }: Accelerator): BackendInfo {
  return { ...jsBackend.info, name, version, target: host.target };
}

/** @throws BackendUnavailableError if there is none */
function nativeWire(): Backend & { wire: WireEngine } {
  const accelerator = findAccelerator('native');
  const found = isAccelerator(accelerator) ? nativeBackend(accelerator) : accelerator;
  if ('wire' in found) return found;
  throw new BackendUnavailableError('native', [found]);
}

let channel: Channel | null = null;

function publish(report: BackendReport): void {
  channel ??= process.getBuiltinModule('node:diagnostics_channel').channel(SELECTION_CHANNEL);
  if (channel.hasSubscribers) channel.publish(report);
}
