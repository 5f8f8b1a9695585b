import type { Channel } from 'node:diagnostics_channel';
import type { BackendAttempt } from '../errors/backend-unavailable-error.ts';
import { BackendUnavailableError } from '../errors/backend-unavailable-error.ts';
import { UnsupportedOption } from '../errors/unsupported-option.ts';
import { type KernelName, OPERATIONS } from '../kernels/kernel-host.ts';
import { minBytes } from '../kernels/thresholds.ts';
import { zstdHook } from '../kernels/zstd-hook.ts';
import { type Accelerator, findAccelerator, isAccelerator } from './accelerator.ts';
import { AutoEngine } from './auto-engine.ts';
import { type BackendChoice, type ChoiceSource, type ResolvedChoice, resolveChoice } from './choice.ts';
import type { Backend, BackendInfo, BackendName, WireConfig, WireEngine } from './contract.ts';
import { jsBackend } from './js/engine.ts';
import { type NativeBackend, nativeBackend } from './native/native-backend.ts';

/** Which engine runs, and why. */
export interface BackendReport {
  /** What was asked for. */
  readonly requested: BackendChoice;
  /** Who has chosen each part; `default` means that the best of what is there was taken. */
  readonly decidedBy: { readonly wire: ChoiceSource; readonly kernels: ChoiceSource };
  /** The engine that opens connections and frames messages; `auto` moves on to `js` should `native` ever fail. */
  readonly wire: 'js' | 'native';
  readonly info: BackendInfo;
  /** What does the work on octets that an accelerator can do: TypeScript is `js`. */
  readonly kernels: Readonly<Record<KernelName, BackendName>>;
  /** Why a backend that would have been preferred does not run. */
  readonly attempts: readonly BackendAttempt[];
}

/** The `diagnostics_channel` on which each selection is published, as its report. */
const SELECTION_CHANNEL = 'ternhttp:backend';
const JS = jsBackend as Backend & { wire: WireEngine };

/** A backend that was found. */
export interface Selection {
  readonly backend: Backend & { readonly wire: WireEngine };
  /** What runs now, and why. */
  readonly report: BackendReport;
}

/**
 * Finds the backend to run for connections of a kind. A name is taken at its word: if that backend cannot be had or
 * cannot do what is configured, the error says what was tried and what to do. `auto` takes the best of what is
 * there and fits; TERN_BACKEND in the environment replaces `auto`. `wasm` is its kernels over the wire engine in TypeScript.
 *
 * @throws BackendUnavailableError for a backend that is asked for by name and cannot be had
 * @throws UnsupportedOption if it cannot honour an option
 */
export function selectBackend(choice: BackendChoice, config: WireConfig): Selection {
  const resolved = resolveChoice(choice);
  const wire = selectWire(resolved.wire, config);
  const { accelerator, attempts } = selectAccelerator(resolved);
  const isWasm = resolved.isWasm && accelerator !== null;
  let report: BackendReport = {
    requested: choice,
    decidedBy: resolved.decidedBy,
    wire: wire.native === null ? 'js' : 'native',
    info: isWasm ? infoOf(accelerator) : (wire.native ?? jsBackend).info,
    kernels: reportKernels(accelerator),
    attempts: [...wire.attempts, ...attempts.filter((attempt) => !wire.attempts.includes(attempt))],
  };
  publish(report);
  const { native } = wire;
  if (native === null || resolved.wire === 'native') {
    return { backend: { ...(native ?? JS), info: report.info }, report };
  }
  const update = (): void => {
    const { failure } = native.wire;
    if (failure === null || report.wire === 'js') return;
    report = { ...report, wire: 'js', info: JS.info, attempts: [...report.attempts, afterFailure(failure)] };
    publish(report);
  };
  return {
    backend: { ...native, wire: new AutoEngine(native.wire, JS.wire, update) },
    get report() {
      update();
      return report;
    },
  };
}

/** The decoder of Zstandard that an accelerator brings, for a Node that has none. */
export function selectZstd(
  choice: BackendChoice,
): ((input: Uint8Array, maxOutput: number) => Uint8Array) | null {
  const { accelerator } = selectAccelerator(resolveChoice(choice));
  return accelerator === null ? null : zstdHook(accelerator.host);
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

/** The native engine if it is to run, and why not if it would have been preferred. */
function selectWire(
  wire: ResolvedChoice['wire'],
  config: WireConfig,
): { native: NativeBackend | null; attempts: readonly BackendAttempt[] } {
  if (wire === 'js') return { native: null, attempts: [] };
  const accelerator = findAccelerator('native');
  const found = isAccelerator(accelerator) ? nativeBackend(accelerator) : accelerator;
  const isNamed = wire === 'native';
  if (!('wire' in found)) {
    if (isNamed) throw new BackendUnavailableError('native', [found]);
    return { native: null, attempts: [found] };
  }
  const [unsupported] = found.wire.supports(config);
  if (unsupported === undefined) return { native: found, attempts: [] };
  if (isNamed) throw new UnsupportedOption('native', unsupported);
  const { option, reason } = unsupported;
  const detail = `It cannot honour '${option}': ${reason}`;
  const cure = 'TypeScript does; nothing has to be done.';
  return { native: null, attempts: [{ name: 'native', step: 'option', detail, cure }] };
}

function afterFailure(failure: string): BackendAttempt {
  const detail = `${failure[0]!.toUpperCase()}${failure.slice(1)}.`;
  const cure = 'Connections are opened by TypeScript since; a new process has it again.';
  return { name: 'native', step: 'run', detail, cure };
}

let channel: Channel | null = null;

function publish(report: BackendReport): void {
  channel ??= process.getBuiltinModule('node:diagnostics_channel').channel(SELECTION_CHANNEL);
  if (channel.hasSubscribers) channel.publish(report);
}
