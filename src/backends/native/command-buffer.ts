import { COMMAND_HEADER } from './records.ts';

/** Octets of a batch that need no memory of their own. */
const SIZE = 65_536;

/** Collects commands until they are handed over in one call. */
export class CommandBuffer {
  length = 0;
  #bytes: Buffer = Buffer.allocUnsafeSlow(SIZE);
  #words = new Uint32Array(this.#bytes.buffer);

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  add(kind: number, id: number, a: number, b: number): void {
    this.#reserve(0);
    this.#header(kind, id, a, b, 0);
  }

  /** With `text` as Latin-1, and `body` behind it. */
  addText(kind: number, id: number, a: number, b: number, text: string, body: Uint8Array | null): void {
    const length = text.length + (body === null ? 0 : body.length);
    this.#reserve(length);
    const start = this.length + COMMAND_HEADER;
    this.#bytes.write(text, start, 'latin1');
    if (body !== null) this.#bytes.set(body, start + text.length);
    this.#header(kind, id, a, b, length);
  }

  addBytes(kind: number, id: number, a: number, b: number, bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length + COMMAND_HEADER);
    this.#header(kind, id, a, b, bytes.length);
  }

  /** Forgets what has been handed over. */
  clear(): void {
    this.length = 0;
    if (this.#bytes.length > SIZE) this.#allocate(SIZE);
  }

  #reserve(length: number): void {
    const needed = this.length + COMMAND_HEADER + length + 3;
    if (needed <= this.#bytes.length) return;
    const old = this.#bytes;
    this.#allocate(Math.ceil(Math.max(needed, old.length * 2) / 4) * 4);
    this.#bytes.set(old.subarray(0, this.length));
  }

  #allocate(size: number): void {
    this.#bytes = Buffer.allocUnsafeSlow(size);
    this.#words = new Uint32Array(this.#bytes.buffer);
  }

  #header(kind: number, id: number, a: number, b: number, length: number): void {
    const at = this.length >>> 2;
    const words = this.#words;
    words[at] = kind;
    words[at + 1] = id;
    words[at + 2] = a;
    words[at + 3] = b;
    words[at + 4] = length;
    this.length += COMMAND_HEADER + ((length + 3) & ~3);
  }
}
