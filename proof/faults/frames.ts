const HEADER = 9;
const RST_STREAM = 3;
const GO_AWAY = 7;

/** Codes of RFC 9113 §7, and one that there is not. */
const ERROR_CODES = [...Array.from({ length: 14 }, (_, code) => code), 0x1234];

/** How many different frames there are to put in. */
export const VARIANTS: Readonly<Record<'goAway' | 'rst', number>> = {
  rst: ERROR_CODES.length,
  // With each of three last streams: none, the one that is under way, and any.
  goAway: ERROR_CODES.length * 3,
};

/** The stream of the first request on a connection. */
const STREAM = 1;
const ANY_STREAM = 0x7fff_ffff;

/** A frame that ends a stream, or all that would come on a connection (RFC 9113 §6.4, §6.8). */
export function endingFrame(kind: 'goAway' | 'rst', variant: number): Buffer {
  const code = ERROR_CODES[variant % ERROR_CODES.length]!;
  if (kind === 'rst') {
    const payload = Buffer.alloc(4);
    payload.writeUInt32BE(code);
    return frame(RST_STREAM, STREAM, payload);
  }
  const payload = Buffer.alloc(8);
  payload.writeUInt32BE([0, STREAM, ANY_STREAM][Math.floor(variant / ERROR_CODES.length) % 3]!);
  payload.writeUInt32BE(code, 4);
  return frame(GO_AWAY, 0, payload);
}

function frame(type: number, stream: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(HEADER);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

const DATA = 0;
const HEADERS = 1;
const END_STREAM = 1;

/** Whether a frame is the last of a message (RFC 9113 §6.1, §6.2). */
export function isLast(frame: Buffer): boolean {
  return (frame[3] === DATA || frame[3] === HEADERS) && (frame[4]! & END_STREAM) !== 0;
}

/** Cuts octets into frames. */
export class FrameCutter {
  #rest: Buffer = Buffer.alloc(0);

  /** The frames that are complete with these octets. */
  push(chunk: Buffer): Buffer[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const frames: Buffer[] = [];
    for (;;) {
      if (this.#rest.length < HEADER) return frames;
      const length = HEADER + this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < length) return frames;
      frames.push(this.#rest.subarray(0, length));
      this.#rest = this.#rest.subarray(length);
    }
  }
}
