import { readFileSync } from 'node:fs';
import type { BackendCapability, ConformanceCase } from './case.ts';
import { capabilitiesOf, CLIENT_CAPABILITIES, NATIVE_LACKS } from './case.ts';
import { readSyncList, SYNC_CAPABILITIES } from './sync-column.ts';

/** Something that the whole suite runs on, in the tests. */
export interface Column {
  readonly name: string;
  readonly capabilities: readonly BackendCapability[];
  /** The cases that are known to fail. The tests fail if another one does, or if one of these passes. */
  readonly failures: ReadonlySet<string>;
  /** Cases that need what it cannot do by its nature; they are listed with their reasons, and not run. */
  readonly senseless?: ReadonlySet<string>;
  /** What it cannot do, and the options that are refused therefore. */
  readonly lacks?: Readonly<Record<string, readonly string[]>>;
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

const syncList = readSyncList();

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
    lacks: NATIVE_LACKS,
    proof: '`native.test.ts`, where it is built',
  },
  {
    name: 'wasm',
    capabilities: CLIENT_CAPABILITIES,
    failures: new Set(),
    proof: '`wasm.test.ts`, where it is built',
  },
  {
    name: 'sync',
    capabilities: SYNC_CAPABILITIES,
    failures: new Set(Object.keys(syncList.failing)),
    senseless: new Set(Object.keys(syncList.senseless)),
    proof: '`sync.test.ts`',
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
  { capabilities, failures, senseless }: Column,
  { id, needs = [] }: ConformanceCase,
): 'fail' | 'not-applicable' | 'pass' {
  const isOffered = needs.every((need) => need === 'ipv6' || need === 'zstd' || capabilities.includes(need));
  if (!isOffered || senseless?.has(id) === true) return 'not-applicable';
  return failures.has(id) ? 'fail' : 'pass';
}
