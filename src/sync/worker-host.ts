import type { MessagePort } from 'node:worker_threads';
import { blobBody } from '../body/blob-body.ts';
import { collectBody } from '../body/collect.ts';
import { TransportError } from '../errors/transport-error.ts';
import { HTTPTransport, type HTTPTransportOptions } from '../transport/http-transport.ts';
import { callsOf, type Caller } from './caller.ts';
import { packError } from './portable-error.ts';
import { unpackProxy } from './portable-proxy.ts';
import type { Command, PieceReply, WorkerMessage } from './protocol.ts';
import { SLOT } from './protocol.ts';
import { openDecoder } from './worker-decoder.ts';
import { WorkerExchange } from './worker-exchange.ts';

/** A response, or the decoder of one, from which pieces are taken. */
export interface Reader {
  read(): Promise<PieceReply>;
  cancel(): void;
}

/** Carries out the commands of a thread that blocks. */
export class WorkerHost {
  readonly #port: MessagePort;
  readonly #shared: Int32Array;
  readonly #caller: Caller;
  readonly #transports = new Map<number, HTTPTransport>();
  readonly #exchanges = new Map<number, WorkerExchange>();
  readonly #readers = new Map<number, Reader>();

  constructor(port: MessagePort, shared: Int32Array) {
    this.#port = port;
    this.#shared = shared;
    this.#caller = callsOf(
      port,
      shared,
      (message, list) => this.#post(message, list),
      (command) => this.#run(command),
    );
  }

  start(): void {
    this.#port.on('message', (command: Command) => this.#run(command));
  }

  /** Tells why the thread cannot go on, and ends it. */
  crash(error: unknown): never {
    this.#post({ kind: 'crash', error: packError(error) }, []);
    process.exit(1);
  }

  #run(command: Command): void {
    switch (command.kind) {
      case 'open': {
        const { transport, checksIdentity, looksUp, proxy, environment } = command;
        // The worker has an environment of its own, and only its transports read it.
        process.env = { ...environment };
        let options: HTTPTransportOptions = command.options;
        if (proxy !== undefined) options = { ...options, proxy: proxy && unpackProxy(proxy, this.#caller) };
        if (checksIdentity) {
          const checkServerIdentity = this.#caller.checkServerIdentity(transport);
          options = { ...options, tls: { ...options.tls, checkServerIdentity } };
        }
        if (looksUp) {
          const lookup = this.#caller.lookup(transport);
          options = { ...options, socket: { ...options.socket, lookup } };
        }
        this.#transports.set(transport, new HTTPTransport(options));
        break;
      }
      case 'send': {
        const exchange = new WorkerExchange(this.#caller, command);
        this.#exchanges.set(command.id, exchange);
        const work = exchange.send(this.#transports.get(command.transport)!).then((head) => {
          if (!exchange.isWhole || command.isHeadFirst) this.#readers.set(command.id, exchange);
          else this.#exchanges.delete(command.id);
          return head;
        });
        this.#answer(command.id, work, command.id);
        break;
      }
      case 'read': {
        const reader = this.#readers.get(command.from);
        const work = reader === undefined ? gone() : reader.read();
        this.#answer(
          command.id,
          work.then((reply) => {
            if (reply.isLast) this.#forget(command.from);
            return reply;
          }),
          command.from,
        );
        break;
      }
      case 'decode':
        this.#readers.set(
          command.id,
          openDecoder(
            this.#caller,
            command,
            command.from === null ? null : (this.#exchanges.get(command.from) ?? null),
          ),
        );
        break;
      case 'cancel':
        this.#readers.get(command.from)?.cancel();
        this.#exchanges.get(command.from)?.cancel();
        this.#forget(command.from);
        if (command.id !== 0) this.#answer(command.id, Promise.resolve(null), command.from);
        break;
      case 'abort':
        this.#exchanges.get(command.from)?.abort(command.isTimeout);
        break;
      case 'answer':
        this.#caller.onAnswer(command);
        break;
      case 'stats':
        this.#answer(command.id, Promise.resolve(this.#transports.get(command.transport)!.stats), 0);
        break;
      case 'close': {
        const transport = this.#transports.get(command.transport)!;
        this.#transports.delete(command.transport);
        this.#answer(
          command.id,
          transport.close().then(() => transport.stats),
          0,
        );
        break;
      }
      case 'blob':
        this.#answer(command.id, collectBody(blobBody(command.blob)), 0);
        break;
      case 'ping':
        break;
    }
  }

  #answer(id: number, work: Promise<unknown>, from: number): void {
    work.then(
      (value) => this.#post({ kind: 'reply', id, value }, transferOf(value)),
      (error: unknown) => {
        const given = this.#exchanges.get(from)?.given;
        this.#forget(from);
        this.#post({ kind: 'failure', id, error: packError(error, given) }, []);
      },
    );
  }

  #forget(id: number): void {
    this.#exchanges.delete(id);
    this.#readers.delete(id);
  }

  #post(message: WorkerMessage, list: readonly ArrayBuffer[]): void {
    this.#port.postMessage(message, list);
    Atomics.add(this.#shared, SLOT.messages, 1);
    Atomics.notify(this.#shared, SLOT.messages);
  }
}

function gone(): Promise<PieceReply> {
  return Promise.reject(new TransportError({ reason: 'the response is not there any more' }));
}

/** Memory that goes along with a reply. */
function transferOf(value: unknown): readonly ArrayBuffer[] {
  if (typeof value !== 'object' || value === null) return [];
  const { body, piece } = value as { readonly body?: Uint8Array | null; readonly piece?: Uint8Array | null };
  const bytes = body ?? piece ?? null;
  return bytes === null ? [] : [bytes.buffer as ArrayBuffer];
}
