import { fork } from 'node:child_process';
import { parseArgs } from 'node:util';
import type { BackendName } from '../../src/index.ts';
import { requireEngine } from '../engine.ts';
import { bundle } from './bundle.ts';
import { nameOf } from './octets.ts';
import { MODES } from './subject.ts';
import { Tally } from './tally.ts';
import { TARGET_NAMES } from './targets.ts';
import type { Octets, OctetsUnit, PartMessage, PartSetup, PlacesUnit, Unit } from './unit.ts';

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

/** Processes whose clients wait, and how many of them at a time: most of it is waiting for limits. */
const WAITING = { processes: 2, lanes: 12 };
/** Processes whose clients block: one each, which would hold others up. */
const BLOCKING = { processes: 6, lanes: 1 };
/** Slices of a column, so that none is the last for long. */
const SLICES = 24;
/** From that step on a column is too short for slices. */
const LARGE_STEP = 20;

const { backend } = values;
const step = Number(values.step);
if (!Number.isInteger(step) || step < 1) throw new Error('--step must be a whole number from 1 on');

/** What came of a column so far. */
interface Progress {
  readonly tally: Tally;
  missing: number;
  octets: Octets | null;
}

const started = performance.now();
const columns = new Map<string, Progress>();
const total = new Tally();
let attempts = 0;
let unitsDone = 0;

function planUnits(): Unit[] {
  const slices = step < LARGE_STEP ? SLICES : 1;
  const units: Unit[] = [];
  for (const isUsed of [false, true])
    for (const target of TARGET_NAMES)
      for (const mode of MODES) {
        const column = nameOf(target, mode, isUsed);
        for (let slice = 0; slice < slices; slice++)
          units.push({
            kind: 'octets',
            column,
            target,
            mode,
            isUsed,
            step,
            slices,
            slice,
          } satisfies OctetsUnit);
      }
  for (const places of ['certificates', 'names'] as const)
    for (const mode of MODES)
      units.push({ kind: 'places', column: `${places}, ${mode}`, places, mode } satisfies PlacesUnit);
  return units.filter(({ column }) => column.includes(values.only));
}

function settle(message: Extract<PartMessage, { kind: 'done' }>): void {
  const { column } = message.unit;
  const progress = columns.get(column)!;
  progress.tally.merge(message.result);
  progress.octets = message.octets ?? progress.octets;
  for (const complaint of message.result.complaints) console.error(`FAILED ${complaint}`);
  progress.missing--;
  attempts += message.result.attempts;
  unitsDone++;
  if (progress.missing > 0) return;
  total.merge(progress.tally.record());
  const { tally, octets } = progress;
  const length = octets === null ? '' : ` (${octets.down} octets down, ${octets.up} up)`;
  console.log(`${((performance.now() - started) / 1000).toFixed(0)} s: ${column}${length}: ${String(tally)}`);
  if (!values.details) return;
  for (const [what, count] of tally.outcomes) console.log(`    ${String(count).padStart(6)} ${what}`);
}

/** A process that takes units from a queue until there are no more. */
function work(queue: Unit[], lanes: number): Promise<void> {
  if (queue.length === 0) return Promise.resolve();
  const setup: PartSetup = { backend, lanes };
  const child = fork(script, [JSON.stringify(setup)], { execArgv: [] });
  let busy = 0;
  const next = (): void => {
    const unit = queue.shift();
    if (unit !== undefined) {
      busy++;
      child.send(unit);
    } else if (busy === 0) child.send(null as never);
  };
  child.on('message', (message: PartMessage) => {
    switch (message.kind) {
      case 'ready':
        for (let lane = 0; lane < lanes && queue.length > 0; lane++) next();
        if (busy === 0) next();
        break;
      case 'done':
        busy--;
        settle(message);
        next();
        break;
      case 'left':
        if (message.resources.length > 0)
          total.complain(`a process has resources left: ${message.resources.join(', ')}`);
        break;
    }
  });
  return new Promise((resolve) => {
    child.on('exit', (code, signal) => {
      if (code !== 0) total.complain(`a process ended with ${code ?? signal}`);
      resolve();
    });
  });
}

console.log(
  `faults: engine ${await requireEngine(backend as BackendName)} (asked for: ${backend}), one octet in ${step}`,
);
const script = await bundle();
const units = planUnits();
for (const { column } of units) {
  const progress = columns.get(column) ?? { tally: new Tally(), missing: 0, octets: null };
  progress.missing++;
  columns.set(column, progress);
}
/** A sign of life, as columns end late. */
const ticker = setInterval(() => {
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`${seconds} s: ${attempts} faults so far, ${unitsDone} of ${units.length} parts`);
}, 30_000);
const waiting = units.filter(({ mode }) => mode !== 'sync');
const blocking = units.filter(({ mode }) => mode === 'sync');
await Promise.all([
  ...Array.from({ length: WAITING.processes }, () => work(waiting, WAITING.lanes)),
  ...Array.from({ length: BLOCKING.processes }, () => work(blocking, BLOCKING.lanes)),
]);
clearInterval(ticker);
const unfinished = [...columns].filter(([, { missing }]) => missing > 0).map(([name]) => name);
if (unfinished.length > 0) total.complain(`not run to the end: ${unfinished.join('; ')}`);
const seconds = ((performance.now() - started) / 1000).toFixed(0);
const missed = `${total.unreached} whose place did not come, ${total.repeated} repeated with longer limits`;
console.log(
  total.complaints.length === 0
    ? `${total.attempts} faults in ${seconds} s, ${missed}: none loses, invents or leaks anything on ${backend}`
    : `${total.attempts} faults in ${seconds} s, ${missed}, ${total.complaints.length} complaints on ${backend}`,
);
for (const complaint of total.complaints.slice(0, 50)) console.error(`FAILED ${complaint}`);
process.exit(total.complaints.length === 0 && total.attempts > 0 ? 0 : 1);
