import type { ConnectionMeta } from '../contract.ts';
import { CommandBuffer } from './command-buffer.ts';
import type { CommandPort } from './command-port.ts';
import { NativeConnection } from './connection.ts';
import { EventMemory } from './event-memory.ts';
import type { LendingHost } from './loan.ts';

const NOTHING = new Uint8Array(0);
/** Milliseconds after which a thread that sleeps may be ended by whoever wants to. */
const PATIENCE = 100;

/** Memory of the thread, which has one exchange at a time. */
let memory: EventMemory | null = null;

/**
 * A connection that another thread has opened, in the hands of one that blocks. Its commands wait until {@link turn},
 * which gives its events to {@link connection}.
 */
export class BorrowedConnection implements CommandPort {
  readonly connection: NativeConnection;
  readonly #host: LendingHost;
  readonly #loan: number;
  readonly #commands = new CommandBuffer();
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
    memory ??= new EventMemory();
    const commands = this.#commands;
    const wait = this.#hasMore ? 0 : Math.min(patience, PATIENCE);
    const outcome = this.#host.wireBorrow(this.#loan, commands.bytes, commands.length, memory.bytes, wait);
    commands.clear();
    this.#hasMore = outcome > 0 && outcome % 2 === 1;
    if (outcome < 0) return false;
    const length = Math.floor(outcome / 2);
    if (length === 0 && this.#hasMore) memory.grow();
    for (let at = 0; at < length;) {
      at = memory.read(at);
      this.connection.onEvent(memory.event);
    }
    return true;
  }

  /** Hands over what was asked for, and takes what is left to be told. */
  flush(): void {
    while (this.#hasMore || this.#commands.length > 0) this.turn(0);
  }
}
