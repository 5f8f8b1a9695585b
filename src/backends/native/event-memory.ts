import { EVENT_HEADER, type EventRecord } from './records.ts';

/** Octets that there are at first: what has been drained should still lie in a cache of the processor when it is copied out. */
const SIZE = 131_072;

/** Memory into which events come, and the reader of their records. */
export class EventMemory {
  bytes: Buffer = Buffer.allocUnsafeSlow(SIZE);
  /** The event read last, and the number of its connection. */
  readonly event: EventRecord = { kind: 0, a: 0, b: 0, c: 0, bytes: this.bytes, start: 0, end: 0 };
  id = 0;
  #words = new Uint32Array(this.bytes.buffer);

  /** A single event may be larger than all the memory. What lies in it is lost. */
  grow(): void {
    this.bytes = Buffer.allocUnsafeSlow(this.bytes.length * 2);
    this.#words = new Uint32Array(this.bytes.buffer);
  }

  /** Reads the event that begins at `at`; gives where the next one does. */
  read(at: number): number {
    const { event } = this;
    const words = this.#words;
    const word = at >>> 2;
    const length = words[word + 5]!;
    event.kind = words[word]!;
    this.id = words[word + 1]!;
    event.a = words[word + 2]!;
    event.b = words[word + 3]!;
    event.c = words[word + 4]!;
    event.bytes = this.bytes;
    event.start = at + EVENT_HEADER;
    event.end = event.start + length;
    return event.start + ((length + 3) & ~3);
  }
}

/** The octets of an event, in memory that nobody will overwrite. */
export function octetsOf({ bytes, start, end }: EventRecord): Buffer {
  const copy = Buffer.allocUnsafe(end - start);
  bytes.copy(copy, 0, start, end);
  return copy;
}
