import { chooseKernels } from '../kernels/choose-kernels.ts';
import type { KernelHost } from '../kernels/kernel-host.ts';
import { jsKernels, type Kernels } from '../kernels/kernels.ts';
import { type BackendChoice, resolveChoice } from './choice.ts';
import { selectAccelerator } from './select.ts';

const chosen = new WeakMap<KernelHost, Kernels>();

/**
 * The kernels that go with a choice of backend, each in TypeScript for inputs that are too short to gain. It is apart
 * from the selection of a wire, so that a client does not load what only extraction needs.
 *
 * @throws BackendUnavailableError for an accelerator that is asked for by name and cannot be had
 */
export function selectKernels(choice: BackendChoice): Kernels {
  const { accelerator } = selectAccelerator(resolveChoice(choice));
  if (accelerator === null) return jsKernels;
  const { name, host } = accelerator;
  let kernels = chosen.get(host);
  if (kernels === undefined) {
    kernels = chooseKernels(name, host);
    chosen.set(host, kernels);
  }
  return kernels;
}
