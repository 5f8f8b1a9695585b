import { InvalidArgument } from '../errors/invalid-argument.ts';
import { describeValue } from './describe-value.ts';
import { utf8 } from './utf8.ts';

const EMPTY = new Uint8Array(0);

/** Turns the chunks that a source gives into octets. Text is UTF-8; a character split over two chunks stays whole. */
export class ChunkEncoder {
  /** A high surrogate that ended the last chunk of text and waits for its other half. */
  #pending = '';

  /**
   * @returns an empty array if there is nothing to send yet
   * @throws InvalidArgument if the chunk is neither text nor bytes
   */
  encode(chunk: unknown): Uint8Array {
    if (typeof chunk === 'string') return this.#encodeText(chunk);
    const bytes = viewBytes(chunk);
    if (bytes === null) {
      throw new InvalidArgument(
        `content: a chunk is ${describeValue(chunk)}; chunks must be strings or bytes (Uint8Array)`,
      );
    }
    if (this.#pending === '') return bytes;
    const lone = this.flush();
    const joined = new Uint8Array(lone.byteLength + bytes.byteLength);
    joined.set(lone);
    joined.set(bytes, lone.byteLength);
    return joined;
  }

  /** What is left when the source has ended. */
  flush(): Uint8Array {
    if (this.#pending === '') return EMPTY;
    const lone = utf8(this.#pending);
    this.#pending = '';
    return lone;
  }

  #encodeText(chunk: string): Uint8Array {
    if (chunk === '') return EMPTY;
    const text = this.#pending + chunk;
    const last = text.charCodeAt(text.length - 1);
    const isSplit = last >= 0xd800 && last <= 0xdbff;
    this.#pending = isSplit ? text.slice(-1) : '';
    return utf8(isSplit ? text.slice(0, -1) : text);
  }
}

/** The octets behind a view or a buffer, from whichever realm, without a copy; `null` for anything else. */
export function viewBytes(value: unknown): Uint8Array | null {
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return isArrayBuffer(value) ? new Uint8Array(value) : null;
}

function isArrayBuffer(value: unknown): value is ArrayBufferLike {
  const tag = Object.prototype.toString.call(value);
  return tag === '[object ArrayBuffer]' || tag === '[object SharedArrayBuffer]';
}
