import { minBytes } from '../src/kernels/thresholds.ts';
import { describePage, playPage } from './play-page.ts';
import type { Job } from './worker.ts';

/** What the server speaks: HTTP/1.1, the same over TLS, or HTTP/2 over TLS. */
export type Serving = 'http2' | 'plain' | 'tls';

/** A row of the table: one workload for several clients. */
export interface Row {
  readonly name: string;
  /** `plain` by default. */
  readonly serving?: Serving;
  readonly title: string;
  readonly clients: readonly string[];
  /** The client to which all are compared. */
  readonly against: string;
  readonly job: Omit<Job, 'client' | 'isHTTP2' | 'origin'>;
  /** What is told besides: cost of a request, of a MiB, of a page. */
  readonly unit: 'MiB' | 'page' | 'request';
  /** What must hold, as a ratio of `client` to `against`; at most, or at least. */
  readonly budgets?: readonly Budget[];
  /** Says what is measured, where that depends on the machine. */
  readonly subject?: () => string;
}

export interface Budget {
  readonly text: string;
  readonly client: string;
  /** A ratio, the time or the CPU (all threads) of a request as it is, or the time beyond that of the row's `against`. */
  readonly figure: 'cpu' | 'cpuMicroseconds' | 'microseconds' | 'microsecondsBeyond' | 'perSecond' | 'thread';
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
  'undici-fetch',
  'ofetch',
  'ky',
  'axios',
  'got',
  'impit',
  'wreq-js',
  'httpx',
];
const SECURE_PEERS = [
  'undici-request',
  'node-http',
  'tern',
  'fetch',
  'ky',
  'axios',
  'got',
  'impit',
  'wreq-js',
  'httpx',
];
const HTTP2_PEERS = ['node-http2', 'undici-request', 'tern', 'impit', 'wreq-js'];
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

const MEGABYTE = 1_000_000;
const megabyte = {
  path: `/bytes/${MEGABYTE}`,
  use: 'buffer',
  length: MEGABYTE,
  warmup: 40,
  requests: 160,
} as const;

function thread(atMost: number, isGoal = false): Budget {
  const text = `${isGoal ? 'goal: at' : 'at'} most ${atMost}x the time of the JS thread`;
  return { text, client: 'tern-native', figure: 'thread', atMost };
}

const CPU: Budget = {
  text: 'at most 1.2x the CPU of all threads',
  client: 'tern-native',
  figure: 'cpu',
  atMost: 1.2,
};

/** What others have made in Rust for Node. */
const NATIVE_PEERS = ['impit', 'wreq-js'];

/** The engines against each other, where the accelerators have been built; that of `wasm` is the one in TypeScript. */
const NATIVE: readonly NativeRow[] = [
  {
    name: 'small',
    title: 'GET of 200 octets, 64 connections',
    job: { ...small, ...many(64) },
    budgets: [thread(0.4), thread(0.3, true), CPU],
  },
  {
    name: 'medium',
    title: 'GET of 16 KiB, 64 connections',
    job: { ...medium, ...many(64) },
    budgets: [thread(0.4), thread(0.3, true), CPU],
  },
  { name: 'four', title: 'GET of 200 octets, 4 connections', job: { ...small, ...many(4) } },
  {
    name: 'serial',
    title: 'GET of 200 octets, one after the other',
    job: { ...small, ...many(1) },
    budgets: [
      {
        text: 'at most twice the time of a request, so at least half the rate',
        client: 'tern-native',
        figure: 'perSecond',
        atLeast: 0.5,
      },
    ],
  },
  {
    name: 'tls',
    title: 'GET of 1 MB over TLS, 4 connections',
    job: { ...megabyte, connections: 4, concurrency: 4 },
    serving: 'tls',
    budgets: [thread(0.5)],
  },
  { name: 'buffered', title: '64 MiB into one buffer', job: { ...large, use: 'buffer' }, unit: 'MiB' },
  {
    name: 'streamed',
    title: '64 MiB piece by piece',
    job: { ...large, use: 'stream' },
    unit: 'MiB',
    floor: 'net',
    against: 'node-http',
    budgets: [
      {
        text: "at least 1.3x node:http's throughput",
        client: 'tern-native',
        figure: 'perSecond',
        atLeast: 1.3,
      },
    ],
  },
  {
    name: 'http2',
    title: 'GET of 200 octets over HTTP/2 and TLS, 64 at a time over 1 connection',
    job: { ...small, ...many(64), connections: 1 },
    serving: 'http2',
    budgets: [thread(0.5)],
  },
  {
    name: 'http2-large',
    title: 'GET of 1 MB over HTTP/2 and TLS, 4 at a time over 1 connection',
    job: { ...megabyte, connections: 1, concurrency: 4 },
    serving: 'http2',
    budgets: [thread(0.5)],
  },
];

