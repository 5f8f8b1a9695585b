import { fileURLToPath } from 'node:url';
import { BackendUnavailableError, type BackendName, Client } from '../src/index.ts';

// What `npm run build:accel` has built.
process.env['TERN_ACCELERATORS'] ??= fileURLToPath(new URL('../accel/npm', import.meta.url));

/**
 * The wire engine that a name stands for. A name never falls back; where that backend is not there, the process says
 * so and ends: as a failure in CI, where everything has to be built, and as nothing done elsewhere.
 */
export async function requireEngine(backend: BackendName): Promise<string> {
  try {
    const client = new Client({ backend });
    const { wire } = client.backend!;
    await client.close();
    return wire;
  } catch (error) {
    if (!(error instanceof BackendUnavailableError)) throw error;
    console.error(`!! NOT RUN on ${backend}: ${error.message}`);
    return process.exit(process.env['CI'] === undefined ? 0 : 1);
  }
}
