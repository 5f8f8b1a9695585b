import { BackendUnavailableError } from '../errors/backend-unavailable-error.ts';
import { chooseKernels } from '../kernels/choose-kernels.ts';
import type { KernelHost } from '../kernels/kernel-host.ts';
import { jsKernels, type Kernels } from '../kernels/kernels.ts';
import { type BackendChoice, resolveChoice } from './choice.ts';
import { attemptOf, tryKernel } from './kernel-trials.ts';
import { selectAccelerator } from './select.ts';

/** By accelerator: of those who took what there is, and of those who named it. */
const chosen = { auto: new WeakMap<KernelHost, Kernels>(), named: new WeakMap<KernelHost, Kernels>() };

/**
 * The kernels that go with a choice of backend, each in TypeScript for inputs that are too short to gain. It is apart
 * from the selection of a wire, so that a client does not load what only extraction needs.
 *
 * A kernel of an accelerator is tried out before its first use. If it does not work, `auto` has it done by TypeScript,
 * and the reports of selections say so from then on; for an accelerator that was named, each use is a BackendUnavailableError.
 *
 * @throws BackendUnavailableError for an accelerator that is asked for by name and cannot be had
 */
export function selectKernels(choice: BackendChoice): Kernels {
  const resolved = resolveChoice(choice);
  const { accelerator } = selectAccelerator(resolved);
  if (accelerator === null) return jsKernels;
  const { name, host } = accelerator;
  const isNamed = resolved.kernels !== 'auto';
  const known = chosen[isNamed ? 'named' : 'auto'];
  let kernels = known.get(host);
  if (kernels === undefined) {
    kernels = chooseKernels(name, host, (kernel) => {
      const { fault } = tryKernel(host, kernel);
      if (fault !== null && isNamed) throw new BackendUnavailableError(name, [attemptOf(name, fault)]);
      return fault === null;
    });
    known.set(host, kernels);
  }
  return kernels;
}