interface NativeRow extends Pick<Row, 'budgets' | 'job' | 'serving' | 'title'> {
  readonly name: string;
  readonly unit?: Row['unit'];
  /** What nobody can be faster than. */
  readonly floor?: string;
  /** The engine in TypeScript by default. */
  readonly against?: string;
}

function nativeRow({ name, title, floor, against, unit = 'request', ...rest }: NativeRow): Row {
  return {
    ...rest,
    name: `native-${name}`,
    title: `${title}, engine in TypeScript and native engine`,
    clients: [
      ...[floor, against].filter((client) => client !== undefined),
      'tern',
      'tern-native',
      'tern-wasm',
      ...NATIVE_PEERS,
    ],
    against: against ?? 'tern',
    unit,
  };
}

function many(connections: number): Pick<Row['job'], 'concurrency' | 'connections' | 'requests' | 'warmup'> {
  return { connections, concurrency: connections, warmup: 5000, requests: 20_000 };
}

/** Calls of a kernel that count as one request. */
const CALLS = 200;
/** What each has a twin for on every Node, at the size from which on all accelerators are used: there they gain least. */
const KERNELS = (['jsonValidate', 'jsonPluck', 'htmlExtract', 'charsetDetect'] as const).map(
  (kernel): Row => {
    const size = Math.max(minBytes('native', kernel), minBytes('wasm', kernel));
    return {
      name: `kernel-${kernel}`,
      title: `${kernel} of ${size} octets, crossing included`,
      clients: ['kernels-js', 'kernels-native', 'kernels-wasm'],
      against: 'kernels-js',
      job: {
        path: `/${kernel}/${size}/${CALLS}`,
        use: 'buffer',
        length: size * CALLS,
        connections: 1,
        concurrency: 1,
        warmup: 100,
        requests: 400,
      },
      unit: 'MiB',
      budgets: ['kernels-native', 'kernels-wasm'].map((client) => ({
        text: `at least the speed of TypeScript (${client})`,
        client,
        figure: 'perSecond',
        atLeast: 1,
      })),
    };
  },
);

/** Microseconds for the block of a page: 0.3 ms. */
const PAGE_BUDGET = 300;
const PLAY_PAGE: Row = {
  name: 'play-page',
  title: 'one block of data out of a Google Play page, octets in, text out',
  clients: [
    'indexof',
    'kernels-native',
    'kernels-wasm',
    'kernels-js',
    'htmlparser2',
    'node-html-parser',
    'cheerio',
  ],
  against: 'kernels-js',
  job: {
    path: '/',
    use: 'get',
    length: 1,
    connections: 1,
    concurrency: 1,
    warmup: 300,
    requests: 2000,
  },
  unit: 'page',
  budgets: [
    {
      text: 'at most 0.3 ms of CPU (kernels-native)',
      client: 'kernels-native',
      figure: 'cpuMicroseconds',
      atMost: PAGE_BUDGET,
    },
  ],
  subject: () => describePage(playPage()),
};

