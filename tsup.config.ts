import { defineConfig } from 'tsup';

/** The public entries, one file each. */
export const entries = {
  index: 'src/index.ts',
  undici: 'src/undici.ts',
  mock: 'src/mock.ts',
  sync: 'src/sync.ts',
  // The program of the worker thread of `sync`, which starts it by this name.
  'sync-worker': 'src/sync/sync-worker.ts',
  conformance: 'src/conformance.ts',
  cli: 'src/cli.ts',
} as const;

// Declarations only: rolldown.config.ts makes the code.
const config: ReturnType<typeof defineConfig> = defineConfig({
  entry: entries,
  format: 'esm',
  clean: true,
  silent: true,
  external: ['ternhttp'],
  dts: { only: true },
});

export default config;
