import { JSON_KINDS } from './json-kinds.ts';
import { decode } from './octets.ts';

/** Words of a cell: kind, start, end. */
export const CELL = 3;

/** Marks the kind of a value that lies in the arena. */
export const IN_ARENA = 0x100;

const { NULL, FALSE, TRUE, NUMBER, STRING, ESCAPED, ARRAY, OBJECT } = JSON_KINDS;

/** What a cell holds. */
export type JSONType = 'array' | 'boolean' | 'null' | 'number' | 'object' | 'string';

const TYPES: Readonly<Record<number, JSONType>> = {
  [NULL]: 'null',
  [FALSE]: 'boolean',
  [TRUE]: 'boolean',
  [NUMBER]: 'number',
  [STRING]: 'string',
  [ESCAPED]: 'string',
  [ARRAY]: 'array',
  [OBJECT]: 'object',
};

/** Values that were taken out of a JSON text: where they are, until somebody asks for one. */
export class JSONTable {
  /** Number of rows. */
  readonly length: number;
  readonly columns: number;
  /** For each cell, row by row, its kind and where it begins and ends. */
  readonly cells: Uint32Array;
  /** The text that was given. */
  readonly input: Uint8Array;
  /** Texts that strings in the input hold. */
  readonly arena: Uint8Array;

  constructor(columns: number, rows: number, cells: Uint32Array, input: Uint8Array, arena: Uint8Array) {
    this.columns = columns;
    this.length = rows;
    this.cells = cells;
    this.input = input;
    this.arena = arena;
  }

  /** Undefined for a value that is not there. */
  type(row: number, column: number): JSONType | undefined {
    return TYPES[this.#kind(row, column) & ~IN_ARENA];
  }

  /** The octets of a value, as they stand in the text. */
  bytes(row: number, column: number): Uint8Array | undefined {
    const kind = this.#kind(row, column);
    if (kind === 0) return undefined;
    const at = (row * this.columns + column) * CELL;
    const source = (kind & IN_ARENA) === 0 ? this.input : this.arena;
    return source.subarray(this.cells[at + 1], this.cells[at + 2]);
  }

  /** A value as `JSON.parse` gives it; undefined if it is not there. */
  value(row: number, column: number): unknown {
    const bytes = this.bytes(row, column);
    if (bytes === undefined) return undefined;
    const kind = this.#kind(row, column) & ~IN_ARENA;
    if (kind === STRING) return decode(bytes.subarray(1, -1));
    return JSON.parse(decode(bytes));
  }

  #kind(row: number, column: number): number {
    if (column >= this.columns) return 0;
    return this.cells[(row * this.columns + column) * CELL] ?? 0;
  }
}

/** The table that an accelerator made. */
export function readJSONTable(input: Uint8Array, result: Uint8Array): JSONTable {
  const [rows = 0, columns = 0] = new Uint32Array(result.buffer, result.byteOffset, 2);
  const length = rows * columns * CELL;
  const cells = new Uint32Array(result.buffer, result.byteOffset + 8, length);
  return new JSONTable(columns, rows, cells, input, result.subarray(8 + length * 4));
}
