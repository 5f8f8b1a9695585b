import { type KernelHost, type KernelName, OPERATIONS } from './kernel-host.ts';
import { hostKernels, jsKernels, type Kernels } from './kernels.ts';
import { minBytes } from './thresholds.ts';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The quickest way for each kernel and size of input: that of an accelerator, or TypeScript.
 *
 * @param works asked once for each kernel, before its first use; without it the kernel is that of TypeScript for good
 */
export function chooseKernels(
  name: 'native' | 'wasm',
  host: KernelHost,
  works: (kernel: KernelName) => boolean,
): Kernels {
  const own = hostKernels(host);
  const chosen: Writable<Kernels> = { ...jsKernels };
  for (const kernel of Object.keys(OPERATIONS) as KernelName[])
    choose(kernel, chosen, own, minBytes(name, kernel), works);
  return chosen;
}

function choose<K extends KernelName>(
  kernel: K,
  chosen: Writable<Kernels>,
  own: Kernels,
  minimum: number,
  works: (kernel: KernelName) => boolean,
): void {
  if (minimum === Number.POSITIVE_INFINITY) return;
  const accelerated = own[kernel] as (...args: unknown[]) => unknown;
  const plain = jsKernels[kernel] as (...args: unknown[]) => unknown;
  let from = minimum;
  let isTried = false;
  chosen[kernel] = ((...args: [input: Uint8Array, ...rest: unknown[]]) => {
    if (args[0].length < from) return plain(...args);
    if (!isTried) {
      if (!works(kernel)) {
        from = Number.POSITIVE_INFINITY;
        return plain(...args);
      }
      isTried = true;
    }
    return accelerated(...args);
  }) as Kernels[K];
}
