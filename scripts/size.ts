import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { transformSync } from 'esbuild';

/** Largest size of an entry with all that it loads at once, minified and gzipped, in KiB. */
const BUDGETS: Readonly<Record<string, number>> = {
  'index.js': 115,
  'undici.js': 120,
  'mock.js': 112,
};

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const files = readdirSync(dist).filter((name) => name.endsWith('.js'));
let isOver = false;
for (const entry of files.filter((name) => !name.startsWith('chunk-'))) {
  const loaded = [...reachable(entry)];
  const code = loaded
    .map((name) => transformSync(readFileSync(dist + name, 'utf8'), { minify: true }).code)
    .join('\n');
  const gzip = gzipSync(code, { level: 9 }).length / 1024;
  const brotli = brotliCompressSync(code).length / 1024;
  const budget = BUDGETS[entry];
  const verdict =
    budget === undefined ? '' : gzip <= budget ? ` (budget ${budget})` : ` OVER the budget of ${budget}`;
  if (budget !== undefined && gzip > budget) isOver = true;
  if (budget !== undefined || process.argv.includes('--all')) {
    console.log(
      `${entry}: ${gzip.toFixed(1)} KiB gzip${verdict}, ${brotli.toFixed(1)} KiB brotli, ${loaded.length} files`,
    );
  }
}
process.exitCode = isOver ? 1 : 0;

/** An entry and the chunks that it imports statically. */
function reachable(name: string, seen: Set<string> = new Set()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const [, path] of readFileSync(dist + name, 'utf8').matchAll(/(?:from|^import) ?"\.\/([^"]+)"/gm))
    reachable(path!, seen);
  return seen;
}
