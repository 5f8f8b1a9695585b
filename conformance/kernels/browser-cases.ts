import type { HTMLProgram, HTMLQuery } from '../../src/kernels/html-program.ts';
import type { JSONProgram, JSONQuery } from '../../src/kernels/json-program.ts';
import type { KernelName } from '../../src/kernels/kernel-host.ts';
import type { Kernels } from '../../src/kernels/kernels.ts';

/** A call of a kernel, as JSON takes it to a browser. */
export interface BrowserCase {
  readonly kernel: KernelName;
  /** In base64. */
  readonly input: string;
  readonly query?: HTMLQuery | JSONQuery;
  readonly maxOutput?: number;
}

export interface Compilers {
  readonly compileHTMLQuery: (query: HTMLQuery) => HTMLProgram;
  readonly compileJSONQuery: (query: JSONQuery) => JSONProgram;
}

/**
 * Runs the calls, and gives results and faults in a form that JSON takes back. It runs in browsers too: everything that
 * is not of the language comes as an argument.
 */
export function runCases(kernels: Kernels, compilers: Compilers, cases: readonly BrowserCase[]): unknown[] {
  return cases.map((each) => {
    try {
      return run(kernels, compilers, each);
    } catch (error) {
      const { name, code, offset } = error as { name: string; code?: string; offset?: number };
      if (name !== 'KernelFault') throw error;
      return { code, offset };
    }
  });
}

function run(
  kernels: Kernels,
  compilers: Compilers,
  { kernel, query, maxOutput, ...rest }: BrowserCase,
): unknown {
  const input = Uint8Array.from(atob(rest.input), (character) => character.charCodeAt(0));
  switch (kernel) {
    case 'jsonPluck': {
      const table = kernels.jsonPluck(input, compilers.compileJSONQuery(query as JSONQuery), maxOutput);
      const values: unknown[] = [];
      for (let row = 0; row < table.length; row++)
        for (let column = 0; column < table.columns; column++)
          values.push([table.type(row, column) ?? null, table.value(row, column) ?? null]);
      return { cells: [...table.cells], values };
    }
    case 'htmlExtract': {
      const table = kernels.htmlExtract(input, compilers.compileHTMLQuery(query as HTMLQuery), maxOutput);
      return { rows: table.rows, records: [...table.records], runs: [...table.runs] };
    }
    case 'zstdDecode':
      return [...kernels.zstdDecode(input, maxOutput)];
    default:
      return kernels[kernel](input);
  }
}
