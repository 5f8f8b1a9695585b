import { KernelFault } from './kernel-fault.ts';
import { callKernel, type KernelHost, NO_PROGRAM, OPERATIONS } from './kernel-host.ts';

/** The kernel of an accelerator as what the decoding of bodies takes: see `DecodeOptions.zstd`. */
export function zstdHook(host: KernelHost): (input: Uint8Array, maxOutput: number) => Uint8Array {
  return (input, maxOutput) => {
    try {
      return callKernel(host, OPERATIONS.zstdDecode, input, NO_PROGRAM, maxOutput);
    } catch (error) {
      if (error instanceof KernelFault && error.code === 'limit') {
        throw new RangeError(`The content is longer than ${maxOutput} octets.`, { cause: error });
      }
      throw error;
    }
  };
}
