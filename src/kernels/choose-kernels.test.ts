import { afterEach, expect, test, vi } from 'vitest';
import { chooseKernels } from './choose-kernels.ts';
import { KernelFault } from './kernel-fault.ts';
import { callKernel, type KernelHost, NO_PROGRAM } from './kernel-host.ts';
import { hostKernels } from './kernels.ts';
import { minBytes } from './thresholds.ts';
import { zstdHook } from './zstd-hook.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** A host with one outcome; a result is a row of sevens. */
function fakeHost(outcome: number): KernelHost & { readonly calls: number[] } {
  const calls: number[] = [];
  return {
    target: 'fake',
    calls,
    abi: () => 1,
    run(operation, _input, _program, _maxOutput, out) {
      calls.push(operation);
      if (outcome <= out.length) out.fill(7, 0, Math.max(0, outcome));
      return outcome;
    },
    take: (out) => {
      out.fill(7);
    },
  };
}

test('short inputs stay in TypeScript', () => {
  const host = fakeHost(0);
  const asked: string[] = [];
  const { jsonValidate } = chooseKernels('native', host, (kernel) => asked.push(kernel) > 0);
  const from = minBytes('native', 'jsonValidate');
  expect(jsonValidate(Buffer.alloc(from - 1, '['))).toBe(from - 1);
  expect([host.calls, asked]).toEqual([[], []]);
  expect(jsonValidate(Buffer.alloc(from, '['))).toBe(-1);
  expect(jsonValidate(Buffer.alloc(from, '['))).toBe(-1);
  expect([host.calls, asked]).toEqual([[1, 1], ['jsonValidate']]);
});

test('a kernel that does not work is that of TypeScript, for good', () => {
  const host = fakeHost(0);
  const asked: string[] = [];
  const { jsonValidate } = chooseKernels('wasm', host, (kernel) => asked.push(kernel) < 0);
  const input = Buffer.alloc(minBytes('wasm', 'jsonValidate'), '[');
  expect([jsonValidate(input), jsonValidate(input)]).toEqual([input.length, input.length]);
  expect([host.calls, asked]).toEqual([[], ['jsonValidate']]);
});

test.each([5, 16 * 1024, 16 * 1024 + 1, 1_000_000])('a result of %i octets comes across', (length) => {
  const result = callKernel(fakeHost(length), 5, NO_PROGRAM, NO_PROGRAM, Number.POSITIVE_INFINITY);
  expect(result).toHaveLength(length);
  expect(result.every((octet) => octet === 7)).toBe(true);
  expect(result.byteOffset % 4).toBe(0);
});

test.each([
  [1, 'program', 7],
  [2, 'syntax', 0],
  [3, 'limit', 2 ** 32 - 1],
  [4, 'corrupt', 1],
  [5, 'truncated', 1],
  [6, 'unsupported', 1],
  [255, 'internal', 0],
  [99, 'internal', 0],
] as const)('fault %i is %s', (code, name, offset) => {
  const kernels = hostKernels(fakeHost(-(code * 2 ** 32 + offset)));
  expect(() => kernels.zstdDecode(NO_PROGRAM)).toThrow(new KernelFault(name, offset));
});

test('the check of JSON gives the offset of what is wrong, and throws for all else', () => {
  expect(hostKernels(fakeHost(-(2 * 2 ** 32 + 5))).jsonValidate(NO_PROGRAM)).toBe(5);
  expect(() => hostKernels(fakeHost(-255 * 2 ** 32)).jsonValidate(NO_PROGRAM)).toThrow(KernelFault);
});

test('the hook of decoding says RangeError for too much', () => {
  expect(zstdHook(fakeHost(3))(NO_PROGRAM, 3)).toEqual(Uint8Array.of(7, 7, 7));
  expect(() => zstdHook(fakeHost(-3 * 2 ** 32))(NO_PROGRAM, 3)).toThrow(RangeError);
  expect(() => zstdHook(fakeHost(-4 * 2 ** 32))(NO_PROGRAM, 3)).toThrow(KernelFault);
});
