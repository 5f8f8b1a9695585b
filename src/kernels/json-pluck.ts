import { isUtf8 } from 'node:buffer';
import {
  COMMA,
  LEFT_BRACE,
  LEFT_BRACKET,
  QUOTE,
  RIGHT_BRACE,
  RIGHT_BRACKET,
} from '../body/json-characters.ts';
import type { JSONKey, JSONNode, JSONProgram } from './json-program.ts';
import { JSON_KINDS } from './json-kinds.ts';
import { JSONScanner, validateJSON } from './json-scanner.ts';
import { CELL, IN_ARENA, JSONTable } from './json-table.ts';
import { KernelFault } from './kernel-fault.ts';
import { MAX_TABLE } from './kernel-host.ts';

const { STRING, ESCAPED, ARRAY, OBJECT } = JSON_KINDS;

/** A name that is a decimal number from 1 on. */
const FIELD_NUMBER = /^[1-9]\d{0,8}$/;

const EMPTY = new Uint8Array(0);

/**
 * Takes the values at the paths of a program out of a JSON text, in one walk and without making objects. The whole
 * text is checked. Of members with one name the last counts, as for `JSON.parse`.
 *
 * @throws KernelFault `syntax` for what is no JSON in UTF-8, an embedded text included; `limit` for a table of more
 * than `maxOutput` octets
 */
export function pluckJSON(input: Uint8Array, program: JSONProgram, maxOutput: number = MAX_TABLE): JSONTable {
  if (!isUtf8(input)) throw new KernelFault('syntax', validateJSON(input));
  const results = new Results(program.names.length, maxOutput);
  new Walker(input, 0, 0).document(program.root, results);
  return results.table(input);
}

class Results {
  readonly #columns: number;
  readonly #maxOutput: number;
  #cells: Uint32Array = new Uint32Array(64);
  #length = 0;
  #rows = 0;
  readonly #arena: Uint8Array[] = [];
  #arenaLength = 0;

  constructor(columns: number, maxOutput: number) {
    this.#columns = columns;
    this.#maxOutput = maxOutput;
  }

  get rows(): number {
    return this.#rows;
  }

  beginRow(at: number): void {
    const length = this.#length + this.#columns * CELL;
    if (length > this.#cells.length) {
      const cells = new Uint32Array(Math.max(length, this.#cells.length * 2));
      cells.set(this.#cells);
      this.#cells = cells;
    }
    this.#cells.fill(0, this.#length, length);
    this.#length = length;
    this.#rows++;
    this.#check(at);
  }

  set(column: number, kind: number, start: number, end: number): void {
    const at = this.#length + (column - this.#columns) * CELL;
    this.#cells[at] = kind;
    this.#cells[at + 1] = start;
    this.#cells[at + 2] = end;
  }

  /** Forgets what an earlier member of the same name had. */
  forget(node: JSONNode, rows: number): void {
    if (node.isAboveRow) {
      this.#rows = rows;
      this.#length = rows * this.#columns * CELL;
      return;
    }
    const start = this.#length - this.#columns * CELL;
    this.#cells.fill(0, start + node.firstColumn * CELL, start + node.endColumn * CELL);
  }

  /** Keeps an embedded text, and gives the place where it begins. */
  embed(text: Uint8Array, at: number): number {
    const base = this.#arenaLength;
    this.#arena.push(text);
    this.#arenaLength += text.length;
    this.#check(at);
    return base;
  }

  table(input: Uint8Array): JSONTable {
    const arena = this.#arena.length === 0 ? EMPTY : new Uint8Array(Buffer.concat(this.#arena));
    const rows = this.#columns === 0 ? 0 : this.#rows;
    return new JSONTable(this.#columns, rows, this.#cells.slice(0, this.#length), input, arena);
  }

  #check(at: number): void {
    if (this.#length * 4 + this.#arenaLength > this.#maxOutput) throw new KernelFault('limit', at);
  }
}

class Walker {
  readonly #scanner: JSONScanner;
  readonly #text: Uint8Array;
  /** Where the text begins in the arena. */
  readonly #base: number;
  readonly #flag: number;

  constructor(text: Uint8Array, base: number, flag: number) {
    this.#text = text;
    this.#scanner = new JSONScanner(text);
    this.#base = base;
    this.#flag = flag;
  }

  document(root: JSONNode, results: Results): void {
    this.#scanner.skipSpace();
    this.#value(root, results);
    this.#scanner.expectEnd();
  }

  #value(node: JSONNode, results: Results): void {
    const scanner = this.#scanner;
    const start = scanner.at;
    if (node.isRow) results.beginRow(start);
    const kind = this.#walk(node, results);
    if (node.column !== -1) {
      results.set(node.column, kind | this.#flag, this.#base + start, this.#base + scanner.at);
    }
  }

  #walk(node: JSONNode, results: Results): number {
    const octet = this.#text[this.#scanner.at];
    if (octet === LEFT_BRACE && node.keys.length > 0) {
      return this.#members(results, results.rows, () => this.#member(node.keys));
    }
    if (octet === LEFT_BRACKET && (node.each !== null || node.indexes.size > 0 || node.fields.size > 0)) {
      return this.#array(node, results);
    }
    if (octet === QUOTE && node.embedded !== null) return this.#embedded(node.embedded, results);
    return this.#scanner.skipValue();
  }

  #members(results: Results, rows: number, find: () => JSONNode | undefined): number {
    const scanner = this.#scanner;
    scanner.at++;
    scanner.skipSpace();
    if (this.#text[scanner.at] === RIGHT_BRACE) {
      scanner.at++;
      return OBJECT;
    }
    for (;;) {
      scanner.name();
      const child = find();
      if (child === undefined) scanner.skipValue();
      else {
        results.forget(child, rows);
        this.#value(child, results);
      }
      scanner.skipSpace();
      const octet = this.#text[scanner.at];
      if (octet === RIGHT_BRACE) {
        scanner.at++;
        return OBJECT;
      }
      if (octet !== COMMA) throw scanner.fault();
      scanner.at++;
      scanner.skipSpace();
    }
  }

  #array(node: JSONNode, results: Results): number {
    const scanner = this.#scanner;
    const { rows } = results;
    scanner.at++;
    scanner.skipSpace();
    if (this.#text[scanner.at] === RIGHT_BRACKET) {
      scanner.at++;
      return ARRAY;
    }
    for (let index = 0; ; index++) {
      if (node.fields.size > 0) this.#field(node, index, rows, results);
      else {
        this.#valueOrSkip(node.each ?? node.indexes.get(index), results);
        scanner.skipSpace();
      }
      const octet = this.#text[scanner.at];
      if (octet === RIGHT_BRACKET) {
        scanner.at++;
        return ARRAY;
      }
      if (octet !== COMMA) throw scanner.fault();
      scanner.at++;
      scanner.skipSpace();
    }
  }

  #valueOrSkip(child: JSONNode | undefined, results: Results): void {
    if (child === undefined) this.#scanner.skipValue();
    else this.#value(child, results);
  }

