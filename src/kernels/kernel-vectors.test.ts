import { expect, test } from 'vitest';
import { hasZstd } from '../body/content-coding.ts';
import { CHARSETS } from './charset-models.ts';
import { compileHTMLQuery } from './html-program.ts';
import { readHTMLTable } from './html-table.ts';
import { compileJSONQuery } from './json-program.ts';
import { readJSONTable } from './json-table.ts';
import type { KernelHost, KernelName } from './kernel-host.ts';
import { KERNEL_VECTORS, testKernel } from './kernel-vectors.ts';
import { jsKernels } from './kernels.ts';

const octets = (base64: string): Buffer => Buffer.from(base64, 'base64');
const inputOf = ({ input }: { input: string }): Buffer => Buffer.from(input, 'latin1');
/** Aligned, as results are. */
const resultOf = ({ outcome }: { outcome: number | string }): Uint8Array =>
  Uint8Array.from(octets(outcome as string));

test('programs are what the compilers make', () => {
  const pluck = KERNEL_VECTORS.jsonPluck[0]!;
  expect(octets(pluck.program)).toEqual(Buffer.from(compileJSONQuery({ columns: { a: ['a'] } }).bytes));
  const extract = KERNEL_VECTORS.htmlExtract[0]!;
  const query = { fields: { a: { select: 'p.b', take: 'text' } } } as const;
  expect(octets(extract.program)).toEqual(Buffer.from(compileHTMLQuery(query).bytes));
});

test('results are those of TypeScript', () => {
  const [refused, accepted] = KERNEL_VECTORS.jsonValidate;
  expect(jsKernels.jsonValidate(inputOf(refused!))).toBe(1);
  expect(jsKernels.jsonValidate(inputOf(accepted!))).toBe(-1);
  const pluck = KERNEL_VECTORS.jsonPluck[0]!;
  const cells = jsKernels.jsonPluck(inputOf(pluck), compileJSONQuery({ columns: { a: ['a'] } }));
  expect(cells).toEqual(readJSONTable(inputOf(pluck), resultOf(pluck)));
  const extract = KERNEL_VECTORS.htmlExtract[0]!;
  const query = compileHTMLQuery({ fields: { a: { select: 'p.b', take: 'text' } } });
  expect(jsKernels.htmlExtract(inputOf(extract), query)).toEqual(readHTMLTable(resultOf(extract)));
  const charset = KERNEL_VECTORS.charsetDetect[0]!;
  expect(jsKernels.charsetDetect(inputOf(charset))).toBe(CHARSETS[octets(charset.outcome as string)[0]!]);
  const frame = KERNEL_VECTORS.zstdDecode[0]!;
  expect(octets(frame.outcome as string).toString()).toMatch(/^tern( tern)+$/);
  if (hasZstd(process.versions.node))
    expect(Buffer.from(jsKernels.zstdDecode(inputOf(frame)))).toEqual(octets(frame.outcome as string));
});

const KERNELS = Object.keys(KERNEL_VECTORS) as KernelName[];

/** A host that answers each vector rightly, but for what `change` does. */
function hostWith(change: (out: Uint8Array, outcome: number) => number): KernelHost {
  return {
    target: 'fake',
    abi: () => 1,
    take() {},
    run(operation, input, _program, _maxOutput, out) {
      const vectors = KERNEL_VECTORS[KERNELS[operation - 1]!];
      const text = Buffer.from(input).toString('latin1');
      const { outcome } = vectors.find((vector) => vector.input === text)!;
      if (typeof outcome === 'number') return change(out, outcome);
      out.set(octets(outcome));
      return change(out, octets(outcome).length);
    },
  };
}

test.each(KERNELS)('%s works', (kernel) => {
  expect(
    testKernel(
      hostWith((_, outcome) => outcome),
      kernel,
    ),
  ).toBeNull();
});

test.each(KERNELS)('%s that says something else does not', (kernel) => {
  expect(
    testKernel(
      hostWith((_, outcome) => outcome - 1),
      kernel,
    ),
  ).toMatch(/says -?\d+ instead of -?\d+$/);
});

test.each(KERNELS.slice(1))('%s with one wrong octet does not', (kernel) => {
  const host = hostWith((out, outcome) => {
    out[outcome - 1]! ^= 1;
    return outcome;
  });
  expect(testKernel(host, kernel)).toBe(`${kernel} gives a wrong result`);
});

test.each(KERNELS)('%s that throws does not', (kernel) => {
  const host = hostWith(() => {
    throw new Error('boom');
  });
  expect(testKernel(host, kernel)).toBe(`${kernel} throws boom`);
});
