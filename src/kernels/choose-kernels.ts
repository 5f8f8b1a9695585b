import { type KernelHost, type KernelName, OPERATIONS } from './kernel-host.ts';
import { hostKernels, jsKernels, type Kernels } from './kernels.ts';
import { minBytes } from './thresholds.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** The quickest way for each kernel and size of input: that of an accelerator, or TypeScript. */
export function chooseKernels(name: 'native' | 'wasm', host: KernelHost): Kernels {
  const own = hostKernels(host);
  const chosen: Writable<Kernels> = { ...jsKernels };
  for (const kernel of Object.keys(OPERATIONS) as KernelName[])
    choose(kernel, chosen, own, minBytes(name, kernel));
  return chosen;
}

function choose<K extends KernelName>(
  kernel: K,
  chosen: Writable<Kernels>,
  own: Kernels,
  from: number,
): void {
  if (from === Number.POSITIVE_INFINITY) return;
  const accelerated = own[kernel] as (...args: unknown[]) => unknown;
  const plain = jsKernels[kernel] as (...args: unknown[]) => unknown;
  chosen[kernel] = ((...args: [input: Uint8Array, ...rest: unknown[]]) =>
    args[0].length >= from ? accelerated(...args) : plain(...args)) as Kernels[K];
}
