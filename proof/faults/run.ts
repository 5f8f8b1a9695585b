import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  type BackendName,
  Client,
  DecodingError,
  isTernError,
  NetworkError,
  ProtocolError,
  ProxyError,
  type TernError,
  TimeoutException,
} from '../../src/index.ts';
import type { Fault, FaultKind } from './relay.ts';
import { CONTENT, startTargets, type Target } from './targets.ts';

/**
 * Lets something go wrong at every place of what a server sends (handshakes, heads and bodies), on every kind of
 * connection, for content that is read whole and content that is streamed, on new connections and on used ones.
 * Each time the error must be of the right class, nothing may be taken for whole that is not, nothing may be left
 * over, and the next request, on the same client, must succeed.
 */
const { values } = parseArgs({
  options: {
    backend: { type: 'string', default: 'js' },
    only: { type: 'string' },
    step: { type: 'string', default: '1' },
  },
});

type Mode = 'stream' | 'whole';

/** Limits in milliseconds: where a fault must be told by something else than a limit, it is out of the way. */
const FAR = 20_000;
const NEAR = 60;

/** A slow server needs as many octets to be late. */
const LORIS_OCTETS = 14;

const KINDS: readonly FaultKind[] = ['reset', 'end', 'stall', 'flip', 'loris'];
const RIGHT: Record<FaultKind, readonly (abstract new (...args: never[]) => TernError)[]> = {
  reset: [NetworkError, ProtocolError, ProxyError],
  end: [NetworkError, ProtocolError, ProxyError],
  stall: [TimeoutException],
  flip: [NetworkError, ProtocolError, ProxyError, DecodingError, TimeoutException],
  loris: [TimeoutException],
};

interface Tally {
  readonly errors: Map<string, number>;
  attempts: number;
}

class Wrong extends Error {}

async function request(client: Client, url: string, mode: Mode, signal: AbortSignal): Promise<string> {
  if (mode === 'whole') return (await client.get(url, { signal })).text;
  const response = await client.stream('GET', url, { signal });
  const pieces: string[] = [];
  for await (const piece of response.iterText()) pieces.push(piece);
  return pieces.join('');
}

/** One fault: the request into it, the state after it, the request that follows. */
async function attempt(
  client: Client,
  target: Target,
  fault: Fault,
  mode: Mode,
  tally: Tally,
): Promise<void> {
  const isSlow = fault.kind === 'stall' || fault.kind === 'flip' || fault.kind === 'loris';
  const timeout = isSlow
    ? {
        pool: FAR,
        connect: fault.kind === 'loris' ? FAR : NEAR * 3,
        read: NEAR,
        total: fault.kind === 'loris' ? NEAR * 3 : FAR,
      }
    : { pool: FAR, connect: FAR, read: FAR };
  const own = client.extend({ timeout });
  target.relay.set(fault);
  tally.attempts++;
  let name = 'content';
  try {
    const text = await request(own, target.url, mode, AbortSignal.timeout(FAR * 2));
    const isUnharmed = text === CONTENT;
    const mayBeOther = fault.kind === 'flip' && target.isPlain;
    if (!isUnharmed && !mayBeOther)
      throw new Wrong(`content that is not what was sent: ${text.length} characters`);
    if (isUnharmed && fault.kind !== 'flip') throw new Wrong('content as if nothing had happened');
  } catch (error) {
    if (!isTernError(error) || !RIGHT[fault.kind].some((one) => error instanceof one)) throw error;
    ({ name } = error);
  }
  tally.errors.set(name, (tally.errors.get(name) ?? 0) + 1);
  target.relay.set(null);
  for (let turn = 0; own.stats.active + own.stats.connecting + own.stats.waiting > 0; turn++) {
    if (turn > 200) throw new Wrong(`busy after it: ${JSON.stringify(own.stats)}`);
    await sleep(5);
  }
  const next = await request(client, target.url, 'whole', AbortSignal.timeout(FAR));
  if (next !== CONTENT) throw new Wrong('the next request got something else');
}

/** Octets that a server sends until a request is answered, once everything (a TLS session) is as it will be. */
async function measure(client: Client, target: Target): Promise<number> {
  for (let turn = 0; turn < 2; turn++) {
    target.relay.set(null);
    await request(client, target.url, 'whole', AbortSignal.timeout(FAR));
  }
  return target.relay.passed;
}

async function examine(target: Target, mode: Mode, isUsed: boolean, complaints: string[]): Promise<string> {
  const options = { ...target.options, backend: values.backend as BackendName, timeout: FAR };
  const client = new Client({ ...options, limits: { maxConnections: 1, maxKeepAlive: isUsed ? 1 : 0 } });
  const total = await measure(client, target);
  const tally: Tally = { errors: new Map(), attempts: 0 };
  const step = target.step * Number(values.step);
  for (const kind of KINDS) {
    // One that is slow takes as long as its limit, each time.
    const stride = kind === 'loris' ? Math.max(step, Math.floor(total / 6)) : step;
    const last = kind === 'loris' ? total - LORIS_OCTETS : total;
    // On a used connection a request into which nothing came is sent again, and succeeds.
    for (let at = isUsed ? 1 : 0; at < last; at += stride) {
      try {
        await attempt(client, target, { kind, at }, mode, tally);
      } catch (error) {
        complaints.push(
          `${target.name}, ${mode}, ${kind} at ${at} of ${total}: ${error instanceof Wrong ? error.message : String(error)}`,
        );
        if (complaints.length > 20) return 'given up';
      }
    }
  }
  await client.close();
  const classes = [...tally.errors]
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`);
  return `${tally.attempts} faults in ${total} octets: ${classes.join(', ')}`;
}

const before = process.getActiveResourcesInfo().length;
const { targets, close } = await startTargets();
const complaints: string[] = [];
try {
  for (const target of targets.filter(({ name }) => name.includes(values.only ?? ''))) {
    for (const [mode, isUsed] of [
      ['whole', false],
      ['stream', false],
      ['whole', true],
    ] as const) {
      const where = `${target.name}, ${mode}, ${isUsed ? 'used' : 'new'} connection`;
      console.log(`${where}: ${await examine(target, mode, isUsed, complaints)}`);
      target.relay.clear();
    }
  }
} finally {
  close();
}
let left = 1;
for (let turn = 0; turn < 100 && left > 0; turn++) {
  await sleep(50);
  left = process.getActiveResourcesInfo().length - before;
}
if (left > 0) complaints.push(`${left} resources are left: ${process.getActiveResourcesInfo().join(', ')}`);
for (const complaint of complaints) console.error(`FAILED ${complaint}`);
console.log(
  complaints.length === 0
    ? `no fault loses or invents anything on ${values.backend}`
    : `${complaints.length} complaints`,
);
process.exit(complaints.length === 0 ? 0 : 1);
