import { setTimeout as sleep } from 'node:timers/promises';
import { type BackendName, type ClientOptions, isTernError, type Lookup } from '../../src/index.ts';
import { CONTENT } from './content.ts';
import { createSubject, type Mode, type Subject } from './subject.ts';
import type { Tally } from './tally.ts';
import { type BadPlace, NAME, type Places } from './targets.ts';
import type { PlacesUnit } from './unit.ts';

/** Limits in milliseconds. */
const FAR = 20_000;
const NEAR = 80;

const HERE = '127.0.0.1';
/** Nothing listens there. */
const DEAD = '127.0.0.2';

/** What must come of a request. */
interface Wanted {
  readonly name: string;
  readonly code: string;
  /** What the code of the error behind it may be. */
  readonly causes?: readonly string[];
}

/** A request that must fail, or get the content, and one after it that must get it. */
interface Trial {
  readonly what: string;
  /** Null: the content. */
  readonly wanted: Wanted | null;
  readonly url: string;
  readonly next: string;
  readonly options: ClientOptions;
  /** Before the next request. */
  readonly mend?: () => void;
  readonly connect?: number;
}

/** Certificates that must be refused, and names that are not found, slowly found, or lead elsewhere. */
export async function strikePlaces(
  places: Places,
  backend: BackendName,
  { column, places: name, mode }: PlacesUnit,
  tally: Tally,
): Promise<void> {
  const trialsOf = name === 'certificates' ? certificateTrials : nameTrials;
  for (const trial of trialsOf(places, mode)) {
    try {
      tally.add(`${trial.what}: ${await run(trial, mode, backend)}`);
    } catch (error) {
      tally.complain(`${column}, ${trial.what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

async function run(trial: Trial, mode: Mode, backend: BackendName): Promise<string> {
  const subject = createSubject(mode, backend, {
    ...trial.options,
    timeout: FAR,
    limits: { maxConnections: 1, maxKeepAlive: 0 },
  });
  try {
    const outcome = await first(trial, subject);
    for (let turn = 0; isBusy(subject); turn++) {
      if (turn > 400) throw new Error(`busy after it: ${JSON.stringify(subject.stats)}`);
      await sleep(5);
    }
    trial.mend?.();
    if ((await subject.fetch(trial.next, null)) !== CONTENT)
      throw new Error('the next request got something else');
    return outcome;
  } finally {
    await subject.close();
  }
}

function isBusy({ stats }: Subject): boolean {
  return stats.active + stats.connecting + stats.waiting > 0;
}

async function first({ url, wanted, connect = FAR }: Trial, subject: Subject): Promise<string> {
  try {
    const text = await subject.fetch(url, null, { pool: FAR, connect, read: FAR });
    if (text !== CONTENT) throw new Error('content that is not what was sent');
    if (wanted !== null) throw new Error(`content where ${wanted.name} is due`);
    return 'content';
  } catch (error) {
    if (!isTernError(error) || wanted === null) throw error;
    const cause = (error.cause as { code?: string } | undefined)?.code;
    const isRight =
      error.name === wanted.name &&
      error.code === wanted.code &&
      (wanted.causes === undefined || (cause !== undefined && wanted.causes.includes(cause)));
    if (isRight) return `${error.name} ${error.code}`;
    throw new Error(
      `${error.name} ${error.code} (${cause}) where ${wanted.name} ${wanted.code} (${wanted.causes?.join(' or ')}) is right: ${error.message}`,
      { cause: error },
    );
  }
}

function* certificateTrials({ bad, ports, tls }: Places): Generator<Trial> {
  const good = `https://${HERE}:${ports['secure']}/length`;
  const proxy = `http://${HERE}:${ports['proxy']}`;
  const trial = (kind: string, { name, codes }: BadPlace, port: number, options: ClientOptions): Trial => ({
    what: `${name} on ${kind}`,
    wanted: { name: 'ConnectError', code: 'ERR_TLS', causes: codes },
    url: `https://${HERE}:${port}/length`,
    next: good,
    options: { tls, ...options },
  });
  for (const one of bad) {
    yield trial('h1', one, one.ports.h1, {});
    yield trial('h2', one, one.ports.h2, { http2: true });
    yield trial('tunnel', one, one.ports.h1, { proxy });
    yield {
      ...trial('TLS proxy', one, ports['secure']!, {
        proxy: { url: `https://${HERE}:${one.ports.proxy}`, tls },
      }),
      // Another way for the next one is the only one.
      next: `http://${HERE}:${ports['plain']}/length`,
      options: {
        tls,
        proxy: { url: `https://${HERE}:${one.ports.proxy}`, tls, bypass: `${HERE}:${ports['plain']}` },
      },
    };
  }
  yield {
    what: 'a version that the server does not speak',
    wanted: { name: 'ConnectError', code: 'ERR_TLS' },
    url: `https://${HERE}:${ports['secure12']}/length`,
    next: good,
    options: { tls: { ...tls, minVersion: 'TLSv1.3' } },
  };
  yield {
    what: 'no TLS at all',
    wanted: { name: 'ConnectError', code: 'ERR_TLS' },
    url: `https://${HERE}:${ports['plain']}/length`,
    next: good,
    options: { tls },
  };
}

/** How a resolver answers. `later` calls at once for a client that blocks, which cannot wait for it. */
type Answer = (callback: (error: Error | null, found: unknown) => void, later: Later) => void;
type Later = (call: () => void) => void;

const found =
  (...addresses: string[]): Answer =>
  (callback, later) =>
    later(() =>
      callback(
        null,
        addresses.map((address) => ({ address, family: 4 })),
      ),
    );

const failed =
  (code: string): Answer =>
  (callback, later) =>
    later(() => callback(Object.assign(new Error(`getaddrinfo ${code}`), { code }), []));

const DNS: Wanted = { name: 'ConnectError', code: 'ERR_DNS' };
const TIMEOUT: Wanted = { name: 'ConnectTimeout', code: 'ERR_CONNECT_TIMEOUT' };

const ANSWERS: readonly {
  readonly what: string;
  readonly wanted: Wanted | null;
  readonly answer: Answer;
  readonly connect?: number;
  readonly takesTime?: boolean;
}[] = [
  { what: 'not found', wanted: { ...DNS, causes: ['ENOTFOUND'] }, answer: failed('ENOTFOUND') },
  { what: 'try again', wanted: { ...DNS, causes: ['EAI_AGAIN'] }, answer: failed('EAI_AGAIN') },
  { what: 'no address', wanted: DNS, answer: found() },
  { what: 'nonsense', wanted: DNS, answer: found('not an address') },
  { what: 'no list', wanted: DNS, answer: (callback, later) => later(() => callback(null, 'x')) },
  {
    what: 'a resolver that throws',
    wanted: DNS,
    answer() {
      throw new Error('broken resolver');
    },
  },
  { what: 'no answer', wanted: TIMEOUT, answer: () => {}, connect: NEAR, takesTime: true },
  {
    what: 'too late an answer',
    wanted: TIMEOUT,
    answer: (callback, later) => setTimeout(found(HERE), NEAR * 2, callback, later),
    takesTime: true,
    connect: NEAR,
  },
  {
    what: 'a slow answer',
    wanted: null,
    answer: (callback, later) => setTimeout(found(HERE), 30, callback, later),
    takesTime: true,
  },
  { what: 'a dead address before a live one', wanted: null, answer: found(DEAD, HERE) },
  {
    what: 'dead addresses',
    wanted: { name: 'ConnectError', code: 'ERR_CONNECT' },
    answer: found(DEAD, '127.0.0.3'),
  },
];

function* nameTrials({ ports, tls }: Places, mode: Mode): Generator<Trial> {
  const later: Later = mode === 'sync' ? (call) => call() : setImmediate;
  const ways: readonly (readonly [string, string, ClientOptions])[] = [
    ['h1', `http://${NAME}:${ports['plain']}/length`, {}],
    ['h1 TLS', `https://${NAME}:${ports['secure']}/length`, { tls }],
    ['h2 TLS', `https://${NAME}:${ports['secureHTTP2']}/length`, { tls, http2: true }],
    [
      'tunnel',
      `https://${HERE}:${ports['secure']}/length`,
      { tls, proxy: `http://${NAME}:${ports['proxy']}` },
    ],
    ['SOCKS', `http://${HERE}:${ports['plain']}/length`, { proxy: `socks5h://${NAME}:${ports['socks']}` }],
  ];
  for (const [way, url, options] of ways) {
    for (const { what, wanted, answer, connect, takesTime } of ANSWERS) {
      if (mode === 'sync' && takesTime === true) continue;
      let current = answer;
      const lookup: Lookup = (_name, _options, callback) => current(callback as Parameters<Answer>[0], later);
      yield {
        what: `${what} on ${way}`,
        wanted,
        url,
        next: url,
        options: { ...options, socket: { lookup } },
        // The name leads to the server now.
        mend: () => void (current = found(HERE)),
        ...(connect !== undefined && { connect }),
      };
    }
  }
}
