import { readFileSync } from 'node:fs';
import { CLIENT_CAPABILITIES } from '../case.ts';
import { type CaseRunner, createCaseRunner } from '../runner.ts';
import { NOT_SYNC, type SyncList } from '../sync-column.ts';
import { syncTern } from './face.ts';
import { Line } from './line.ts';

/** Where the cases stand that do not run on the client that blocks, or fail. */
export const syncListFile: URL = new URL('../sync-failures.json', import.meta.url);

export function readSyncList(): SyncList {
  return JSON.parse(readFileSync(syncListFile, 'utf8')) as SyncList;
}

/** Runs cases on the client that blocks, in a thread of its own, with the face of the one that waits. */
export async function createSyncRunner(timeoutMs?: number): Promise<CaseRunner> {
  const runner = await createCaseRunner({
    backend: 'js',
    name: 'sync',
    tern: syncTern,
    capabilities: CLIENT_CAPABILITIES.filter((name) => !NOT_SYNC.includes(name)),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
  return {
    ...runner,
    async run(entry) {
      // The thread does not keep the process alive.
      const alive = setInterval(() => {}, 1000);
      try {
        const result = await runner.run(entry);
        // Nothing of a case may disturb the next one.
        await (result.outcome === 'fail' ? Line.end() : Line.reset());
        return result;
      } finally {
        clearInterval(alive);
      }
    },
  };
}
