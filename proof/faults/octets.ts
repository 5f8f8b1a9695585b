import { setTimeout as sleep } from 'node:timers/promises';
import { type BackendName, Client, isTernError, type TernError } from '../../src/index.ts';
import { CONTENT } from './content.ts';
import { contentAllowed, judge, type Landmarks, type Sight } from './expected.ts';
import { VARIANTS } from './frames.ts';
import type { Stage } from './progress.ts';
import { createSubject, type Mode, type RequestLimits, type Subject } from './subject.ts';
import type { Fault, FaultKind } from './switchboard.ts';
import type { Tally } from './tally.ts';
import type { Target } from './targets.ts';

/** Limits in milliseconds: where a fault must be told by something else than a limit, it is out of the way. */
const FAR = 20_000;
const NEAR = 60;
/** A slow server needs as many octets to be late. */
const LORIS_OCTETS = 14;
/** Signatures, and with them handshakes, differ in length by some octets. */
const MARGIN = 40;

const OCTET_KINDS: readonly FaultKind[] = [
  'reset',
  'halfClose',
  'cut',
  'stall',
  'flip',
  'garbage',
  'loris',
  'resetUp',
  'cutUp',
  'stallUp',
];
const SLOW: ReadonlySet<FaultKind> = new Set(['stall', 'flip', 'garbage', 'stallUp']);

/** A target in a mode, on new connections or on used ones. */
export interface Column {
  readonly target: Target;
  readonly mode: Mode;
  readonly isUsed: boolean;
}

export function nameOf({ target, mode, isUsed }: Column): string {
  return `${target.name}, ${mode}, ${isUsed ? 'used' : 'new'} connection`;
}

/** Lets something go wrong at every `step`-th place of a column. */
export async function strikeOctets(
  column: Column,
  backend: BackendName,
  step: number,
  tally: Tally,
): Promise<void> {
  const { target, mode, isUsed } = column;
  const limits = { maxConnections: 1, maxKeepAlive: isUsed ? 1 : 0 };
  const subject = createSubject(mode, backend, { ...target.options, timeout: FAR, limits });
  const landmarks = await measure(target, isUsed, backend);
  target.board.set(null);
  if (isUsed) await subject.fetch(target.url, target.content);
  for (const fault of faultsOf(column, landmarks, step)) {
    try {
      const { stage, outcome } = await attempt(subject, column, fault, landmarks);
      tally.count(fault, stage, outcome);
    } catch (error) {
      const { kind, at, variant } = fault;
      const what = error instanceof Error ? error.message : String(error);
      tally.complain(
        `${nameOf(column)}, ${kind} at ${at}${variant === undefined ? '' : ` (${variant})`} of ${landmarks.down}: ${what}`,
      );
      if (tally.isHopeless) break;
    }
  }
  await subject.close();
  try {
    await settled(
      () => target.board.open === 0,
      () => `${target.board.open} connections are open after the client`,
    );
  } catch (error) {
    tally.complain(`${nameOf(column)}: ${(error as Error).message}`);
  }
}

function* faultsOf({ target, isUsed }: Column, landmarks: Landmarks, step: number): Generator<Fault> {
  const { down, up, frames } = landmarks;
  // On a used connection a request into which nothing came is sent again, and succeeds.
  const from = isUsed ? 1 : 0;
  for (const kind of OCTET_KINDS) {
    const isUp = kind.endsWith('Up');
    const total = isUp ? up : kind === 'loris' ? down - LORIS_OCTETS : down;
    // One that is slow takes as long as its limit, each time.
    const least = kind === 'loris' ? Math.floor(total / 6) : SLOW.has(kind) ? target.slowStep : 1;
    if (isUp && isUsed) continue;
    for (let at = from; at < total; at += Math.max(step, least)) yield { kind, at };
  }
  if (!target.isHTTP2) return;
  for (const kind of ['rst', 'goAway'] as const) {
    const stride = Math.max(1, Math.floor(step / 8));
    for (let at = from; at < frames; at++)
      for (let variant = 0; variant < VARIANTS[kind]; variant += stride) {
        // A stream has the number that is expected on a new connection only, and exists once it was answered.
        if (!isUsed && at > 0) yield { kind, at, variant };
      }
  }
}

