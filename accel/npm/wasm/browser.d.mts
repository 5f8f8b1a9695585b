/** A step of a path: a name, an index, `field` as a name or an index from 1 on, or JSON inside a string. */
export type JSONStep = number | string | { readonly field: number } | { readonly embedded: true };

export interface JSONQuery {
  readonly rows?: readonly (JSONStep | { readonly each: true })[];
  readonly columns: Readonly<Record<string, readonly JSONStep[]>>;
}

export interface HTMLField {
  /** A selector; null for the row itself. */
  readonly select: string | null;
  readonly take: 'element' | 'inner' | 'outer' | 'text' | { readonly attribute: string };
  readonly all?: boolean;
}

export interface HTMLQuery {
  readonly rows?: string;
  readonly fields: Readonly<Record<string, HTMLField>>;
}

/** A query as the kernels read it. */
export interface Program {
  readonly bytes: Uint8Array;
}

export interface JSONProgram extends Program {
  /** Names of the columns in the order of the query. */
  readonly names: readonly string[];
  /** For each of these names the place of its column in the table. */
  readonly places: readonly number[];
}

export interface JSONTable {
  readonly length: number;
  readonly columns: number;
  type(row: number, column: number): string | undefined;
  /** The octets of a value as they stand in the text; undefined if it is not there. */
  bytes(row: number, column: number): Uint8Array | undefined;
  /** A value as `JSON.parse` gives it; undefined if it is not there. */
  value(row: number, column: number): unknown;
}

export interface HTMLTable {
  readonly rows: number;
  /** Five words each: field, row, what was taken, from, to. For text the latter are runs, else octets of the document. */
  readonly records: Uint32Array;
  /** Three words each: start, end, and whether the text is raw. */
  readonly runs: Uint32Array;
}

export interface Kernels {
  /** The offset of the first octet that is no part of a JSON text in UTF-8, or -1. */
  readonly jsonValidate: (input: Uint8Array) => number;
  /** Takes the values at the paths of a query out of a JSON text. Throws KernelFault. */
  readonly jsonPluck: (input: Uint8Array, program: Program, maxOutput?: number) => JSONTable;
  /** Finds elements by selectors in a document of an encoding that contains ASCII. Throws KernelFault. */
  readonly htmlExtract: (input: Uint8Array, program: Program, maxOutput?: number) => HTMLTable;
  /** Guesses the encoding of a text. */
  readonly charsetDetect: (input: Uint8Array) => string;
  /** Decodes whole Zstandard frames. Throws KernelFault. */
  readonly zstdDecode: (input: Uint8Array, maxOutput?: number) => Uint8Array;
}

export class KernelFault extends Error {
  readonly code: 'corrupt' | 'internal' | 'limit' | 'program' | 'syntax' | 'truncated' | 'unsupported';
  /** Where in the input, in octets. */
  readonly offset: number;
}

export function compileJSONQuery(query: JSONQuery): JSONProgram;
export function compileHTMLQuery(query: HTMLQuery): Program;

/**
 * Loads the kernels.
 *
 * @param source where `kernels.wasm` is, what it holds (`Uint8Array`, `ArrayBuffer`), a `Response` with it, or a
 *   `WebAssembly.Module`; without it, the one beside this file
 */
export function loadKernels(source?: string | object): Promise<Kernels>;
