/** What of a `package.json` says where its code is. */
export interface Manifest {
  readonly version?: string;
  readonly exports?: unknown;
  readonly main?: string;
}

const CONDITIONS = new Set(['node', 'import', 'default']);

/** The file that `import` of a package gives, relative to its folder: the conditions of Node, in the order they stand. */
export function packageEntry({ exports, main }: Manifest): string {
  return choose(exports) ?? main ?? 'index.js';
}

function choose(target: unknown): string | null {
  if (typeof target === 'string') return target;
  if (typeof target !== 'object' || target === null) return null;
  for (const [key, value] of Object.entries(target)) {
    const found = key === '.' || CONDITIONS.has(key) ? choose(value) : null;
    if (found !== null) return found;
  }
  return null;
}
