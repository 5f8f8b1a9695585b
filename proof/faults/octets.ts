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
import type { Octets, OctetsUnit } from './unit.ts';

/** Limits in milliseconds: where a fault must be told by something else than a limit, it is out of the way. */
const FAR = 20_000;
const NEAR = 60;
/** More time for what has not come in the time there was, as a busy machine may be that slow. */
const PATIENCE = [1, 5, 25];
/** A slow server is late after as many octets. */
const LORIS_OCTETS = 14;
/** Signatures, and with them handshakes, differ in length by some octets. */
const MARGIN = 40;
/** For octets of which each is tried elsewhere: no divisor of lengths that there are. */
const KNOWN_STEP = 23;
/** Octets by which handshakes differ. */
const VARIANCE = 8;
/** What a request in a tunnel over TLS to a proxy has at most: where it begins cannot be seen. */
const NESTED_REQUEST = 300;

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
const SLOW: ReadonlySet<FaultKind> = new Set(['stall', 'flip', 'garbage', 'loris', 'stallUp']);

/** A target in a mode, on new connections or on used ones. */
export interface Column {
  readonly target: Target;
  readonly mode: Mode;
  readonly isUsed: boolean;
}

export function nameOf(target: string, mode: Mode, isUsed: boolean): string {
  return `${target}, ${mode}, ${isUsed ? 'used' : 'new'} connection`;
}

