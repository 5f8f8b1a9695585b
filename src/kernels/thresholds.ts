import { hasZstd } from '../body/content-coding.ts';
import type { KernelName } from './kernel-host.ts';

/**
 * From how many octets of input on an accelerator is quicker than TypeScript, crossing included, with a margin;
 * Infinity where it never is. `npm run bench:kernels` measures it.
 */
const MEASURED: Readonly<Record<'native' | 'wasm', Readonly<Record<KernelName, number>>>> = {
  native: { jsonValidate: 64, jsonPluck: 192, htmlExtract: 64, charsetDetect: 32, zstdDecode: 0 },
  wasm: { jsonValidate: 64, jsonPluck: 384, htmlExtract: 64, charsetDetect: 32, zstdDecode: 0 },
};

/** The size of input from which on an accelerator runs a kernel; Infinity for never. */
export function minBytes(accelerator: 'native' | 'wasm', kernel: KernelName): number {
  // The zlib of Node is quicker, where it can do it.
  if (kernel === 'zstdDecode' && hasZstd(process.versions.node)) return Number.POSITIVE_INFINITY;
  return MEASURED[accelerator][kernel];
}
