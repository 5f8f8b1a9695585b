import { compileHTMLQuery } from '../../src/kernels/html-program.ts';
import type { Kernels } from '../../src/kernels/kernels.ts';
import { KERNEL_WORK, kernelsOf } from '../kernel-work.ts';
import { WANTED_SELECTOR } from '../play-page.ts';
import type { BenchClient, MakeClient } from './client.ts';
import { makeExtractor } from './play-page.ts';

/**
 * No client but the kernels of a backend: `/jsonPluck/384/100` is an input of about 384 octets, a hundred times. Who calls it
 * gets the product of both numbers. A `get` is the wanted block of the play page.
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
    let page: BenchClient | undefined;
    return {
      get: (path) => (page ??= makeExtractor(extractor(kernels))).get(path),
      buffer: run,
    };
  };
}

function extractor({ htmlExtract }: Kernels): (octets: Buffer) => string {
  const query = compileHTMLQuery({ fields: { block: { select: WANTED_SELECTOR, take: 'inner' } } });
  return (octets) => {
    const [, , , from, to] = htmlExtract(octets, query).records;
    return octets.toString('utf8', from, to);
  };
}
