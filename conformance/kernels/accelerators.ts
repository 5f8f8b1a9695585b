import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { KernelHost } from '../../src/kernels/kernel-host.ts';

const packages = fileURLToPath(new URL('../../accel/npm/', import.meta.url));

/** How to get what is missing. */
const CURE = "run 'npm run build:accel'";

/** An accelerator that was built from this repository. */
export interface BuiltAccelerator {
  readonly name: 'native' | 'wasm';
  readonly host: KernelHost;
}

/** The accelerators that have been built, and what is missing, with what to do. The latter is also told loudly. */
export async function builtAccelerators(): Promise<{
  readonly built: readonly BuiltAccelerator[];
  readonly missing: readonly string[];
}> {
  const built: BuiltAccelerator[] = [];
  const missing: string[] = [];
  for (const name of ['native', 'wasm'] as const) {
    try {
      built.push({ name, host: await load(name) });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      missing.push(`accelerator '${name}': NOT BUILT, so NOT TESTED (${reason}); ${CURE}`);
      console.warn(missing.at(-1));
    }
  }
  return { built, missing };
}

async function load(name: 'native' | 'wasm'): Promise<KernelHost> {
  const entry = `${packages}${name}/index.js`;
  if (name === 'wasm' && !existsSync(`${packages}wasm/kernels.wasm`))
    throw new Error('there is no kernels.wasm');
  return (await import(pathToFileURL(entry).href)) as KernelHost;
}
