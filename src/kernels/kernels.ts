import { detectCharset } from './charset-detect.ts';
import { CHARSETS, charsetModels } from './charset-models.ts';
import { extractHTML } from './html-extract.ts';
import type { HTMLProgram } from './html-program.ts';
import { type HTMLTable, readHTMLTable } from './html-table.ts';
import { pluckJSON } from './json-pluck.ts';
import type { JSONProgram } from './json-program.ts';
import { validateJSON } from './json-scanner.ts';
import { type JSONTable, readJSONTable } from './json-table.ts';
import { faultOf } from './kernel-fault.ts';
import { callKernel, type KernelHost, MAX_TABLE, NO_PROGRAM, OPERATIONS } from './kernel-host.ts';
import { decodeZstd } from './zstd-decode.ts';

/** Pure functions of octets that an accelerator may do in place of TypeScript, with the same results and faults. */
export interface Kernels {
  /** The offset of the first octet that is no part of a JSON text in UTF-8, or -1. */
  readonly jsonValidate: (input: Uint8Array) => number;
  /** Takes the values at the paths of a program out of a JSON text. Throws KernelFault. */
  readonly jsonPluck: (input: Uint8Array, program: JSONProgram, maxOutput?: number) => JSONTable;
  /** Finds elements by selectors in a document of an encoding that contains ASCII. Throws KernelFault. */
  readonly htmlExtract: (input: Uint8Array, program: HTMLProgram, maxOutput?: number) => HTMLTable;
  /** Guesses the encoding of a text. */
  readonly charsetDetect: (input: Uint8Array) => string;
  /** Decodes whole Zstandard frames. Throws KernelFault. */
  readonly zstdDecode: (input: Uint8Array, maxOutput?: number) => Uint8Array;
}

/** The kernels in TypeScript. What they do is right by definition. */
export const jsKernels: Kernels = {
  jsonValidate: validateJSON,
  jsonPluck: pluckJSON,
  htmlExtract: extractHTML,
  charsetDetect: detectCharset,
  zstdDecode: decodeZstd,
};

/** The kernels of an accelerator, whatever the size of the input. */
export function hostKernels(host: KernelHost): Kernels {
  const { jsonValidate, jsonPluck, htmlExtract, charsetDetect, zstdDecode } = OPERATIONS;
  return {
    jsonValidate(input) {
      const outcome = host.run(jsonValidate, input, NO_PROGRAM, 0, NO_PROGRAM);
      if (outcome === 0) return -1;
      const fault = faultOf(outcome);
      if (fault.code === 'syntax') return fault.offset;
      throw fault;
    },
    jsonPluck(input, program, maxOutput = MAX_TABLE) {
      return readJSONTable(input, callKernel(host, jsonPluck, input, program.bytes, maxOutput));
    },
    htmlExtract(input, program, maxOutput = MAX_TABLE) {
      return readHTMLTable(callKernel(host, htmlExtract, input, program.bytes, maxOutput));
    },
    charsetDetect(input) {
      const [number = 0] = callKernel(host, charsetDetect, input, charsetModels(), 1);
      return CHARSETS[number]!;
    },
    zstdDecode(input, maxOutput = Number.POSITIVE_INFINITY) {
      return callKernel(host, zstdDecode, input, NO_PROGRAM, maxOutput);
    },
  };
}
