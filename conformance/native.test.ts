import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { defineSuite } from './define-suite.ts';
import { builtAccelerators } from './kernels/accelerators.ts';

/*
 * The whole suite on `native`: its own wire, its own TLS, its own kernels. It takes as long as the suite on `js`, mostly
 * waiting, in a process of its own beside it.
 */
process.env['TERN_ACCELERATORS'] = fileURLToPath(new URL('../accel/npm', import.meta.url));

const { built } = await builtAccelerators();
const isBuilt = built.some(({ name }) => name === 'native');

test('the addon is built where CI is to test it', () => {
  expect(isBuilt || process.env['CI'] !== 'true').toBe(true);
});

if (isBuilt) await defineSuite(['native']);
