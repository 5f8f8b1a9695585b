import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import { findJSONFault } from '../../src/body/json-syntax.ts';
import { compileJSONQuery } from '../../src/kernels/json-program.ts';
import { KernelFault } from '../../src/kernels/kernel-fault.ts';
import { hostKernels, jsKernels, type Kernels } from '../../src/kernels/kernels.ts';
import { builtAccelerators } from '../kernels/accelerators.ts';
import { vectors } from './runner.ts';

interface Vectors {
  readonly cases: readonly {
    readonly name: string;
    readonly expect: 'i' | 'n' | 'y';
    readonly data?: string;
    readonly length?: number;
    readonly head?: string;
  }[];
}

const { built } = await builtAccelerators();
const subjects: readonly (readonly [string, Kernels])[] = [
  ['js', jsKernels],
  ...built.map(({ name, host }) => [name, hostKernels(host)] as const),
];
const everything = compileJSONQuery({ columns: { all: [] } });

for (const [name, kernels] of subjects) {
  vectors<Vectors>(`json-kernel-${name}`, 'json/JSONTestSuite.json', function* ({ cases }) {
    for (const { name: id, expect: wanted, data, length = 0, head = '' } of cases) {
      yield {
        id,
        run: () => {
          const bytes = data === undefined ? repeat(head, length) : Buffer.from(data, 'base64');
          const offset = kernels.jsonValidate(bytes);
          // Implementations may refuse what is no UTF-8, and this one does.
          if (wanted !== 'i') assert.equal(offset === -1, wanted === 'y', `offset ${offset}`);
          assert.equal(offset, expectedOffset(bytes));
          assert.deepEqual(pluck(kernels, bytes), offset === -1 ? 'a value' : { code: 'syntax', offset });
        },
      };
    }
  });
}

/** What the parser of bodies says, in octets. */
function expectedOffset(bytes: Buffer): number {
  if (!isUtf8(bytes)) return jsKernels.jsonValidate(bytes);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  const fault = findJSONFault(text);
  return fault === null ? -1 : Buffer.byteLength(text.slice(0, fault.offset));
}

function pluck(kernels: Kernels, bytes: Uint8Array): unknown {
  try {
    return kernels.jsonPluck(bytes, everything).type(0, 0) === undefined ? 'nothing' : 'a value';
  } catch (error) {
    if (error instanceof KernelFault) return { code: error.code, offset: error.offset };
    throw error;
  }
}

/** The two files with deep nesting are given by their length and how they begin. */
function repeat(head: string, length: number): Buffer {
  return Buffer.alloc(length, head.startsWith('[[') ? '[' : '[{"":');
}
