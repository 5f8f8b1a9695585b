import type { ConformanceCase } from '../case.ts';
import { failure, one } from '../support/timeouts.ts';
import { until } from '../support/waiting.ts';

export const cases: readonly ConformanceCase[] = [
  {
    id: 'TM-04.inherited',
    rows: ['TM-04', 'PL-10'],
    title: 'a request that takes over the attempt of another one has its own limit for connecting',
    verdict: 'differs:httpx gives an attempt up with its request',
    layer: 'live',
    needs: ['timeouts', 'pool', 'socket-options'],
    async run(t) {
      // A name server that never answers.
      const client = one(t, { socket: { lookup() {} } });
      const controller = new AbortController();
      const first = client.get('http://named.test/', {
        timeout: { connect: null },
        signal: controller.signal,
      });
      await until(() => client.stats.connecting === 1);
      const second = failure(t, client.get('http://named.test/', { timeout: { connect: 100 } }));
      await until(() => client.stats.waiting === 1);
      controller.abort();
      await t.assert.rejects(first, t.tern.AbortError);
      t.assert.deepEqual(await second, ['ConnectTimeout', 'ERR_CONNECT_TIMEOUT', 'connect']);
    },
  },
];
