import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { importChapter, type Kept, rowChapter } from './book.ts';
import { build } from './build.ts';
import { compare, type Drift, driftReport, shortRows } from './check.ts';
import { measureImports } from './import-time.ts';
import { emptyKept, keep, loadKept } from './keep.ts';
import { measure } from './measure.ts';
import { ROWS } from './rows.ts';

const NAMES = ['import', ...ROWS.map(({ name }) => name)];
const USAGE = `npm run bench -- [--all | --row NAME... | --check] [--rounds N] [--keep]

--all     every row (the default); writes bench/RESULTS.md, bench/results.json and bench/charts
--row     rows by name; prints only, with --keep it replaces them in what is written
--check   a short run beside what is written: tells drift, in less than a minute, and fails only if it cannot measure
--rounds  how often each client is measured; by default 5, with --row what fits into 45 seconds, 2 with --check

Scale: npx tsx bench/scale.ts
Peers that are not dependencies: TERN_BENCH_PEERS=<folders with node_modules>, TERN_BENCH_PYTHON=<python with httpx>

rows: ${NAMES.join(', ')}`;
/** Seconds that a row alone takes at most, if one round does not need more. */
const ROW_SECONDS = 45;
/** Seconds after which a check begins no other row. */
const CHECK_SECONDS = 45;

const { values } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    row: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(USAGE);
else if (values.check) await check(rounds(2));
else if (values.all || values.row === undefined) await run(NAMES, rounds(5), Infinity);
else await run(values.row, rounds(5), values.rounds === undefined ? ROW_SECONDS : Infinity);

async function run(wanted: readonly string[], rounds: number, seconds: number): Promise<void> {
  const unknown = wanted.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw new Error(`there is no row '${unknown}'; rows are ${NAMES.join(', ')}`);
  build();
  const isWhole = wanted === NAMES;
  const fresh = emptyKept(ROWS.flatMap(({ clients }) => clients));
  // What is not measured again stays.
  const last = isWhole ? null : loadKept();
  const versions = { ...last?.versions, ...fresh.versions };
  let kept: Kept = { ...(loadKept() ?? fresh), machine: fresh.machine, versions };
  const keeps = isWhole || values.keep;
  const missed: string[] = [];
  const failed: string[] = [];
  if (wanted.includes('import')) {
    const [load = 0] = loadavg();
    const imports = { load, times: measureImports(Math.max(rounds, 5) * 3) };
    kept = { ...kept, imports };
    const chapter = importChapter(imports);
    console.log(chapter.text);
    if (keeps) keep(kept, ROWS);
    missed.push(...chapter.missed);
  }
  for (const row of ROWS.filter(({ name }) => wanted.includes(name))) {
    const results = await measure(row, rounds, seconds);
    kept = { ...kept, rows: { ...kept.rows, [row.name]: results } };
    const chapter = rowChapter(row, results);
    console.log(chapter.text);
    // At once: a long run may be cut.
    if (keeps) keep(kept, ROWS);
    missed.push(...chapter.missed);
    failed.push(
      ...results.absent
        .filter(({ client, reason }) => client.startsWith('tern') && reason.startsWith('failed'))
        .map(({ client, reason }) => `${client} in ${row.name} ${reason}`),
    );
  }
  if (keeps) console.log(`\nwritten: ${keep(kept, ROWS)}`);
  for (const text of missed) console.log(`budget missed: ${text}`);
  for (const text of failed) console.log(`COULD NOT BE MEASURED: ${text}`);
  if (failed.length > 0) process.exitCode = 1;
}

async function check(rounds: number): Promise<void> {
  const started = performance.now();
  const kept = loadKept();
  if (kept === null) throw new Error("there is nothing to compare with: 'npm run bench -- --all' first");
  build();
  const drifts: Drift[] = [];
  const skipped: string[] = [];
  for (const { row, client } of shortRows(ROWS)) {
    if (performance.now() - started > CHECK_SECONDS * 1000) skipped.push(row.name);
    else drifts.push(compare(row, client, await measure(row, rounds), kept.rows[row.name]));
  }
  console.log(driftReport(drifts, skipped));
}

function rounds(byDefault: number): number {
  const count = Number(values.rounds ?? byDefault);
  if (!Number.isInteger(count) || count < 1) throw new Error(`--rounds is a number from 1, not ${count}`);
  return count;
}