export const ROWS: readonly Row[] = [
  {
    name: 'small',
    title: 'GET of 200 octets as text, 64 connections, timeouts on',
    clients: PEERS,
    against: 'undici-request',
    job: { ...small, connections: 64, concurrency: 64, warmup: 4000, requests: 12_000 },
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
    job: { ...small, connections: 1, concurrency: 1, warmup: 1500, requests: 6000 },
    unit: 'request',
  },
  {
    name: 'sync',
    title: 'GET of 200 octets as text, blocking, beside the client that waits',
    clients: ['tern-sync', 'tern'],
    against: 'tern',
    job: { ...small, connections: 1, concurrency: 1, warmup: 1500, requests: 6000 },
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
    name: 'native-sync',
    title: 'GET of 200 octets as text, blocking, on the native engine, beside sockets alone',
    clients: ['net', 'tern-sync-native', 'tern-sync'],
    against: 'net',
    job: { ...small, connections: 1, concurrency: 1, warmup: 1500, requests: 6000 },
    unit: 'request',
    budgets: [
      {
        text: 'at most 40 µs a call beyond the exchange itself',
        client: 'tern-sync-native',
        figure: 'microsecondsBeyond',
        atMost: 40,
      },
    ],
  },
  {
    name: 'medium',
    title: 'GET of 16 KiB as text, 64 connections',
    clients: PEERS,
    against: 'undici-request',
    job: {
      path: '/small/16384',
      use: 'get',
      length: 16_384,
      connections: 64,
      concurrency: 64,
      warmup: 2500,
      requests: 8000,
    },
    unit: 'request',
  },
  {
    name: 'buffered',
    title: '64 MiB into one buffer, one at a time',
    clients: PEERS.filter((client) => client !== 'undici-dispatch'),
    against: 'node-http',
    job: {
      path: `/bytes/${LARGE}`,
      use: 'buffer',
      length: LARGE,
      connections: 1,
      concurrency: 1,
      warmup: 2,
      requests: 5,
    },
    unit: 'MiB',
  },
  {
    name: 'streamed',
    title: '64 MiB piece by piece, one at a time',
    clients: PEERS,
    against: 'node-http',
    job: {
      path: `/bytes/${LARGE}`,
      use: 'stream',
      length: LARGE,
      connections: 1,
      concurrency: 1,
      warmup: 2,
      requests: 5,
    },
    unit: 'MiB',
    budgets: [{ text: "at least node:http's throughput", client: 'tern', figure: 'perSecond', atLeast: 1 }],
  },
  {
    name: 'tls',
    title: 'GET of 1 MB into one buffer over TLS, 4 connections',
    serving: 'tls',
    clients: SECURE_PEERS,
    against: 'undici-request',
    job: { ...megabyte, connections: 4, concurrency: 4 },
    unit: 'request',
  },
  {
    name: 'http2',
    title: 'GET of 200 octets as text over HTTP/2 and TLS, 64 at a time over 1 connection',
    serving: 'http2',
    clients: HTTP2_PEERS,
    against: 'node-http2',
    job: { ...small, connections: 1, concurrency: 64, warmup: 2000, requests: 6000 },
    unit: 'request',
  },
  {
    name: 'http2-large',
    title: 'GET of 1 MB into one buffer over HTTP/2 and TLS, 4 at a time over 1 connection',
    serving: 'http2',
    clients: HTTP2_PEERS,
    against: 'node-http2',
    job: { ...megabyte, connections: 1, concurrency: 4 },
    unit: 'request',
  },
  ...NATIVE.map(nativeRow),
  ...[1, 10, 100, 1000].map((connections): Row => ({
    name: `pool-${connections}`,
    title: `GET of 200 octets, 1,000 at a time over ${connections} connection${connections === 1 ? '' : 's'}`,
    clients: ['undici-request', 'tern'],
    against: 'undici-request',
    job: { ...small, connections, concurrency: 1000, warmup: 4000, requests: 12_000 },
    unit: 'request',
  })),
  ...KERNELS,
  PLAY_PAGE,
];
