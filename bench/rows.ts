import { readdirSync } from 'node:fs';
import type { Job } from './worker.ts';

/** A row of the table: one workload for several clients. */
export interface Row {
  readonly name: string;
  readonly title: string;
  readonly clients: readonly string[];
  /** The client to which all are compared. */
  readonly against: string;
  readonly job: Omit<Job, 'client' | 'origin'>;
  /** What is told besides: cost of a request, or of a MiB. */
  readonly unit: 'MiB' | 'request';
  /** What must hold, as a ratio of `client` to `against`; at most, or at least. */
  readonly budgets?: readonly Budget[];
}

export interface Budget {
  readonly text: string;
  readonly client: string;
  /** A ratio, or the time of a request as it is. */
  readonly figure: 'cpu' | 'microseconds' | 'perSecond' | 'thread';
  readonly atMost?: number;
  readonly atLeast?: number;
}

const PEERS = [
  'net',
  'undici-dispatch',
  'undici-request',
  'node-http',
  'tern',
  'fetch',
  'ky',
  'axios',
  'got',
];
const MIB = 1_048_576;
const LARGE = 64 * MIB;

const small = { path: '/small/200', use: 'get', length: 200 } as const;

const medium = { path: '/small/16384', use: 'get', length: 16_384 } as const;
const large = {
  path: `/bytes/${LARGE}`,
  length: LARGE,
  connections: 1,
  concurrency: 1,
  warmup: 2,
  requests: 8,
};

const NATIVE_BUDGET: Budget = {
  text: 'at most 0.4x the time of the JS thread',
  client: 'tern-native',
  figure: 'thread',
  atMost: 0.4,
};

/** The two engines against each other; only where the addon has been built. */
const NATIVE: readonly (readonly [string, string, Row['job'], Row['unit']])[] = hasAddon()
  ? [
      ['small', 'GET of 200 octets, 64 connections', { ...small, ...many(64) }, 'request'],
      ['medium', 'GET of 16 KiB, 64 connections', { ...medium, ...many(64) }, 'request'],
      ['four', 'GET of 200 octets, 4 connections', { ...small, ...many(4) }, 'request'],
      ['serial', 'GET of 200 octets, one after the other', { ...small, ...many(1) }, 'request'],
      ['buffered', '64 MiB into one buffer', { ...large, use: 'buffer' }, 'MiB'],
      ['streamed', '64 MiB piece by piece', { ...large, use: 'stream' }, 'MiB'],
    ]
  : [];

function hasAddon(): boolean {
  const packages = new URL('../accel/npm/', import.meta.url);
  return readdirSync(packages, { recursive: true }).some((file) => String(file).endsWith('ternhttp.node'));
}

function many(connections: number): Pick<Row['job'], 'concurrency' | 'connections' | 'requests' | 'warmup'> {
  return { connections, concurrency: connections, warmup: 5000, requests: 20_000 };
}

export const ROWS: readonly Row[] = [
  {
    name: 'small',
    title: 'GET of 200 octets as text, 64 connections, timeouts on',
    clients: PEERS,
    against: 'undici-request',
    job: { ...small, connections: 64, concurrency: 64, warmup: 5000, requests: 20_000 },
    unit: 'request',
    budgets: [
      { text: 'at most 0.9x the CPU of undici.request', client: 'tern', figure: 'cpu', atMost: 0.9 },
      { text: 'goal: at most 0.7x', client: 'tern', figure: 'cpu', atMost: 0.7 },
    ],
  },
  {
    name: 'serial',
    title: 'GET of 200 octets as text, one after the other on one connection',
    clients: PEERS,
    against: 'undici-request',
    job: { ...small, connections: 1, concurrency: 1, warmup: 2000, requests: 10_000 },
    unit: 'request',
  },
  {
    name: 'sync',
    title: 'GET of 200 octets as text, blocking, beside the client that waits',
    clients: ['tern-sync', 'tern'],
    against: 'tern',
    job: { ...small, connections: 1, concurrency: 1, warmup: 2000, requests: 10_000 },
    unit: 'request',
    budgets: [
      {
        text: 'at most 200 µs a call',
        client: 'tern-sync',
        figure: 'microseconds',
        atMost: 200,
      },
    ],
  },
  {
    name: 'medium',
    title: 'GET of 16 KiB as text, 64 connections',
    clients: PEERS.filter((client) => client !== 'net'),
    against: 'undici-request',
    job: {
      path: '/small/16384',
      use: 'get',
      length: 16_384,
      connections: 64,
      concurrency: 64,
      warmup: 3000,
      requests: 10_000,
    },
    unit: 'request',
  },
  {
    name: 'buffered',
    title: '64 MiB into one buffer, one at a time',
    clients: ['undici-request', 'node-http', 'tern', 'fetch', 'ky', 'axios', 'got'],
    against: 'node-http',
    job: {
      path: `/bytes/${LARGE}`,
      use: 'buffer',
      length: LARGE,
      connections: 1,
      concurrency: 1,
      warmup: 2,
      requests: 8,
    },
    unit: 'MiB',
  },
  {
    name: 'streamed',
    title: '64 MiB piece by piece, one at a time',
    clients: ['undici-dispatch', 'undici-request', 'node-http', 'tern', 'fetch', 'ky', 'axios', 'got'],
    against: 'node-http',
    job: {
      path: `/bytes/${LARGE}`,
      use: 'stream',
      length: LARGE,
      connections: 1,
      concurrency: 1,
      warmup: 2,
      requests: 8,
    },
    unit: 'MiB',
    budgets: [{ text: "at least node:http's throughput", client: 'tern', figure: 'perSecond', atLeast: 1 }],
  },
  ...NATIVE.map(([name, title, job, unit]): Row => ({
    name: `native-${name}`,
    title: `${title}, engine in TypeScript and native engine`,
    clients: ['tern', 'tern-native'],
    against: 'tern',
    job,
    unit,
    budgets: name === 'small' ? [NATIVE_BUDGET] : [],
  })),
  ...[1, 10, 100, 1000].map((connections): Row => ({
    name: `pool-${connections}`,
    title: `GET of 200 octets, 1,000 at a time over ${connections} connection${connections === 1 ? '' : 's'}`,
    clients: ['undici-request', 'tern'],
    against: 'undici-request',
    job: { ...small, connections, concurrency: 1000, warmup: 5000, requests: 20_000 },
    unit: 'request',
  })),
];
