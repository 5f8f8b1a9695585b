import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Kept, makeBook } from './book.ts';
import { describeMachine } from './machine.ts';
import { presenceOf } from './peers.ts';
import type { Row } from './rows.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const FIGURES = `${here}results.json`;

/** What was measured last; null if there is nothing yet. */
export function loadKept(): Kept | null {
  return existsSync(FIGURES) ? (JSON.parse(readFileSync(FIGURES, 'utf8')) as Kept) : null;
}

/** An empty book for this machine. */
export function emptyKept(clients: Iterable<string>): Kept {
  const versions = new Map<string, string>();
  for (const client of clients) {
    const presence = presenceOf(client);
    // The clients of undici are of one package.
    if ('version' in presence && presence.version !== null)
      versions.set(client.startsWith('undici-') ? 'undici' : client, presence.version);
  }
  return { machine: describeMachine(), versions: Object.fromEntries(versions), imports: null, rows: {} };
}

/** Writes the figures, the book and its drawings. Names what was written. */
export function keep(kept: Kept, rows: readonly Row[]): string {
  const names = new Set(rows.map(({ name }) => name));
  const known = Object.fromEntries(Object.entries(kept.rows).filter(([name]) => names.has(name)));
  const figures = JSON.stringify({ ...kept, rows: known }, shorten, 2);
  writeFileSync(FIGURES, `${figures}\n`);
  // Of what is written, so that what is made of it later is the same.
  const { text, charts } = makeBook(JSON.parse(figures) as Kept, rows);
  writeFileSync(`${here}RESULTS.md`, text);
  mkdirSync(`${here}charts`, { recursive: true });
  for (const file of readdirSync(`${here}charts`))
    if (!charts.has(file.replace(/\.svg$/, ''))) rmSync(`${here}charts/${file}`);
  for (const [name, svg] of charts) writeFileSync(`${here}charts/${name}.svg`, svg);
  return `bench/RESULTS.md, bench/results.json, ${charts.size} drawings in bench/charts`;
}

/** Four digits say all that such measurements know. */
function shorten(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}
