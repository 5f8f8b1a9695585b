import type * as zlib from 'node:zlib';

/** What is used of the transforms of `node:zlib`. */
export interface Decompressor {
  /** Octets of input that were used. */
  readonly bytesWritten: number;
  on(event: 'readable' | 'end' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  read(): Buffer | null;
  write(chunk: Uint8Array, callback: (error?: Error | null) => void): unknown;
  end(): unknown;
  destroy(): unknown;
}

interface ZstdOptions {
  readonly chunkSize?: number;
  readonly maxOutputLength?: number;
  readonly params?: Readonly<Record<number, number>>;
}

/** `node:zlib`, with the parts that only newer releases of Node have. */
export type Zlib = typeof zlib & {
  readonly createZstdDecompress?: (options?: ZstdOptions) => Decompressor;
  readonly zstdDecompressSync?: (input: Uint8Array, options?: ZstdOptions) => Buffer;
};

let loaded: Zlib | undefined;

/** `node:zlib`, loaded when the first coded body comes: most programs that import the library start without one. */
export function loadZlib(): Zlib {
  return (loaded ??= process.getBuiltinModule('node:zlib') as Zlib);
}

/** What the synchronous functions return with the option `info`, which the types do not know. */
export interface WithUsage {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** Whether a result has the octets of input that were used. */
export function hasUsage(decoded: unknown): decoded is WithUsage {
  return typeof decoded === 'object' && decoded !== null && 'buffer' in decoded && 'engine' in decoded;
}

/** The octets of a buffer as what consumers are promised: `slice()` of a `Buffer` does not copy. */
export function octetsOf(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
