/** What a client is at on a connection. TLS with a proxy is part of the dialogue with it. */
export type Stage = 'http' | 'proxy' | 'tls';

/** What has to be spoken on a connection before HTTP, in order. */
export type Step = 'connect' | 'socks' | 'tls';

const RECORD_HEADER = 5;
const APPLICATION_DATA = 23;
/** An alert in TLS 1.3: two octets, the type, the tag. It looks like data, but says that a handshake has failed. */
export const ALERT_LENGTH = 19;

/**
 * Tells from what a client sends how far it has come. It goes on to the next step only when it has all of the last one:
 * it begins TLS when the proxy has answered, sends its Finished in TLS 1.3 when it has the one of the server, and its
 * request in TLS 1.2. What it sends is looked at before anything goes wrong with it.
 */
export class Progress {
  readonly #way: Step[];
  readonly #enter: (stage: Stage, begun: number) => void;
  #rest: Buffer = Buffer.alloc(0);
  #hasGreeted = false;

  /** @param enter told of each stage, and how many octets of it were there with the end of the last one */
  constructor(way: readonly Step[], enter: (stage: Stage, begun: number) => void) {
    this.#way = [...way];
    this.#enter = enter;
    enter(stageOf(way), 0);
  }

  push(chunk: Buffer): void {
    if (this.#way.length === 0) return;
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (let step = this.#way[0]; step !== undefined && this.#rest.length > 0; step = this.#way[0]) {
      const length = step === 'tls' ? this.#handshakeLength() : this.#dialogueLength(step);
      // The first octet behind a dialogue shows that its answer has come.
      if (length === null || this.#rest.length <= length) return;
      this.#rest = this.#rest.subarray(length);
      this.#way.shift();
      this.#enter(stageOf(this.#way), this.#rest.length);
    }
  }

  /** Octets of the records before the first that carries data, once that has begun. */
  #handshakeLength(): number | null {
    for (let at = 0; at + RECORD_HEADER <= this.#rest.length;) {
      const length = this.#rest.readUInt16BE(at + 3);
      if (this.#rest[at] === APPLICATION_DATA && length > ALERT_LENGTH) return at;
      at += RECORD_HEADER + length;
    }
    return null;
  }

  #dialogueLength(step: 'connect' | 'socks'): number | null {
    if (step === 'connect') {
      const end = this.#rest.indexOf('\r\n\r\n');
      return end === -1 ? null : end + 4;
    }
    if (!this.#hasGreeted) {
      if (this.#rest.length < 2 || this.#rest.length < 2 + this.#rest[1]!) return null;
      this.#rest = this.#rest.subarray(2 + this.#rest[1]!);
      this.#hasGreeted = true;
    }
    if (this.#rest.length < 5) return null;
    const type = this.#rest[3];
    return 6 + (type === 1 ? 4 : type === 4 ? 16 : 1 + this.#rest[4]!);
  }
}

function stageOf([step]: readonly Step[]): Stage {
  return step === undefined ? 'http' : step === 'tls' ? 'tls' : 'proxy';
}

/** Counts the octets of content in the records of TLS that have passed whole; a part of a record is worth nothing. */
export class RecordCounter {
  readonly #smallest: number;
  #header: Buffer = Buffer.alloc(0);
  #missing = 0;

  /** @param smallest records up to that length carry no content: alerts, also in a tunnel, and frames of HTTP/2 that say nothing */
  constructor(smallest: number) {
    this.#smallest = smallest;
  }

  /** @returns octets in records that end in this chunk, as far as TLS 1.3 can tell them */
  push(chunk: Buffer): number {
    let passed = 0;
    for (let at = 0; at < chunk.length;) {
      if (this.#missing === 0) {
        const part = chunk.subarray(at, at + RECORD_HEADER - this.#header.length);
        this.#header = Buffer.concat([this.#header, part]);
        at += part.length;
        if (this.#header.length < RECORD_HEADER) break;
        this.#missing = this.#header.readUInt16BE(3);
      }
      const part = Math.min(this.#missing, chunk.length - at);
      this.#missing -= part;
      at += part;
      if (this.#missing > 0) break;
      const length = this.#header.readUInt16BE(3);
      if (this.#header[0] === APPLICATION_DATA && length > this.#smallest) passed += length - 17;
      this.#header = Buffer.alloc(0);
    }
    return passed;
  }
}
