import { readFileSync } from 'node:fs';
import { type BackendCapability, CLIENT_CAPABILITIES, type ConformanceCase } from './case.ts';

/** Cases that do not run, or fail, on the client that blocks, with the reasons. */
export interface SyncList {
  /** Cases that need what a thread that blocks cannot do by its nature; they are not run. */
  readonly senseless: Readonly<Record<string, string>>;
  /** Cases that are run and fail. */
  readonly failing: Readonly<Record<string, string>>;
}

/** Where the list stands. */
export const syncListFile: URL = new URL('./sync-failures.json', import.meta.url);

export function readSyncList(): SyncList {
  return JSON.parse(readFileSync(syncListFile, 'utf8')) as SyncList;
}

/** What the client that blocks offers: the command waits, and nothing flows in two directions. */
export const SYNC_CAPABILITIES: readonly BackendCapability[] = CLIENT_CAPABILITIES.filter(
  (name) => name !== 'command' && name !== 'upgrade',
);

/** Contradictions between the list and the cases. */
export function syncProblems(cases: readonly ConformanceCase[], { senseless, failing }: SyncList): string[] {
  const ids = new Set(cases.map(({ id }) => id));
  const listed = [senseless, failing].flatMap((list) => Object.entries(list));
  return [
    ...listed.filter(([id]) => !ids.has(id)).map(([id]) => `sync-failures.json: there is no case ${id}`),
    ...listed
      .filter(([, reason]) => reason.trim() === '')
      .map(([id]) => `sync-failures.json: ${id} has no reason`),
    ...Object.keys(failing)
      .filter((id) => Object.hasOwn(senseless, id))
      .map((id) => `sync-failures.json: ${id} stands there twice`),
  ];
}
