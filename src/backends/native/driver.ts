import { CommandBuffer } from './command-buffer.ts';
import { EventMemory } from './event-memory.ts';
import { canLend, Loan } from './loan.ts';
import { EVENT, type EventRecord } from './records.ts';
import type { WireHost } from './wire-host.ts';

const NOTHING = new Uint8Array(0);
/** The longest delay of a timer. */
const FOREVER = 0x7fffffff;

/** Receives the events of one connection. */
export interface Slot {
  onEvent(event: EventRecord): void;
  /** The engine has failed; nothing else will come. */
  onEngineFailure(reason: string): void;
}

/** The side of JavaScript to a thread of I/O: hands over commands in batches, and gives events to whom they concern. */
export class Driver {
  readonly #host: WireHost;
  readonly #engine: number;
  readonly #commands = new CommandBuffer();
  readonly #slots: (Slot | null)[] = [];
  readonly #free: number[] = [];
  readonly #memory = new EventMemory();
  #isScheduled = false;
  #rounds = 0;
  #users = 0;
  #isReferenced = false;
  #isReleasing = false;
  /** Keeps the process alive while something is under way; the thread itself does not. */
  readonly #anchor: NodeJS.Timeout = setInterval(() => {}, FOREVER).unref();
  #failure: string | null = null;

  constructor(host: WireHost) {
    this.#host = host;
    this.#engine = host.wireOpen(() => this.#drain());
  }

  /** Counts the times that events came: those with one number come without a pause between them. */
  get rounds(): number {
    return this.#rounds;
  }

  /** Why the engine works no more. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Gives a connection its number; it is free again after the event `closed`. */
  add(slot: Slot): number {
    const id = this.#free.pop() ?? this.#slots.length;
    this.#slots[id] = slot;
    return id;
  }

  /** The connection goes on under another hand. */
  pass(id: number, slot: Slot): void {
    this.#slots[id] = slot;
  }

  command(kind: number, id: number, a = 0, b = 0): void {
    this.#commands.add(kind, id, a, b);
    this.#schedule();
  }

  commandText(kind: number, id: number, a: number, b: number, text: string, body: Uint8Array | null): void {
    this.#commands.addText(kind, id, a, b, text, body);
    this.#schedule();
  }

  commandBytes(kind: number, id: number, a: number, b: number, bytes: Uint8Array): void {
    this.#commands.addBytes(kind, id, a, b, bytes);
    this.#schedule();
  }

  /** Something is under way: the process must not end. */
  retain(): void {
    this.#users++;
    if (this.#isReferenced) return;
    this.#isReferenced = true;
    this.#anchor.ref();
  }

  /** It is over; under load something else begins at once, so the process is let go of a little later. */
  release(): void {
    if (--this.#users > 0 || this.#isReleasing) return;
    this.#isReleasing = true;
    setImmediate(this.#letGo);
  }

  /** Makes ready for lending a connection to a thread that blocks; null where that cannot be done. */
  promise(): Loan | null {
    return canLend(this.#host) && this.#failure === null ? new Loan(this.#host, this.#engine) : null;
  }

  /** Moves a piece of body that came beside the events to where it belongs. */
  take(key: number, place: Uint8Array): void {
    if (!this.#host.wireTake(this.#engine, key, place)) throw new Error('a piece of the body is lost');
  }

  /** Lets the engine put the body that a connection receives where it belongs; as `wirePlace`. */
  place(id: number, place: Uint8Array): void {
    this.#host.wirePlace(this.#engine, id, place);
  }

  drop(key: number): void {
    this.#host.wireTake(this.#engine, key, NOTHING);
  }

  close(): void {
    clearInterval(this.#anchor);
    const slots = [...this.#slots];
    this.#fail('the engine has been closed');
    this.#host.wireClose(this.#engine);
    // They must be reachable until now: the thread has written into memory that they have.
    slots.length = 0;
  }

  readonly #letGo = (): void => {
    this.#isReleasing = false;
    if (this.#users > 0) return;
    this.#isReferenced = false;
    this.#anchor.unref();
  };

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    process.nextTick(this.#submit);
  }

  readonly #submit = (): void => {
    this.#isScheduled = false;
    const commands = this.#commands;
    if (commands.length > 0 && this.#failure === null)
      this.#host.wireSubmit(this.#engine, commands.bytes, commands.length);
    commands.clear();
  };

  #drain(): void {
    let outcome: number;
    let total = 0;
    this.#rounds++;
    do {
      if (this.#failure !== null) return;
      outcome = this.#host.wireDrain(this.#engine, this.#memory.bytes);
      const length = outcome >>> 1;
      if (length === 0 && outcome === 1) this.#memory.grow();
      total += length;
      this.#dispatch(length);
    } while ((outcome & 1) === 1);
    // A failure is announced by itself, when everything before it has been taken.
    const failure = total === 0 ? this.#host.wireFailure(this.#engine) : null;
    if (failure !== null) this.#fail(`the native engine has failed: ${failure}`);
    else if (this.#commands.length > 0) this.#submit();
  }

  #dispatch(end: number): void {
    const memory = this.#memory;
    const { event } = memory;
    for (let at = 0; at < end;) {
      at = memory.read(at);
      const { id } = memory;
      const slot = this.#slots[id];
      if (event.kind === EVENT.closed) {
        this.#slots[id] = null;
        this.#free.push(id);
      }
      try {
        slot?.onEvent(event);
      } catch (error) {
        // Thrown by whoever was told, and told to whoever watches the process; others must not lose their events.
        process.nextTick(rethrow, error);
      }
    }
  }

  #fail(reason: string): void {
    if (this.#failure !== null) return;
    this.#failure = reason;
    const slots = this.#slots.splice(0);
    for (const slot of slots) slot?.onEngineFailure(reason);
  }
}

function rethrow(error: unknown): void {
  throw error;
}
