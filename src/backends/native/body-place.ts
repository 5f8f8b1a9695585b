import type { CommandPort } from './command-port.ts';
import { octetsOf } from './event-memory.ts';
import { EVENT, type EventRecord } from './records.ts';

/**
 * A body of known length is received into one buffer from this size on, and up to the other one: a server may lie about
 * the length, so memory for what has not come yet has a bound.
 */
const WHOLE_MIN = 16_384;
const WHOLE_MAX = 67_108_864;
/** From this size on the engine writes there itself. It knows this number and the last one, too. */
const PLACED_MIN = 262_144;

/** Where the octets of a body go. */
export class BodyPlace {
  readonly #driver: CommandPort;
  /** The connection whose engine can be told a place; null: it has many bodies at a time. */
  readonly #id: number | null;
  /** Octets of the whole body, as long as none has come. */
  #expected = 0;
  #whole: Buffer | null = null;
  #filled = 0;

  constructor(driver: CommandPort, id: number | null) {
    this.#driver = driver;
    this.#id = id;
  }

  /** Prepares for a body of `length` octets that will be kept in one piece. */
  expectWhole(length: number): void {
    if (length < WHOLE_MIN || length > WHOLE_MAX) return;
    if (length < PLACED_MIN || this.#id === null || this.#driver.place === undefined) {
      this.#expected = length;
      return;
    }
    this.#whole = Buffer.allocUnsafeSlow(length);
    this.#driver.place(this.#id, this.#whole);
  }

  /** The piece that an event tells of. */
  take(event: EventRecord): Buffer {
    if (event.kind === EVENT.data) return this.#receive(event);
    return event.kind === EVENT.chunk ? this.#fetch(event.a, event.b) : this.#fill(event.a);
  }

  /** The message is over, and the engine writes no more of it. */
  reset(): void {
    this.#expected = 0;
    this.#whole = null;
    this.#filled = 0;
  }

  /** A piece that came with its event. */
  #receive(event: EventRecord): Buffer {
    const place = this.#next(event.end - event.start);
    if (place === null) return octetsOf(event);
    event.bytes.copy(place, 0, event.start, event.end);
    return place;
  }

  /** A piece that waits in the engine. */
  #fetch(key: number, length: number): Buffer {
    const place = this.#next(length) ?? Buffer.allocUnsafeSlow(length);
    this.#driver.take(key, place);
    return place;
  }

  /** So many octets lie in their place already. */
  #fill(length: number): Buffer {
    const start = this.#filled;
    this.#filled += length;
    return this.#whole!.subarray(start, this.#filled);
  }

  /** The place in the one buffer; null if there is none, or the body is a single piece anyway. */
  #next(length: number): Buffer | null {
    if (this.#expected > length) this.#whole = Buffer.allocUnsafeSlow(this.#expected);
    this.#expected = 0;
    if (this.#whole === null) return null;
    return this.#fill(length);
  }
}
