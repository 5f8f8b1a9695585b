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
  readonly figure: 'cpu' | 'microseconds' | 'perSecond';
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
  ...[1, 10, 100, 1000].map((connections): Row => ({
    name: `pool-${connections}`,
    title: `GET of 200 octets, 1,000 at a time over ${connections} connection${connections === 1 ? '' : 's'}`,
    clients: ['undici-request', 'tern'],
    against: 'undici-request',
    job: { ...small, connections, concurrency: 1000, warmup: 5000, requests: 20_000 },
    unit: 'request',
  })),
];
