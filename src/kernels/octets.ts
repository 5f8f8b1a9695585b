import type { TextDecoder as Decoder } from 'node:util';

/*
 * What compilers of queries and tables need of `Buffer`, also where there is none: `@ternhttp/wasm` takes them to
 * browsers.
 */

const encoder = new TextEncoder();
let decoder: Decoder | undefined;

/** The UTF-8 of a text. */
export function encode(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The text of UTF-8. A byte order mark is not treated specially. */
export function decode(bytes: Uint8Array): string {
  if (typeof Buffer === 'function')
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  return (decoder ??= new TextDecoder('utf-8', { ignoreBOM: true })).decode(bytes);
}
