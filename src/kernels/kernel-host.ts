import { faultOf } from './kernel-fault.ts';

/** The version of the boundary between the kernels here and those of an accelerator. */
export const KERNEL_ABI = 1;

/** What an accelerator package exports. */
export interface KernelHost {
  /** What it was built for: `linux-x64-gnu`, `wasm32-wasip1`. */
  readonly target: string;
  /** The version of the boundary that it implements. */
  readonly abi: () => number;
  /**
   * Runs an operation. The outcome is the length of the result, or `-(code * 2 ** 32 + offset)`. A result that fits is
   * in `out`; a longer one waits for `take`, which must be the next call.
   */
  readonly run: (
    operation: number,
    input: Uint8Array,
    program: Uint8Array,
    maxOutput: number,
    out: Uint8Array,
  ) => number;
  /** Copies the result of the last call into an array of just its length. */
  readonly take: (out: Uint8Array) => void;
}

/** The kernels, by the numbers under which they are called. */
export const OPERATIONS = {
  jsonValidate: 1,
  jsonPluck: 2,
  htmlExtract: 3,
  charsetDetect: 4,
  zstdDecode: 5,
} as const;

export type KernelName = keyof typeof OPERATIONS;

export const NO_PROGRAM: Uint8Array = new Uint8Array(0);

/** Octets that a table may have unless told otherwise: a short text can hold very many rows. */
export const MAX_TABLE: number = 256 * 1024 * 1024;

/** Most results are short: one call brings them across. */
const scratch = new Uint8Array(16 * 1024);

/** `usize` of a 32-bit module, and more than any result can have. */
const MAX_OUTPUT = 2 ** 32 - 1;

/**
 * Runs an operation of an accelerator.
 *
 * @returns octets of the caller's own, aligned for 32-bit words
 * @throws KernelFault as the kernel says
 */
export function callKernel(
  host: KernelHost,
  operation: number,
  input: Uint8Array,
  program: Uint8Array,
  maxOutput: number,
): Uint8Array {
  const outcome = host.run(operation, input, program, Math.min(maxOutput, MAX_OUTPUT), scratch);
  // The outcome of octet 0 is negative too, because codes begin with 1.
  if (outcome < 0) throw faultOf(outcome);
  if (outcome <= scratch.length) return scratch.slice(0, outcome);
  const result = new Uint8Array(outcome);
  host.take(result);
  return result;
}
