import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { test } from 'vitest';
import type { KernelHost } from '../../src/kernels/kernel-host.ts';

const packages = fileURLToPath(new URL('../../accel/npm/', import.meta.url));

/** How to get what is missing. */
const CURE = "run 'npm run build:accel'";

/** An accelerator that was built from this repository. */
export interface BuiltAccelerator {
  readonly name: 'native' | 'wasm';
  readonly host: KernelHost;
}

/**
 * The accelerators that have been built. What is missing is told loudly; where CI is `true`, that is a failed test.
 */
export async function builtAccelerators(): Promise<readonly BuiltAccelerator[]> {
  const found: BuiltAccelerator[] = [];
  for (const name of ['native', 'wasm'] as const) {
    try {
      found.push({ name, host: await load(name) });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (process.env['CI'] === 'true') {
        test(`the accelerator '${name}' is built`, () => {
          throw new Error(`${reason}; ${CURE}`);
        });
      } else console.warn(`accelerator '${name}': NOT BUILT, so NOT TESTED (${reason}); ${CURE}`);
    }
  }
  return found;
}

async function load(name: 'native' | 'wasm'): Promise<KernelHost> {
  const entry = `${packages}${name}/index.js`;
  if (name === 'wasm' && !existsSync(`${packages}wasm/kernels.wasm`))
    throw new Error('there is no kernels.wasm');
  return (await import(pathToFileURL(entry).href)) as KernelHost;
}
