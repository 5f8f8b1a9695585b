import { type ConfigExport, defineConfig, type Plugin } from 'rolldown';
import { entries } from './tsup.config.ts';

/** Modules by what they import at load time, as the bundler finds them. */
const imports = new Map<string, readonly string[]>();
/** Where loading begins: the entries, and what is imported on demand. */
const roots = new Set<string>();
const graph: Plugin = {
  name: 'graph',
  moduleParsed({ id, isEntry, importedIds, dynamicallyImportedIds }) {
    imports.set(id, importedIds);
    if (isEntry) roots.add(id);
    for (const imported of dynamicallyImportedIds) roots.add(imported);
  },
};
let common: Set<string> | undefined;

// One public entry, one file. What the main entry has in common with any other is one chunk, so that a class imported
// through two entries is one class, and importing the library reads two files: with one chunk for every combination of
// entries there are dozens, which take longer to load than to run. What is imported with `import()` loads on demand.
const config: ConfigExport = defineConfig({
  input: entries,
  platform: 'node',
  transform: { target: 'node20.19' },
  // Packages are imported, `ternhttp` too: the suite judges whatever module it is given. Helpers of the compiler are not.
  external: (id) => !/^[./\0]/.test(id) && !id.startsWith('@oxc-project/runtime'),
  plugins: [graph],
  logLevel: 'warn',
  output: {
    dir: 'dist',
    format: 'esm',
    comments: false,
    chunkFileNames: 'chunk-[name]-[hash].js',
    codeSplitting: {
      groups: [{ debugName: 'common', name: (id) => (isCommon(id) ? 'common' : null) }],
    },
  },
});

function isCommon(id: string): boolean {
  common ??= findCommon();
  return common.has(id);
}

function findCommon(): Set<string> {
  const index = [...roots].find((id) => id.endsWith('/src/index.ts'))!;
  const elsewhere = new Set<string>();
  for (const root of roots) if (root !== index) addReachable(root, elsewhere);
  const own = new Set<string>();
  addReachable(index, own);
  return new Set([...own].filter((id) => elsewhere.has(id)));
}

function addReachable(id: string, found: Set<string>): void {
  if (found.has(id)) return;
  found.add(id);
  for (const imported of imports.get(id) ?? []) addReachable(imported, found);
}

export default config;
