import { KERNEL_WORK, kernelsOf } from '../kernel-work.ts';
import type { MakeClient } from './client.ts';

/**
 * No client but the kernels of a backend: `/jsonPluck/384/100` is an input of about 384 octets, a hundred times. Who calls it
 * gets the product of both numbers.
 */
export function makeKernels(name: 'js' | 'native' | 'wasm'): MakeClient {
  return () => {
    const kernels = kernelsOf(name);
    const calls = new Map<string, () => number>();
    const callOf = (path: string): (() => number) => {
      const [, kernel, size, times] = path.split('/');
      const found = KERNEL_WORK.find((one) => one.kernel === kernel);
      if (found === undefined) throw new Error(`there is no kernel '${kernel}'`);
      const call = found.work(found.input(Number(size)));
      return () => {
        for (let index = 0; index < Number(times); index++) call(kernels);
        return Number(size) * Number(times);
      };
    };
    const run = (path: string): Promise<number> => {
      let call = calls.get(path);
      if (call === undefined) calls.set(path, (call = callOf(path)));
      return Promise.resolve(call());
    };
    return { get: run, buffer: run };
  };
}
