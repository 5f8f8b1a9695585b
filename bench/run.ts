import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { firstMessage, forkScript } from '../fixtures/forked-script.ts';
import { measureImports, median } from './import-time.ts';
import { type Budget, type Row, ROWS } from './rows.ts';
import type { Figures, Job } from './worker.ts';

const here = fileURLToPath(new URL('.', import.meta.url));
const IMPORT_BUDGET = 40;
const canPin =
  process.platform === 'linux' && cpus().length > 1 && spawnSync('taskset', ['--version']).status === 0;

/** The medians of one client in one row. */
interface Result {
  readonly client: string;
  readonly cpu: number;
  readonly thread: number | null;
  readonly gc: number;
  readonly perSecond: number;
  readonly peakRSS: number;
  /** CPU compared within each round. */
  readonly cpuRatio: number;
  /** Time of the JavaScript thread, likewise; null where it is not known. */
  readonly threadRatio: number | null;
  readonly rateRatio: number;
}

const { values } = parseArgs({
  options: {
    row: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '5' },
    'no-write': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const names = ['import', ...ROWS.map(({ name }) => name)];
if (values.help) {
  console.log(`npm run bench -- [--row NAME]... [--rounds N] [--no-write]\nrows: ${names.join(', ')}`);
  process.exit(0);
}
const unknown = values.row?.find((name) => !names.includes(name));
if (unknown !== undefined) throw new Error(`there is no row '${unknown}'; rows are ${names.join(', ')}`);

async function main(wanted: readonly string[], rounds: number): Promise<void> {
  build();
  const sections: string[] = [];
  let missed = 0;
  const tell = (text: string): void => {
    console.log(text);
    sections.push(text);
  };
  if (wanted.includes('import')) {
    const times = measureImports(Math.max(rounds, 5) * 3);
    const tern = times.find(({ name }) => name === 'tern')!;
    const isMet = tern.ms <= IMPORT_BUDGET;
    if (!isMet) missed++;
    tell(importTable(times));
    tell(
      `- ${isMet ? 'met' : 'MISSED'}: import of the core at most ${IMPORT_BUDGET} ms: ${tern.ms.toFixed(1)} ms`,
    );
  }
  for (const row of ROWS.filter(({ name }) => wanted.includes(name))) {
    const results = await measure(row, rounds);
    tell(rowTable(row, results));
    for (const budget of row.budgets ?? []) {
      const { met, text } = judge(budget, row, results);
      if (!met) missed++;
      tell(`- ${met ? 'met' : 'MISSED'}: ${text}`);
    }
  }
  if (values.row === undefined && !values['no-write']) {
    writeFileSync(`${here}RESULTS.md`, `${heading(rounds)}\n${sections.join('\n')}\n`);
    console.log('\nwritten to bench/RESULTS.md');
  }
  if (missed > 0) console.log(`\n${missed} budgets missed`);
}

async function measure(row: Row, rounds: number): Promise<Result[]> {
  const server = forkScript(new URL('server.ts', import.meta.url));
  try {
    const port = await firstMessage<number>(server);
    pin(server.pid!, 0);
    const samples = new Map<string, Figures[]>();
    for (let round = 0; round < rounds; round++) {
      // Every other round runs backwards, so that a machine that slows down does not favour anybody.
      for (const client of round % 2 === 0 ? row.clients : row.clients.toReversed()) {
        const figures = measureOnce({ ...row.job, client, origin: `http://127.0.0.1:${port}` });
        samples.set(client, [...(samples.get(client) ?? []), figures]);
      }
    }
    const base = samples.get(row.against)!;
    return row.clients.map((client) => {
      const list = samples.get(client)!;
      const of = (figure: (one: Figures) => number): number => median(list.map(figure));
      return {
        client,
        cpu: of(({ cpu }) => cpu),
        thread: list[0]!.thread === null ? null : of(({ thread }) => thread ?? 0),
        gc: of(({ gc }) => gc),
        perSecond: of(({ perSecond }) => perSecond),
        peakRSS: of(({ peakRSS }) => peakRSS),
        cpuRatio: median(list.map(({ cpu }, round) => cpu / base[round]!.cpu)),
        threadRatio: base.every(({ thread }) => thread !== null)
          ? median(list.map(({ thread }, round) => (thread ?? 0) / base[round]!.thread!))
          : null,
        rateRatio: median(list.map(({ perSecond }, round) => perSecond / base[round]!.perSecond)),
      };
    });
  } finally {
    server.kill();
  }
}

/** One client once, in a process of its own, on another core than the server where that can be had. */
function measureOnce(job: Job): Figures {
  const command = [process.execPath, '--import', 'tsx', `${here}worker.ts`, JSON.stringify(job)];
  const [file, ...args] = canPin ? ['taskset', '-c', '1', ...command] : command;
  return JSON.parse(execFileSync(file!, args, { encoding: 'utf8', maxBuffer: 1 << 24 })) as Figures;
}

function judge(budget: Budget, row: Row, results: readonly Result[]): { met: boolean; text: string } {
  const { cpuRatio, threadRatio, rateRatio, perSecond } = results.find(
    ({ client }) => client === budget.client,
  )!;
  const microseconds = 1e6 / perSecond;
  const thread = threadRatio ?? cpuRatio;
  const value = { cpu: cpuRatio, perSecond: rateRatio, thread, microseconds }[budget.figure];
  const met = value <= (budget.atMost ?? Infinity) && value >= (budget.atLeast ?? 0);
  const told =
    budget.figure === 'microseconds' ? `${value.toFixed(0)} µs` : `${value.toFixed(2)}x of ${row.against}`;
  return { met, text: `${budget.text}: ${told}` };
}

function rowTable(row: Row, results: readonly Result[]): string {
  const perUnit = row.unit === 'MiB' ? row.job.length / 1_048_576 : 1;
  const lines = results.map(({ client, cpu, thread, gc, perSecond, peakRSS, cpuRatio, rateRatio }) => [
    client,
    (cpu / perUnit).toFixed(1),
    thread === null ? '–' : (thread / perUnit).toFixed(1),
    (gc / perUnit).toFixed(1),
    cpuRatio.toFixed(2),
    (perSecond * perUnit).toFixed(0),
    rateRatio.toFixed(2),
    (peakRSS / 1_048_576).toFixed(0),
  ]);
  const titles = [
    'client',
    `CPU µs/${row.unit}`,
    'JS thread µs',
    'GC µs',
    `CPU ratio to ${row.against}`,
    `${row.unit}/s`,
    'rate ratio',
    'peak RSS MiB',
  ];
  return `\n## ${row.name}: ${row.title}\n\n${table(titles, lines)}\n`;
}

function importTable(times: ReturnType<typeof measureImports>): string {
  const lines = times.map(({ name, ms, rssMiB }) => [name, ms.toFixed(1), rssMiB.toFixed(0)]);
  return `\n## import: time of \`import()\` in a fresh process\n\n${table(['module', 'ms', 'RSS MiB'], lines)}\n`;
}

function table(titles: readonly string[], lines: readonly string[][]): string {
  const rows = [titles, titles.map((_, column) => (column === 0 ? '---' : '---:')), ...lines];
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function installed(name: string): string {
  const text = readFileSync(`${here}../node_modules/${name}/package.json`, 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function heading(rounds: number): string {
  const peers = ['undici', 'got', 'ky', 'axios'].map((name) => `${name} ${installed(name)}`).join(', ');
  const [cpu] = cpus();
  return [
    '# Benchmark results',
    '',
    'Made by `npm run bench`; one row alone: `npm run bench -- --row small`.',
    '',
    `- Node ${process.versions.node}, ${process.platform} ${process.arch}, ${cpus().length} cores (${cpu?.model.trim() ?? 'unknown'}); server and client each on a core of their own where the system can pin them.`,
    `- ${peers}; fetch is the one built into Node.`,
    `- ${rounds} rounds, each client in a fresh process, the order reversed every other round; ratios are taken within a round, all figures are medians.`,
    '- CPU is user and system time of the client process, all threads. Machines are noisy: trust ratios, and CPU before rates.',
    '- `net` is the floor: sockets alone, for one known response. `undici-dispatch` counts octets and decodes nothing.',
    '',
  ].join('\n');
}

function build(): void {
  execFileSync('npx', ['tsup', '--silent'], {
    cwd: `${here}..`,
    stdio: 'inherit',
    env: { ...process.env, TERN_BUILD_TYPES: 'no' },
  });
}

function pin(pid: number, core: number): void {
  if (canPin) spawnSync('taskset', ['-p', '-c', String(core), String(pid)]);
}

await main(values.row ?? names, Number(values.rounds));
