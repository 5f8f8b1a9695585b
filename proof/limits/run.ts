import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { firstMessage, forkScript } from '../../fixtures/forked-script.ts';
import type { BackendName } from '../../src/index.ts';
import { requireEngine } from '../engine.ts';
import { CASES, type LimitCase } from './cases.ts';
import type { Result } from './one.ts';

/**
 * Lets a hostile server do its worst to a client, each time to one in a process of its own, and prints what became
 * of it and how much memory it took.
 */
const { values } = parseArgs({
  options: { backend: { type: 'string', default: 'js' }, only: { type: 'string' } },
});
const MEBI = 1 << 20;
const HONEST = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

async function attempt(limitCase: LimitCase, backend: string): Promise<Result> {
  const failures: unknown[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    let pending = '';
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1');
      const end = pending.indexOf('\r\n\r\n');
      if (end === -1) return;
      const isHonest = pending.startsWith('GET /honest');
      pending = pending.slice(end + 4);
      if (isHonest) socket.write(HONEST);
      else limitCase.serve(socket).catch((error: unknown) => failures.push(error));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const child = forkScript(new URL('one.ts', import.meta.url), [limitCase.name, origin, backend]);
  try {
    const result = await firstMessage<Result>(child);
    if (failures.length > 0) throw failures[0];
    return result;
  } finally {
    child.kill();
    server.close();
  }
}

const wire = await requireEngine(values.backend as BackendName);
console.log(`limits: engine ${wire} (asked for: ${values.backend})`);
let failed = 0;
const cases = CASES.filter(({ name }) => values.only === undefined || name.includes(values.only));
for (const limitCase of cases) {
  const { outcome, text, baseRSS, peakRSS, active } = await attempt(limitCase, values.backend);
  const grown = (peakRSS - baseRSS) / MEBI;
  const isRight = outcome === limitCase.outcome && grown <= limitCase.mebibytes && active === 0;
  if (!isRight) failed++;
  console.log(
    `${isRight ? 'ok    ' : 'FAILED'} ${limitCase.name}: ${outcome}, peak RSS ${(peakRSS / MEBI).toFixed(0)} MiB, ${grown.toFixed(0)} of at most ${limitCase.mebibytes} MiB above a harmless request\n         ${text.slice(0, 160)}`,
  );
}
console.log(`${cases.length - failed} of ${cases.length} limits hold on ${values.backend}`);
process.exitCode = failed === 0 && cases.length > 0 ? 0 : 1;
