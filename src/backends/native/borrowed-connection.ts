import type { ConnectionMeta } from '../contract.ts';
import { CommandBuffer } from './command-buffer.ts';
import type { CommandPort } from './command-port.ts';
import { NativeConnection } from './connection.ts';
import type { LendingHost } from './loan.ts';
import { EVENT_HEADER, type EventRecord } from './records.ts';

/** Octets of the memory into which events come. */
const SLAB = 524_288;
const NOTHING = new Uint8Array(0);
/** Milliseconds after which a thread that sleeps may be ended by whoever wants to. */
const PATIENCE = 100;

/** Memory of the thread, which has one exchange at a time. */
let slab: { bytes: Buffer; words: Uint32Array } | null = null;

/**
 * A connection that another thread has opened, in the hands of one that blocks. Its commands wait until {@link turn},
 * which gives its events to {@link connection}.
 */
export class BorrowedConnection implements CommandPort {
  readonly connection: NativeConnection;
  readonly #host: LendingHost;
  readonly #loan: number;
  readonly #commands = new CommandBuffer();
  readonly #event: EventRecord = { kind: 0, a: 0, b: 0, c: 0, bytes: Buffer.alloc(0), start: 0, end: 0 };
  #rounds = 0;
  /** There is more to be told than there was place for. */
  #hasMore = false;

  constructor(host: LendingHost, loan: number, meta: ConnectionMeta) {
    this.#host = host;
    this.#loan = loan;
    this.connection = new NativeConnection(this, 0, meta, true);
  }

  /** Nobody reads between two events, so no two of them count as one round. */
  get rounds(): number {
    return ++this.#rounds;
  }

  command(kind: number, id: number, a = 0, b = 0): void {
    this.#commands.add(kind, id, a, b);
  }

  commandText(kind: number, id: number, a: number, b: number, text: string, body: Uint8Array | null): void {
    this.#commands.addText(kind, id, a, b, text, body);
  }

  commandBytes(kind: number, id: number, a: number, b: number, bytes: Uint8Array): void {
    this.#commands.addBytes(kind, id, a, b, bytes);
  }

  retain(): void {
    // A thread that blocks lives anyway.
  }

  release(): void {
    // As above.
  }

  keep({ bytes, start, end }: EventRecord): Buffer {
    const copy = Buffer.allocUnsafe(end - start);
    bytes.copy(copy, 0, start, end);
    return copy;
  }

  take(key: number, place: Uint8Array): void {
    if (!this.#host.wireBorrowTake(this.#loan, key, place)) throw new Error('a piece of the body is lost');
  }

  drop(key: number): void {
    this.#host.wireBorrowTake(this.#loan, key, NOTHING);
  }

  /**
   * Hands over what was asked for, and blocks until something has happened, but not for long. False: the connection
   * cannot be had, and nothing was sent.
   *
   * @param patience milliseconds
   */
  turn(patience: number): boolean {
    slab ??= newSlab(SLAB);
    const commands = this.#commands;
    const wait = this.#hasMore ? 0 : Math.min(patience, PATIENCE);
    const outcome = this.#host.wireBorrow(this.#loan, commands.bytes, commands.length, slab.bytes, wait);
    commands.clear();
    this.#hasMore = outcome > 0 && outcome % 2 === 1;
    if (outcome < 0) return false;
    const length = Math.floor(outcome / 2);
    // A single event may be larger than all the memory.
    if (length === 0 && this.#hasMore) slab = newSlab(slab.bytes.length * 2);
    this.#dispatch(length);
    return true;
  }

  /** Hands over what was asked for, and takes what is left to be told. */
  flush(): void {
    while (this.#hasMore || this.#commands.length > 0) this.turn(0);
  }

  #dispatch(end: number): void {
    const event = this.#event;
    const { bytes, words } = slab!;
    for (let at = 0; at < end;) {
      const word = at >>> 2;
      const length = words[word + 5]!;
      event.kind = words[word]!;
      event.a = words[word + 2]!;
      event.b = words[word + 3]!;
      event.c = words[word + 4]!;
      event.bytes = bytes;
      event.start = at + EVENT_HEADER;
      event.end = event.start + length;
      at = event.start + ((length + 3) & ~3);
      this.connection.onEvent(event);
    }
  }
}

function newSlab(size: number): { bytes: Buffer; words: Uint32Array } {
  const bytes = Buffer.allocUnsafeSlow(size);
  return { bytes, words: new Uint32Array(bytes.buffer) };
}
