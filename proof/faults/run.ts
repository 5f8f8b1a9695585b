import { parseArgs } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BackendName } from '../../src/index.ts';
import { requireEngine } from '../engine.ts';
import { type Column, nameOf, strikeOctets } from './octets.ts';
import { MODES } from './subject.ts';
import { Tally } from './tally.ts';
import { startPlaces } from './targets.ts';
import { strikePlaces } from './places.ts';

/**
 * Lets something go wrong at every place of what passes between a client and a server (dialogues with proxies,
 * handshakes, heads and bodies) on every kind of connection, for content that is read whole, that is streamed, and
 * for a client that blocks, on new connections and on used ones. Each time the error must be of the right class and
 * code, nothing may be taken for whole that is not, nothing may be left open, and the next request, on the same
 * client, must succeed. Certificates that must be refused and names that are not found have columns of their own.
 */
const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'js' },
    only: { type: 'string', default: '' },
    step: { type: 'string', default: '1' },
    details: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(
    'npm run faults -- [--backend js|native] [--step N] [--only TEXT] [--details]   (every N-th octet; columns whose name has TEXT)',
  );
  process.exit(0);
}

/** Columns that run at the same time: most of the time they wait for a limit. */
const LANES = 6;

const backend = values.backend as BackendName;
const step = Number(values.step);
if (!Number.isInteger(step) || step < 1) throw new Error('--step must be a whole number from 1 on');

console.log(`faults: engine ${await requireEngine(backend)} (asked for: ${backend}), one octet in ${step}`);
const started = performance.now();
const before = process.getActiveResourcesInfo().length;
const places = await startPlaces();
const total = new Tally();

function report(name: string, tally: Tally): void {
  console.log(`${name}: ${String(tally)}`);
  if (values.details)
    for (const [what, count] of tally.outcomes) console.log(`    ${String(count).padStart(6)} ${what}`);
  for (const complaint of tally.complaints) {
    console.error(`FAILED ${complaint}`);
    total.complaints.push(complaint);
  }
  for (const [what, count] of tally.outcomes)
    total.outcomes.set(what, (total.outcomes.get(what) ?? 0) + count);
  total.attempts += tally.attempts;
}

async function runColumn(column: Column): Promise<void> {
  const tally = new Tally();
  const begun = performance.now();
  await strikeOctets(column, backend, step, tally);
  report(`${nameOf(column)}, ${((performance.now() - begun) / 1000).toFixed(1)} s`, tally);
}

/** One target is in one column at a time, as its relay has one fault at a time. */
async function runAll(columns: readonly Column[], lanes: number): Promise<void> {
  const queue = groupByTarget(columns);
  const one = async (): Promise<void> => {
    for (let group = queue.shift(); group !== undefined; group = queue.shift())
      for (const column of group) await runColumn(column);
  };
  await Promise.all(Array.from({ length: lanes }, one));
}

function groupByTarget(columns: readonly Column[]): Column[][] {
  const groups = new Map<string, Column[]>();
  for (const column of columns) {
    const { name } = column.target;
    groups.set(name, [...(groups.get(name) ?? []), column]);
  }
  return [...groups.values()];
}

try {
  const columns = MODES.flatMap((mode) =>
    [false, true].flatMap((isUsed) => places.targets.map((target): Column => ({ target, mode, isUsed }))),
  ).filter((column) => nameOf(column).includes(values.only));
  await runAll(
    columns.filter(({ mode }) => mode !== 'sync'),
    LANES,
  );
  // A client that blocks would hold the others up.
  await runAll(
    columns.filter(({ mode }) => mode === 'sync'),
    1,
  );
  await strikePlaces(places, backend, values.only, report);
} finally {
  await places.close();
}
let left = 1;
for (let turn = 0; turn < 100 && left > 0; turn++) {
  await sleep(50);
  left = process.getActiveResourcesInfo().length - before;
}
if (left > 0) {
  total.complaints.push('resources');
  console.error(`FAILED ${left} resources are left: ${process.getActiveResourcesInfo().join(', ')}`);
}
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(
  total.complaints.length === 0
    ? `${total.attempts} faults in ${seconds} s: none loses, invents or leaks anything on ${backend}`
    : `${total.attempts} faults in ${seconds} s, ${total.complaints.length} complaints on ${backend}`,
);
process.exit(total.complaints.length === 0 && total.attempts > 0 ? 0 : 1);
