import { defineConfig } from 'tsup'

// One public entry, one file. Shared code goes into chunks, so that a class imported through two
// entries is one class; parts imported with `import()` become chunks of their own and load on demand.
const config: ReturnType<typeof defineConfig> = defineConfig({
  entry: {
    index: 'src/index.ts',
    undici: 'src/undici.ts',
    mock: 'src/mock.ts',
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
  dts: process.env['TERN_BUILD_TYPES'] !== 'no',
})

export default config