/** Lets something go wrong at the places of one slice of a column. @returns how long its dialogue is */
export async function strikeOctets(
  column: Column,
  backend: BackendName,
  { step, slices, slice }: Pick<OctetsUnit, 'slice' | 'slices' | 'step'>,
  tally: Tally,
): Promise<Octets> {
  const { target, mode, isUsed } = column;
  const limits = { maxConnections: 1, maxKeepAlive: isUsed ? 1 : 0 };
  const subject = createSubject(mode, backend, { ...target.options, timeout: FAR, limits });
  const landmarks = await measure(target, isUsed, backend);
  target.board.set(null);
  if (isUsed) await subject.fetch(target.url, target.content);
  const name = nameOf(target.name, mode, isUsed);
  let index = 0;
  for (const fault of faultsOf(column, landmarks, step)) {
    if (index++ % slices !== slice) continue;
    try {
      await strike(subject, column, fault, landmarks, tally);
    } catch (error) {
      const { kind, at, variant } = fault;
      const what = error instanceof Error ? error.message : String(error);
      tally.complain(
        `${name}, ${kind} at ${at}${variant === undefined ? '' : ` (${variant})`} of ${landmarks.down}: ${what}`,
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
    tally.complain(`${name}: ${(error as Error).message}`);
  }
  return { down: landmarks.down, up: landmarks.up };
}

function* faultsOf(column: Column, landmarks: Landmarks, step: number): Generator<Fault> {
  const { target, isUsed } = column;
  const { down, up, frames } = landmarks;
  // On a used connection a request into which nothing came is sent again, and succeeds.
  const from = isUsed ? 1 : 0;
  for (const kind of OCTET_KINDS) {
    const isUp = kind.endsWith('Up');
    if (isUp && isUsed) continue;
    const total = isUp ? up : down;
    const stride = strideOf(column, landmarks, isUp, step);
    for (let at = from; at < total; at += stride(at)) yield { kind, at };
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

/**
 * From one place to the next. Heads and bodies are tried at each octet, on new connections in each column, on used ones
 * where content is read whole. What comes before them does not depend on how content is read, and is tried at each octet
 * where it is read whole, with HTTP/1.1; within TLS to a proxy that is all up to the answer of the proxy.
 */
function strideOf(
  { target, mode, isUsed }: Column,
  { proxy, dialled, dialledUp }: Landmarks,
  isUp: boolean,
  step: number,
): (at: number) => number {
  if (isUsed) return () => (mode === 'whole' ? step : Math.max(step, KNOWN_STEP));
  const start = isUp ? dialledUp - (target.isNested ? NESTED_REQUEST : VARIANCE) : dialled - VARIANCE;
  const isKnown = mode !== 'whole' || target.hasKnownWay;
  const known = isKnown ? 0 : target.isNested && !isUp ? proxy : start;
  return (at) => (at >= known && at < start ? Math.max(step, Math.min(KNOWN_STEP, start - at)) : step);
}

/**
 * Tries a fault, with more time if its place has not come. Where a limit is what tells, a machine that is busy may let
 * it pass elsewhere: what is found wrong has to be so with a limit that is far longer too.
 */
async function strike(
  subject: Subject,
  column: Column,
  fault: Fault,
  landmarks: Landmarks,
  tally: Tally,
): Promise<void> {
  for (const patience of PATIENCE) {
    const isLast = patience === PATIENCE.at(-1) || !SLOW.has(fault.kind);
    try {
      const paced = pace(fault, landmarks, patience);
      const { stage, outcome, hasStruck } = await attempt(subject, column, paced, landmarks, patience);
      if (hasStruck) {
        tally.count(fault, stage, outcome);
        return;
      }
      if (isLast) break;
    } catch (error) {
      if (isLast || !(error instanceof WrongOutcome)) throw error;
      tally.repeated++;
    }
  }
  tally.unreached++;
  tally.count(fault, 'http', 'not reached');
}

/** What a request came to is not what it must come to. */
class WrongOutcome extends Error {}

/** A slow server takes longer than the limit, however little it has still to send. */
function pace(fault: Fault, { down }: Landmarks, patience: number): Fault {
  if (fault.kind !== 'loris') return fault;
  const octets = Math.min(LORIS_OCTETS, Math.max(1, down - fault.at - 4));
  return { ...fault, variant: Math.ceil((2.5 * NEAR * patience) / octets) };
}

/** One fault: the request into it, what it leaves, the request that follows. @returns what came of it */
async function attempt(
  subject: Subject,
  { target, isUsed }: Column,
  fault: Fault,
  landmarks: Landmarks,
  patience: number,
): Promise<{ readonly stage: Stage; readonly outcome: string; readonly hasStruck: boolean }> {
  const { board, url, content } = target;
  board.set(fault);
  let outcome = 'content';
  let stage: Stage = 'http';
  let hasStruck = false;
  try {
    const text = await subject.fetch(url, content, limitsFor(fault, landmarks, isUsed, NEAR * patience));
    const seen = look(target);
    const allowed = contentAllowed(fault, target, landmarks, seen);
    if (text !== CONTENT && allowed !== 'any')
      throw new WrongOutcome(`content that is not what was sent: ${text.length} characters`);
    if (allowed === 'no')
      throw new WrongOutcome(
        `content as if nothing had happened: ${JSON.stringify({ ...seen, hasStruck: board.hasStruck })} of ${landmarks.content}`,
      );
  } catch (error) {
    if (!isTernError(error)) throw error;
    const complaint = await judgeInTime(error, fault, target, landmarks);
    if (complaint !== null && board.hasStruck) throw new WrongOutcome(complaint, { cause: error });
    outcome = `${error.name} ${error.code}`;
  } finally {
    ({ stage, hasStruck } = board);
    board.set(null);
  }
  await settled(
    () => {
      const { active, connecting, waiting } = subject.stats;
      return active + connecting + waiting === 0;
    },
    () => `busy after it: ${JSON.stringify(subject.stats)}`,
  );
  if (isFollowed(fault, landmarks, isUsed)) {
    const isStretched = fault.kind === 'flip' && target.isHTTP2;
    if ((await follow(subject, target, isStretched)) !== CONTENT)
      throw new Error('the next request got something else');
  }
  const most = isUsed ? 1 : 0;
  await settled(
    () => board.open <= most,
    () => `${board.open} connections are open after it`,
  );
  return { stage, outcome, hasStruck };
}

/**
 * The request behind a fault.
 *
 * @param isStretched a frame of HTTP/2 may be longer for a wrong octet, and take in what comes next: nobody can see that
 *   before, so the next request may fail, and the one behind it must succeed
 */
async function follow(subject: Subject, { url, content }: Target, isStretched: boolean): Promise<string> {
  try {
    return await subject.fetch(url, content);
  } catch (error) {
    if (!isStretched || !isTernError(error)) throw error;
    return await subject.fetch(url, content);
  }
}

/**
 * Whether another request follows, which must succeed. In handshakes and dialogues with proxies it does every eighth
 * time, as it takes as long as the fault; else the request into the next fault is the next one, and must come that far.
 */
function isFollowed({ kind, at }: Fault, { dialled, dialledUp }: Landmarks, isUsed: boolean): boolean {
  return isUsed || at >= (kind.endsWith('Up') ? dialledUp : dialled) - MARGIN || at % 8 === 0;
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
  for (let turn = 0; complaint !== null && turn < 50; turn++) {
    await sleep(20);
    complaint = judge(error, fault, target, landmarks, look(target));
  }
  return complaint;
}

function limitsFor(fault: Fault, { dialled }: Landmarks, isUsed: boolean, near: number): RequestLimits {
  const { kind, at } = fault;
  if (kind === 'loris') return { pool: FAR, connect: FAR, read: FAR, total: near * 2 };
  if (kind === 'rst' || kind === 'goAway' || !SLOW.has(kind)) return { pool: FAR, connect: FAR, read: FAR };
  // What comes after dialling must not be taken for it on a busy machine.
  const isDialling = (dialled > 0 && at < dialled + MARGIN) || isUsed || (kind === 'stallUp' && dialled > 0);
  return { pool: FAR, connect: isDialling ? near : FAR, read: near };
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
  const { down, up, frames, proxy, dialled, dialledUp } = board;
  const whole = board.content;
  await client.close();
  await settled(
    () => board.open === 0,
    () => 'the client that measures leaves connections',
  );
  return { proxy, dialled, dialledUp, down, up, frames, content: whole };
}
