import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Client } from '../../src/index.ts';
import { builtAccelerators } from '../kernels/accelerators.ts';

/* The servers and proxies of others once more, on the native engine. */

const { built, missing } = await builtAccelerators();
const isBuilt = built.some(({ name }) => name === 'native');

if (isBuilt) {
  process.env['TERN_ACCELERATORS'] = fileURLToPath(new URL('../../accel/npm', import.meta.url));
  process.env['TERN_BACKEND'] = 'native';
  await import('./client-certificates.test.ts');
  await import('./digest.test.ts');
  await import('./http2.test.ts');
  await import('./mockttp.test.ts');
  await import('./proxies.test.ts');
}

test.runIf(isBuilt)('the native engine is what runs here', async () => {
  const client = new Client();
  expect(client.backend).toMatchObject({ wire: 'native', decidedBy: { wire: 'TERN_BACKEND' } });
  await client.close();
});

test('in CI it is built', () => {
  expect(process.env['CI'] === undefined ? [] : missing).toEqual([]);
});
