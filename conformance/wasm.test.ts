import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { defineSuite } from './define-suite.ts';
import { builtAccelerators } from './kernels/accelerators.ts';

/*
 * The whole suite on `wasm`. Its wire is the one in TypeScript, so what can differ is what its kernels do, which is one
 * topic, and what the choice of a backend does to everything else, which can be anywhere: so nothing is left out. It
 * takes as long as the suite on `js`, mostly waiting, in a process of its own beside it.
 */
process.env['TERN_ACCELERATORS'] = fileURLToPath(new URL('../accel/npm', import.meta.url));

const { built } = await builtAccelerators();
const isBuilt = built.some(({ name }) => name === 'wasm');

test('the module is built where CI is to test it', () => {
  expect(isBuilt || process.env['CI'] !== 'true').toBe(true);
});

if (isBuilt) await defineSuite(['wasm']);
