import { defineConfig } from 'tsup';

// One public entry, one file. Shared code goes into chunks, so that a class imported through two
// entries is one class; parts imported with `import()` become chunks of their own and load on demand.
const config: ReturnType<typeof defineConfig> = defineConfig({
  entry: {
    index: 'src/index.ts',
    undici: 'src/undici.ts',
    mock: 'src/mock.ts',
    sync: 'src/sync.ts',
    // The program of the worker thread of `sync`, which starts it by this name.
    'sync-worker': 'src/sync/sync-worker.ts',
    conformance: 'src/conformance.ts',
    cli: 'src/cli.ts',
  },
  format: 'esm',
  target: 'node20.19',
  platform: 'node',
  splitting: true,
  treeshake: false,
  sourcemap: false,
  clean: true,
  silent: true,
  // The suite judges whatever module it is given, so its types name the package instead of holding a copy.
  external: ['ternhttp'],
  plugins: [{ name: 'class-names', renderChunk: (code) => ({ code: restoreClassNames(code) }) }],
  dts: process.env['TERN_BUILD_TYPES'] !== 'no',
});

/**
 * The bundler calls a class that speaks of itself `_Client`, inside an expression that is assigned to `Client`. The
 * inner name is what stack traces and `constructor.name` show, so it gets the outer one.
 */
function restoreClassNames(code: string): string {
  const renamed = [...code.matchAll(/^var (\w+) = class _\1\b/gm)].map(([, name]) => name);
  return renamed.length === 0 ? code : code.replace(new RegExp(`\\b_(${renamed.join('|')})\\b`, 'g'), '$1');
}

export default config;
