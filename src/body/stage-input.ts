/* oxlint-disable no-await-in-loop -- octets come one piece after another */
import type { Stage } from './stage.ts';

const EMPTY = new Uint8Array(0);

/** The octets that a stage has received and not yet used, with a way to ask for a number of them in one piece. */
export class StageInput {
  /** What was received last; used up to `at`. */
  bytes: Uint8Array = EMPTY;
  /** Position in `bytes` behind what was used. */
  at = 0;
  readonly #upstream: Stage;

  constructor(upstream: Stage) {
    this.#upstream = upstream;
  }

  /** Octets at hand that are not used. */
  get available(): number {
    return this.bytes.length - this.at;
  }

  /** Sees to it that at least `count` octets are at hand in one piece; false if the content ends before. */
  async ensure(count: number): Promise<boolean> {
    while (this.available < count) {
      // A copy, because the chunk is its owner's again when the next one is asked for.
      if (this.available > 0) this.bytes = new Uint8Array(this.bytes.subarray(this.at));
      else this.bytes = EMPTY;
      this.at = 0;
      const more = await this.#upstream.read();
      if (more === null) return false;
      this.bytes = this.bytes.length === 0 ? more : join(this.bytes, more);
    }
    return true;
  }

  /** Everything at hand, which then counts as used. */
  take(): Uint8Array {
    const taken = this.at === 0 ? this.bytes : this.bytes.subarray(this.at);
    this.at = this.bytes.length;
    return taken;
  }

  /** Reads to the end and forgets, so that the connection underneath comes to the end of its message. */
  async drain(): Promise<void> {
    this.take();
    while (await this.ensure(1)) this.take();
  }

  destroy(): void {
    this.#upstream.destroy();
  }
}

function join(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const joined = new Uint8Array(head.length + tail.length);
  joined.set(head);
  joined.set(tail, head.length);
  return joined;
}