/** One fault: the request into it, what it leaves, the request that follows. @returns what came of it */
async function attempt(
  subject: Subject,
  { target, isUsed }: Column,
  fault: Fault,
  landmarks: Landmarks,
): Promise<{ readonly stage: Stage; readonly outcome: string }> {
  const { board, url, content } = target;
  board.set(fault);
  let outcome = 'content';
  let stage: Stage = 'http';
  try {
    const text = await subject.fetch(url, content, limitsFor(fault, landmarks, isUsed));
    const allowed = contentAllowed(fault, target, landmarks, look(target));
    if (text !== CONTENT && allowed !== 'any')
      throw new Error(`content that is not what was sent: ${text.length} characters`);
    if (allowed === 'no') throw new Error('content as if nothing had happened');
  } catch (error) {
    if (!isTernError(error)) throw error;
    const complaint = await judgeInTime(error, fault, target, landmarks);
    if (complaint !== null) throw new Error(complaint, { cause: error });
    outcome = `${error.name} ${error.code}`;
  } finally {
    stage = board.stage;
    board.set(null);
  }
  await settled(
    () => {
      const { active, connecting, waiting } = subject.stats;
      return active + connecting + waiting === 0;
    },
    () => `busy after it: ${JSON.stringify(subject.stats)}`,
  );
  if ((await subject.fetch(url, content)) !== CONTENT) throw new Error('the next request got something else');
  const most = isUsed ? 1 : 0;
  await settled(
    () => board.open <= most,
    () => `${board.open} connections are open after it`,
  );
  return { stage, outcome };
}

function look({ board: { stage, content, sent } }: Target): Sight {
  return { stage, content, sent };
}

/** The relay has a thread of its own, and on a busy machine may see what a client has sent after its limit. */
async function judgeInTime(
  error: TernError,
  fault: Fault,
  target: Target,
  landmarks: Landmarks,
): Promise<string | null> {
  let complaint = judge(error, fault, target, landmarks, look(target));
  for (let turn = 0; complaint !== null && turn < 10; turn++) {
    await sleep(20);
    complaint = judge(error, fault, target, landmarks, look(target));
  }
  return complaint;
}

function limitsFor(fault: Fault, { dialled }: Landmarks, isUsed: boolean): RequestLimits {
  const { kind, at } = fault;
  if (kind === 'loris') return { pool: FAR, connect: FAR, read: FAR, total: NEAR * 3 };
  if (kind === 'rst' || kind === 'goAway' || !SLOW.has(kind)) return { pool: FAR, connect: FAR, read: FAR };
  // What comes after dialling must not be taken for it on a busy machine.
  const isDialling = (dialled > 0 && at < dialled + MARGIN) || isUsed || (kind === 'stallUp' && dialled > 0);
  return { pool: FAR, connect: isDialling ? NEAR : FAR, read: NEAR };
}

async function settled(isSo: () => boolean, complaint: () => string): Promise<void> {
  for (let turn = 0; !isSo(); turn++) {
    if (turn > 800) throw new Error(complaint());
    await sleep(turn < 20 ? 1 : 10);
  }
}

/** Counts what passes until a request is answered, and where the relay has seen the stages end. */
async function measure(target: Target, isUsed: boolean, backend: BackendName): Promise<Landmarks> {
  const { board, url, content } = target;
  const client = new Client({
    ...target.options,
    backend,
    timeout: FAR,
  });
  const fetch = () =>
    client.request(content === null ? 'GET' : 'POST', url, content === null ? {} : { content });
  board.set(null);
  await fetch();
  if (isUsed) {
    board.set(null);
    await fetch();
  }
  // The end of a response may come before frames that say nothing about it.
  await sleep(5);
  const { down, up, frames, proxy, dialled } = board;
  const whole = board.content;
  await client.close();
  await settled(
    () => board.open === 0,
    () => 'the client that measures leaves connections',
  );
  return { proxy, dialled, down, up, frames, content: whole };
}
