import { setTimeout as sleep } from 'node:timers/promises';
import type { BackendName } from '../../src/index.ts';
import { requireEngine } from '../engine.ts';
import { strikeOctets } from './octets.ts';
import { strikePlaces } from './places.ts';
import { Tally } from './tally.ts';
import { type Places, startPlaces } from './targets.ts';
import type { Octets, PartMessage, PartSetup, Unit } from './unit.ts';

/** A process that strikes: its parent sends units, as many at a time as it has lanes, and null at the end. */
const { backend, lanes } = JSON.parse(process.argv[2]!) as PartSetup;

function say(message: PartMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send!(message, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
}

async function run(unit: Unit, places: Places, lane: number): Promise<void> {
  const tally = new Tally();
  let octets: Octets | null = null;
  try {
    if (unit.kind === 'places') await strikePlaces(places, backend as BackendName, unit, tally);
    else {
      const target = places.targets[lane]!.find(({ name }) => name === unit.target)!;
      octets = await strikeOctets({ ...unit, target }, backend as BackendName, unit, tally);
    }
  } catch (error) {
    tally.complain(`${unit.column}: ${error instanceof Error ? error.stack : String(error)}`);
  }
  await say({ kind: 'done', unit, result: tally.record(), octets });
}

const free = Array.from({ length: lanes }, (_, lane) => lane);
process.on('message', (unit: Unit | null) => {
  if (unit === null) {
    void finish();
    return;
  }
  const lane = free.pop()!;
  void run(unit, places, lane).then(() => free.push(lane));
});
// With the one who gives the work there is nothing left to do.
process.on('disconnect', () => process.exit(1));
// The streams that a thread may print to, which are opened with the first use.
void process.stdout.writable;
void process.stderr.writable;
const before = process.getActiveResourcesInfo().length;
await requireEngine(backend as BackendName);
const places = await startPlaces(lanes);
await say({ kind: 'ready' });

/** What is left is told, but for the channel to the parent. */
async function finish(): Promise<void> {
  await places.close();
  let left = process.getActiveResourcesInfo();
  for (let turn = 0; turn < 100 && left.length > before; turn++) {
    await sleep(50);
    left = process.getActiveResourcesInfo();
  }
  await say({ kind: 'left', resources: left.length > before ? left : [] });
  process.exit(0);
}
