import { capabilitiesOf } from '../case.ts';
import { type CaseRunner, createCaseRunner } from '../runner.ts';
import { SYNC_CAPABILITIES } from '../sync-column.ts';
import { syncTern } from './face.ts';
import { Line } from './line.ts';

/** Runs cases on the client that blocks, in a thread of its own, with the face of the one that waits. */
export async function createSyncRunner(
  timeoutMs?: number,
  backend: 'js' | 'native' = 'js',
): Promise<CaseRunner> {
  const offered = capabilitiesOf(backend);
  const runner = await createCaseRunner({
    backend,
    name: 'sync',
    tern: syncTern,
    capabilities: SYNC_CAPABILITIES.filter((name) => offered.includes(name)),
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
