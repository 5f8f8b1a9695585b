import { spawnSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { firstMessage, forkScript } from '../fixtures/forked-script.ts';
import { build } from './build.ts';
import { describeMachine, pin, pinned } from './machine.ts';
import type { Beyond } from './scale/beyond.ts';
import { type Idle, WEIGHED } from './scale/idle.ts';
import type { ScaleJob } from './scale/one.ts';
import type { ManyOrigins } from './scale/origins.ts';
import type { Crowd } from './scale/waiters.ts';
import type { Listening } from './server.ts';
import { median } from './statistics.ts';
import { table } from './tables.ts';

/*
 * What a client costs when there is much of it: requests that wait, origins, connections that idle, threads and
 * processes. `npx tsx bench/scale.ts --only idle`
 */

const PARTS = ['waiters', 'origins', 'idle', 'beyond'] as const;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '3' },
  },
});
const unknown = values.only?.find((name) => !(PARTS as readonly string[]).includes(name));
if (unknown !== undefined) throw new Error(`there is no part '${unknown}'; parts are ${PARTS.join(', ')}`);
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds is a number from 1');
const wants = (part: (typeof PARTS)[number]): boolean => values.only?.includes(part) ?? true;

build();
const server = forkScript(new URL('server.ts', import.meta.url), ['plain', '100']);
try {
  const { ports } = await firstMessage<Listening>(server);
  const origins = ports.map((port) => `http://127.0.0.1:${port}`);
  console.log(`${describeMachine()}; ${rounds} rounds, medians; load ${loadavg()[0]!.toFixed(1)}`);
  // Several threads want both cores; all else is kept apart from the server.
  if (wants('beyond')) beyond(origins);
  pin(server.pid!, 0);
  if (wants('waiters')) waiters(origins);
  if (wants('origins')) many(origins);
  if (wants('idle')) idle(origins);
} finally {
  server.kill();
}

function waiters(origins: readonly string[]): void {
  const figures = [64, 1000, 10_000].map((requests) =>
    repeated<Crowd>({ what: 'waiters', connections: 64, requests }, origins),
  );
  tell(
    'requests that begin at once, over 64 connections',
    ['requests', 'CPU µs/request', 'half after ms', '99 % after ms', 'last after ms', 'places behind turn'],
    figures.map((one) => [
      String(one.requests),
      one.cpu.toFixed(1),
      one.half.toFixed(0),
      one.nearlyAll.toFixed(0),
      one.last.toFixed(0),
      one.displaced.toFixed(0),
    ]),
  );
}

function many(origins: readonly string[]): void {
  const figures = [true, false].flatMap((isDivided) =>
    [1, 10, 100].map((count) =>
      repeated<ManyOrigins>({ what: 'origins', origins: count, requests: 10_000, isDivided }, origins),
    ),
  );
  tell(
    'origins in turn, 1,000 requests at a time over 200 connections',
    ['origins', 'maxPerOrigin', 'CPU µs/request', 'evenness', 'connections opened anew'],
    figures.map((one) => [
      String(one.origins),
      String(one.perOrigin),
      one.cpu.toFixed(1),
      one.evenness.toFixed(4),
      one.opened.toFixed(0),
    ]),
  );
}

function idle(origins: readonly string[]): void {
  const figures = WEIGHED.map((client) =>
    repeated<Idle>({ what: 'idle', client, connections: 1000 }, origins),
  );
  tell(
    '1,000 idle connections, KiB each',
    ['client', 'heap', 'outside the heap', 'all memory'],
    figures.map((one) => [one.client, one.heap.toFixed(1), one.external.toFixed(1), one.rss.toFixed(1)]),
  );
}

function beyond(origins: readonly string[]): void {
  for (const [doesWork, requests, title] of [
    [false, 24_000, 'GET of 200 octets, of which nothing is made'],
    [true, 4000, 'GET of 64 KiB of JSON, which is parsed, and digested with SHA-512'],
  ] as const) {
    const jobs = (['threads', 'processes'] as const).flatMap((kind) =>
      [1, 2, 4].map((count) => ({ what: 'beyond' as const, kind, count, requests, doesWork })),
    );
    const figures = jobs.map((job) => repeated<Beyond>(job, origins, false));
    tell(
      `${title}; 64 connections divided among clients of their own; the server takes a part of the cores`,
      ['', 'count', 'request/s', 'CPU µs/request'],
      figures.map((one) => [one.kind, String(one.count), one.perSecond.toFixed(0), one.cpu.toFixed(1)]),
    );
  }
}

/** The medians of each figure over the rounds. */
function repeated<T extends object>(job: ScaleJob, origins: readonly string[], isPinned = true): T {
  const all = Array.from({ length: rounds }, () => once<T>(job, origins, isPinned));
  const entries = Object.entries(all[0]!).map(([key, value]) => [
    key,
    typeof value === 'number'
      ? median(all.map((one) => (one as Record<string, number>)[key]!))
      : (value as unknown),
  ]);
  return Object.fromEntries(entries) as T;
}

function once<T>(job: ScaleJob, origins: readonly string[], isPinned: boolean): T {
  const script = fileURLToPath(new URL('scale/one.ts', import.meta.url));
  const command = [
    process.execPath,
    '--expose-gc',
    '--import',
    'tsx',
    script,
    ...[job, origins].map((value) => JSON.stringify(value)),
  ];
  const [file, ...args] = isPinned ? pinned(command, 1).flat() : command;
  const { status, signal, stdout } = spawnSync(file!, args, {
    encoding: 'utf8',
    timeout: 120_000,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(`${JSON.stringify(job)} ended with ${status ?? signal}`);
  return JSON.parse(stdout) as T;
}

function tell(title: string, titles: readonly string[], lines: readonly (readonly string[])[]): void {
  console.log(`\n${title}\n\n${table(titles, lines)}`);
}
