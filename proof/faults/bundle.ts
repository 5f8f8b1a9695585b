import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** Makes one script of each program of the faults, as many processes and threads of them start at once. */
export async function bundle(): Promise<URL> {
  const outdir = fileURLToPath(new URL('../../.cache/faults', import.meta.url));
  await build({
    // The names by which they look for each other.
    entryPoints: ['part.ts', 'servers.ts', '../../src/sync/sync-worker.ts'].map((file) =>
      fileURLToPath(new URL(file, import.meta.url)),
    ),
    entryNames: '[name]',
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    logLevel: 'error',
  });
  return pathToFileURL(`${outdir}/part.js`);
}
