import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { hasAddon, peerEntry } from './peers.ts';
import { median } from './statistics.ts';

const PEERS = ['undici', 'ofetch', 'ky', 'got', 'axios', 'impit', 'wreq-js'];
const MODULES: Readonly<Record<string, string>> = {
  tern: new URL('../dist/index.js', import.meta.url).href,
  ...(hasAddon()
    ? { '@ternhttp/native': new URL('../accel/npm/native/index.js', import.meta.url).href }
    : {}),
  'node:net': 'node:net',
  'node:http': 'node:http',
  ...Object.fromEntries(
    PEERS.map((name) => [name, peerEntry(name)] as const).filter(
      (pair): pair is readonly [string, string] => pair[1] !== null,
    ),
  ),
};

/** Milliseconds that `import()` takes in a fresh process, and the memory after it; medians, alternated. */
export interface ImportTime {
  readonly name: string;
  readonly ms: number;
  readonly rssMiB: number;
}

export function measureImports(rounds: number): ImportTime[] {
  const cwd = fileURLToPath(new URL('..', import.meta.url));
  const samples = new Map<string, { ms: number; rss: number }[]>();
  for (let round = 0; round < rounds; round++) {
    const names = Object.keys(MODULES);
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const script = `const t = performance.now(); await import(${JSON.stringify(MODULES[name])}); const ms = performance.now() - t; console.log(JSON.stringify({ ms, rss: process.memoryUsage().rss }))`;
      const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
        cwd,
        encoding: 'utf8',
      });
      samples.set(name, [...(samples.get(name) ?? []), JSON.parse(output) as { ms: number; rss: number }]);
    }
  }
  return [...samples].map(([name, list]) => ({
    name,
    ms: median(list.map(({ ms }) => ms)),
    rssMiB: median(list.map(({ rss }) => rss)) / 1_048_576,
  }));
}
