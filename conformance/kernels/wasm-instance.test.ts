import { expect, test } from 'vitest';
import { NO_PROGRAM, OPERATIONS } from '../../src/kernels/kernel-host.ts';
import { builtAccelerators } from './accelerators.ts';

const { built } = await builtAccelerators();
const modules = built.filter(({ name }) => name === 'wasm');

test.each(modules)('a trap is an internal fault, and the next call has a new instance', ({ host }) => {
  // More than the memory of a 32-bit module can be made to hold.
  const tooLong = { length: 2 ** 32 - 1 } as Uint8Array;
  expect(host.run(OPERATIONS.jsonValidate, tooLong, NO_PROGRAM, 0, NO_PROGRAM)).toBe(-255 * 2 ** 32);
  expect(host.run(OPERATIONS.jsonValidate, Buffer.from('[]'), NO_PROGRAM, 0, NO_PROGRAM)).toBe(0);
});

test.each(built)('$name keeps working after large inputs', ({ host }) => {
  const large = Buffer.alloc(80 * 1024 * 1024, ' ');
  large.write('[]');
  for (let round = 0; round < 2; round++) {
    expect(host.run(OPERATIONS.jsonValidate, large, NO_PROGRAM, 0, NO_PROGRAM)).toBe(0);
    expect(host.run(OPERATIONS.jsonValidate, Buffer.from('[1,]'), NO_PROGRAM, 0, NO_PROGRAM)).toBe(
      -(2 * 2 ** 32 + 3),
    );
  }
});

test('there is at most one module', () => {
  expect(modules.length).toBeLessThanOrEqual(1);
});
