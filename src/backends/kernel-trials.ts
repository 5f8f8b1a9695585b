import type { BackendAttempt } from '../errors/backend-unavailable-error.ts';
import type { KernelHost, KernelName } from '../kernels/kernel-host.ts';
import { testKernel } from '../kernels/kernel-vectors.ts';

/** What became of trying out a kernel of an accelerator. */
export interface KernelTrial {
  /** What is wrong with it, in words. */
  readonly fault: string | null;
  /** Milliseconds that it took, the compilation of the kernel included. */
  readonly ms: number;
}

const trials = new WeakMap<KernelHost, Map<KernelName, KernelTrial>>();

/** Tries a kernel out before it is first used. What came of it stays. */
export function tryKernel(host: KernelHost, kernel: KernelName): KernelTrial {
  let known = trials.get(host);
  if (known === undefined) trials.set(host, (known = new Map()));
  let trial = known.get(kernel);
  if (trial === undefined) {
    const started = performance.now();
    const fault = testKernel(host, kernel);
    trial = { fault, ms: performance.now() - started };
    known.set(kernel, trial);
  }
  return trial;
}

/** The kernels of an accelerator that have been found not to work so far, and how. */
export function brokenKernels(
  name: 'native' | 'wasm',
  host: KernelHost,
): ReadonlyMap<KernelName, BackendAttempt> {
  const broken = new Map<KernelName, BackendAttempt>();
  for (const [kernel, { fault }] of trials.get(host) ?? []) {
    if (fault !== null) broken.set(kernel, attemptOf(name, fault));
  }
  return broken;
}

/** A failed trial as a step of the search. */
export function attemptOf(name: 'native' | 'wasm', fault: string): BackendAttempt {
  return {
    name,
    step: 'selftest',
    detail: `@ternhttp/${name} does not work: ${fault}.`,
    cure: "Use kernels: 'js', and report this.",
  };
}