  #field(node: JSONNode, index: number, rows: number, results: Results): void {
    const scanner = this.#scanner;
    const start = scanner.at;
    const child = node.fields.get(index);
    if (this.#text[start] !== LEFT_BRACE) {
      this.#valueOrSkip(child, results);
      scanner.skipSpace();
      return;
    }
    scanner.skipValue();
    scanner.skipSpace();
    const end = scanner.at;
    if (this.#text[end] === RIGHT_BRACKET) {
      scanner.at = start;
      this.#members(results, rows, () => {
        const name = scanner.hasEscapes ? '' : this.#quoted();
        return FIELD_NUMBER.test(name) ? node.fields.get(Number(name) - 1) : undefined;
      });
    } else if (child !== undefined) {
      scanner.at = start;
      this.#value(child, results);
    }
    scanner.at = end;
  }

  #embedded(child: JSONNode, results: Results): number {
    const scanner = this.#scanner;
    const start = scanner.at;
    scanner.string();
    const kind = scanner.hasEscapes ? ESCAPED : STRING;
    // Half a surrogate pair becomes U+FFFD here.
    const text = Buffer.from(this.#quoted());
    const base = results.embed(text, start);
    try {
      new Walker(text, base, IN_ARENA).document(child, results);
    } catch (error) {
      // Offsets are those of the input, and there is only the string to point at.
      throw error instanceof KernelFault ? new KernelFault(error.code, start) : error;
    }
    return kind;
  }

  /** The wanted member that the last string names. */
  #member(keys: readonly JSONKey[]): JSONNode | undefined {
    const { quoteStart, quoteEnd, hasEscapes } = this.#scanner;
    if (hasEscapes) {
      const name = this.#quoted();
      return keys.find((key) => key.name === name)?.node;
    }
    const length = quoteEnd - quoteStart;
    for (const { octets, node } of keys) {
      if (octets.length !== length) continue;
      let index = 0;
      while (index < length && octets[index] === this.#text[quoteStart + index]) index++;
      if (index === length) return node;
    }
    return undefined;
  }

  /** The text of the last string. */
  #quoted(): string {
    const { quoteStart, quoteEnd, hasEscapes } = this.#scanner;
    const buffer = Buffer.from(this.#text.buffer, this.#text.byteOffset, this.#text.length);
    return hasEscapes
      ? (JSON.parse(buffer.toString('utf8', quoteStart - 1, quoteEnd + 1)) as string)
      : buffer.toString('utf8', quoteStart, quoteEnd);
  }
}
