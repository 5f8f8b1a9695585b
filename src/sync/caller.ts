import type { MessagePort } from 'node:worker_threads';
import type { DecodeOptions } from '../body/content-coding.ts';
import type { TLSOptions } from '../models/tls-options.ts';
import type { Lookup } from '../backends/contract.ts';
import { type PortableError, unpackError } from './portable-error.ts';
import { type AnswerCommand, type Command, type ServiceName, SLOT, type WorkerMessage } from './protocol.ts';

/** The thread that blocks, as its worker sees it: it can be called while it waits. */
export interface Caller {
  /** Tells something; nothing is answered. */
  tell(from: number, name: ServiceName, ...values: unknown[]): void;
  /** Asks for something. Rejects with {@link CallerFailed} if the function threw. */
  ask(from: number, name: ServiceName, ...values: unknown[]): Promise<unknown>;
  checkServerIdentity(transport: number): NonNullable<TLSOptions['checkServerIdentity']>;
  lookup(transport: number): Lookup;
  zstd(from: number): NonNullable<DecodeOptions['zstd']>;
  onAnswer(answer: AnswerCommand): void;
}

/** What `socket.lookup` gave. */
export interface LookupAnswer {
  readonly error: PortableError | null;
  readonly addresses: unknown;
}

type LookupAddresses = Parameters<Parameters<Lookup>[2]>[1];

/** A function of the thread that blocks threw; that thread knows what, and tells its caller. */
class CallerFailed extends Error {}

/** How long the worker sleeps for an answer, in milliseconds: a caller that does not listen would else hold up all others. */
const PATIENCE = 10_000;

/** @param run carries out a command that comes while the worker sleeps for an answer */
export function callsOf(
  port: MessagePort,
  shared: Int32Array,
  post: (message: WorkerMessage, list: readonly ArrayBuffer[]) => void,
  run: (command: Command) => void,
): Caller {
  const waiting = new Map<number, (answer: AnswerCommand) => void>();
  let lastCall = 0;

  /** Calls a function of the thread that blocks and sleeps until it has returned. */
  function callAndSleep(from: number, name: ServiceName, values: readonly unknown[]): unknown {
    const { receiveMessageOnPort } = process.getBuiltinModule('node:worker_threads');
    if (Atomics.load(shared, SLOT.listening) === 0)
      throw new Error('The program does not wait for this any more.');
    const call = ++lastCall;
    const others: Command[] = [];
    post({ kind: 'call', from, name, values, call, isBlocking: true }, []);
    try {
      for (;;) {
        const count = Atomics.load(shared, SLOT.answers);
        const received = receiveMessageOnPort(port);
        if (received === undefined) {
          if (Atomics.wait(shared, SLOT.answers, count, PATIENCE) === 'timed-out')
            throw new Error('The program did not answer.');
        } else if (received.message.kind === 'answer' && received.message.call === call) {
          const { value, error } = received.message;
          if (error !== null) throw unpackError(error);
          return value;
        } else {
          others.push(received.message);
        }
      }
    } finally {
      for (const command of others) setImmediate(run, command);
    }
  }

  function ask(from: number, name: ServiceName, ...values: unknown[]): Promise<unknown> {
    const call = ++lastCall;
    return new Promise((resolve, reject) => {
      waiting.set(call, ({ value, hasFailed }) => {
        if (hasFailed) reject(new CallerFailed(name));
        else resolve(value);
      });
      post({ kind: 'call', from, name, values, call, isBlocking: false }, []);
    });
  }

  return {
    tell: (from, name, ...values) =>
      post({ kind: 'call', from, name, values, call: null, isBlocking: false }, []),
    ask,
    checkServerIdentity: (transport) => (hostname, certificate) => {
      try {
        callAndSleep(transport, 'checkServerIdentity', [hostname, certificate]);
        return undefined;
      } catch (error) {
        return error instanceof Error ? error : new Error(String(error));
      }
    },
    lookup: (transport) => (hostname, options, callback) => {
      ask(transport, 'lookup', hostname, options).then(
        (answer) => {
          const { error, addresses } = answer as LookupAnswer;
          callback(error === null ? null : (unpackError(error) as Error), addresses as LookupAddresses);
        },
        (error: unknown) => callback(error as Error, []),
      );
    },
    zstd: (from) => (input, maxOutput) =>
      callAndSleep(from, 'zstd', [new Uint8Array(input), maxOutput]) as Uint8Array,
    onAnswer(answer) {
      const settle = waiting.get(answer.call);
      waiting.delete(answer.call);
      settle?.(answer);
    },
  };
}
