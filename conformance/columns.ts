import { readFileSync } from 'node:fs';
import type { BackendCapability, ConformanceCase } from './case.ts';
import { capabilitiesOf, CLIENT_CAPABILITIES } from './case.ts';

/** Something that the whole suite runs on, in the tests. */
export interface Column {
  readonly name: string;
  readonly capabilities: readonly BackendCapability[];
  /** The cases that are known to fail. The tests fail if another one does, or if one of these passes. */
  readonly failures: ReadonlySet<string>;
  /** The test that proves it. */
  readonly proof: string;
}

/** What undici offers. What a client's options set (pool, TLS, sockets), and the bytes of requests, are its own affair. */
export const UNDICI_CAPABILITIES: readonly BackendCapability[] = [
  'timeouts',
  'informational',
  'trailers',
  'upgrade',
];

const undiciFailures = JSON.parse(
  readFileSync(new URL('./undici-failures.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, string>>;

/** The columns of the page of coverage. */
export const columns: readonly Column[] = [
  {
    name: 'js',
    capabilities: CLIENT_CAPABILITIES,
    failures: new Set(),
    proof: '`conformance.test.ts`',
  },
  {
    name: 'native',
    capabilities: capabilitiesOf('native'),
    failures: new Set(),
    proof: '`native.test.ts`, where it is built',
  },
  {
    name: 'wasm',
    capabilities: CLIENT_CAPABILITIES,
    failures: new Set(),
    proof: '`wasm.test.ts`, where it is built',
  },
  {
    name: 'undici',
    capabilities: UNDICI_CAPABILITIES,
    failures: new Set(Object.keys(undiciFailures)),
    proof: '`undici.test.ts`',
  },
];

/** What becomes of a case on a column; what it asks of the machine is taken to be there. */
export function outcomeOn(
  { capabilities, failures }: Column,
  { id, needs = [] }: ConformanceCase,
): 'fail' | 'not-applicable' | 'pass' {
  const isOffered = needs.every((need) => need === 'ipv6' || need === 'zstd' || capabilities.includes(need));
  if (!isOffered) return 'not-applicable';
  return failures.has(id) ? 'fail' : 'pass';
}
