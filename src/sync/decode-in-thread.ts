import type { DecodeOptions } from '../body/content-coding.ts';
import type { Fail, FailCode } from '../body/fail.ts';
import { type PortableError, unpackError } from './portable-error.ts';
import type { Call, DecodeCommand, PieceReply } from './protocol.ts';
import type { RemoteExchange } from './remote-exchange.ts';
import type { SyncSource } from './sync-source.ts';
import { Transfer, type Service, WorkerThread } from './worker-thread.ts';

/*
 * Node undoes content codings piece by piece only in its event loop, which stands still in a thread that blocks. So
 * the worker does it: for its own responses where they are, for other octets by asking for them.
 */

/** The response of an exchange with its content codings undone. */
export function decodeRemotely(
  thread: WorkerThread,
  exchange: RemoteExchange,
  codings: readonly string[],
  options: DecodeOptions,
  fail: Fail,
): SyncSource {
  return new Decoder(thread, exchange, null, codings, options, fail);
}

/** Octets that are at hand here with their content codings undone. */
export function decodeInThread(
  source: SyncSource,
  codings: readonly string[],
  options: DecodeOptions,
  fail: Fail,
): SyncSource {
  return new Decoder(WorkerThread.current, null, source, codings, options, fail);
}

class Decoder implements SyncSource, Service {
  readonly #thread: WorkerThread;
  readonly #exchange: RemoteExchange | null;
  readonly #source: SyncSource | null;
  readonly #options: DecodeOptions;
  readonly #fail: Fail;
  readonly #command: DecodeCommand;
  #isOpen = false;
  #isOver = false;
  /** What the source threw. */
  #failure: { readonly error: unknown } | null = null;

  constructor(
    thread: WorkerThread,
    exchange: RemoteExchange | null,
    source: SyncSource | null,
    codings: readonly string[],
    options: DecodeOptions,
    fail: Fail,
  ) {
    this.#thread = thread;
    this.#exchange = exchange;
    this.#source = source;
    this.#options = options;
    this.#fail = fail;
    const { zstd, ...plain } = options;
    this.#command = {
      kind: 'decode',
      id: thread.nextId(),
      from: exchange?.id ?? null,
      codings,
      options: plain,
      hasZstd: zstd !== undefined,
    };
  }

  get bytesReceived(): number {
    return (this.#exchange ?? this.#source!).bytesReceived;
  }

  get trailers(): readonly string[] | null {
    return (this.#exchange ?? this.#source!).trailers;
  }

  next(): Uint8Array | null {
    if (this.#isOver) return null;
    try {
      if (!this.#isOpen) this.#open();
      const reply = this.#call({
        kind: 'read',
        id: this.#thread.nextId(),
        from: this.#command.id,
      }) as PieceReply;
      if (reply.piece === null) this.#end();
      return this.#exchange === null ? reply.piece : this.#exchange.onPiece(reply);
    } catch (error) {
      this.cancel();
      throw error;
    }
  }

  whole(): null {
    return null;
  }

  cancel(): void {
    if (!this.#isOver && this.#isOpen && !this.#thread.isDead)
      this.#thread.post({ kind: 'cancel', id: 0, from: this.#command.id });
    this.#end();
  }

  serve({ name, values }: Pick<Call, 'name' | 'values'>): unknown {
    if (name === 'zstd') return this.#options.zstd!(values[0] as Uint8Array, Number(values[1]));
    if (name !== 'pull') return undefined;
    const piece = this.#source!.next();
    if (piece === null) return null;
    const bytes = new Uint8Array(piece);
    return new Transfer({ bytes }, [bytes.buffer]);
  }

  onServeError(error: unknown): void {
    this.#failure ??= { error };
  }

  #open(): void {
    this.#isOpen = true;
    this.#thread.listen(this.#command.id, this);
    this.#thread.post(this.#command);
  }

  #call(command: Parameters<WorkerThread['call']>[0]): unknown {
    if (this.#exchange !== null) return this.#exchange.call(command);
    const reply = this.#thread.call(command);
    if (this.#failure !== null) throw this.#failure.error;
    if (reply.kind === 'reply') return reply.value;
    throw this.#unpack(reply.error);
  }

  /** A failure of the decoder is told in the name of the request. */
  #unpack(error: PortableError): unknown {
    if (error.kind === 'http' && error.name === 'DecodingError')
      return this.#fail(
        error.reason,
        error.code as FailCode,
        error.cause === null ? undefined : unpackError(error.cause),
      );
    return unpackError(error);
  }

  #end(): void {
    this.#isOver = true;
    this.#thread.unlisten(this.#command.id);
  }
}
