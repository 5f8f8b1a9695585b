/** What went wrong in a kernel, by the number under which it crosses the boundary. */
const FAULT_CODES: Readonly<Record<number, KernelFaultCode>> = {
  1: 'program',
  2: 'syntax',
  3: 'limit',
  4: 'corrupt',
  5: 'truncated',
  6: 'unsupported',
  255: 'internal',
};

/**
 * `program`: the program is none, a defect of who compiled it; `syntax`: the input is not in the format; `limit`: the
 * result is longer than was allowed; `corrupt` and `truncated`: compressed content is damaged or ends too early;
 * `unsupported`: it needs what is not offered here; `internal`: a defect of the kernel.
 */
export type KernelFaultCode =
  | 'corrupt'
  | 'internal'
  | 'limit'
  | 'program'
  | 'syntax'
  | 'truncated'
  | 'unsupported';

/** A kernel could not do its work. It crosses as code and offset, the same from every backend. */
export class KernelFault extends Error {
  readonly code: KernelFaultCode;
  /** Where in the input, in octets. */
  readonly offset: number;

  constructor(code: KernelFaultCode, offset: number, cause?: unknown) {
    super(`${code} at octet ${offset}`, cause === undefined ? undefined : { cause });
    this.name = 'KernelFault';
    this.code = code;
    this.offset = offset;
  }
}

const CODE_UNIT = 2 ** 32;

/** The fault that a negative outcome of an accelerator stands for: `-(code * 2 ** 32 + offset)`. */
export function faultOf(outcome: number): KernelFault {
  const code = Math.floor(-outcome / CODE_UNIT);
  return new KernelFault(FAULT_CODES[code] ?? 'internal', -outcome - code * CODE_UNIT);
}
