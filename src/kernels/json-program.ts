import { InvalidArgument } from '../errors/invalid-argument.ts';
import { encode } from './octets.ts';
import { ProgramWriter } from './program-writer.ts';

/**
 * A step from a value to one inside it: the name of a member, the index of an element, or one of these.
 *
 * `field`: an element of an array that may end with an object of the further ones, under their numbers from 1 on, as
 * the JSON form of protocol buffers has it; what the object has counts. `embedded`: the JSON text that a string holds.
 */
export type JSONStep = number | string | { readonly field: number } | { readonly embedded: true };

/** What is wanted of a JSON text. */
export interface JSONQuery {
  /**
   * Path to the values that make the rows, `{ each: true }` for all elements of an array; without it there is one row,
   * the document.
   */
  readonly rows?: readonly (JSONStep | { readonly each: true })[];
  /** For each column the path from the value of the row. An empty path is that value itself. */
  readonly columns: Readonly<Record<string, readonly JSONStep[]>>;
}

/** A query, compiled once. */
export interface JSONProgram {
  readonly root: JSONNode;
  /** Names of the columns in the order of the query. */
  readonly names: readonly string[];
  /** For each of these names the place of its column in the table. */
  readonly places: readonly number[];
  /** The form that accelerators read. */
  readonly bytes: Uint8Array;
}

/** What is wanted of a value and of those inside it. */
export interface JSONNode {
  /** The column that the value fills, or -1. */
  readonly column: number;
  /** The columns of this value and of those inside it: from, up to. */
  readonly firstColumn: number;
  readonly endColumn: number;
  /** The value makes a row. */
  readonly isRow: boolean;
  /** No row has begun above this value. */
  readonly isAboveRow: boolean;
  readonly keys: readonly JSONKey[];
  readonly indexes: ReadonlyMap<number, JSONNode>;
  readonly fields: ReadonlyMap<number, JSONNode>;
  readonly each: JSONNode | null;
  readonly embedded: JSONNode | null;
}

/** A member that is wanted, by its name. */
export interface JSONKey {
  readonly name: string;
  /** The name in UTF-8. */
  readonly octets: Uint8Array;
  readonly node: JSONNode;
}

/** Steps of a path, and columns of a table, at most. */
const MAX_STEPS = 60;
const MAX_COLUMNS = 4096;

/** Half of a surrogate pair. */
const HALF_PAIR = /\p{Surrogate}/u;

const NONE = 0xffff_ffff;
const STEPS = { KEY: 1, INDEX: 2, EACH: 3, EMBEDDED: 4, FIELD: 5 } as const;

/**
 * Compiles a query.
 *
 * @throws InvalidArgument for a step that is none, and for paths that cannot be followed together
 */
export function compileJSONQuery({ rows = [], columns }: JSONQuery): JSONProgram {
  const names = Object.keys(columns);
  if (names.length > MAX_COLUMNS) {
    throw new InvalidArgument(`'columns' has ${names.length} columns; at most ${MAX_COLUMNS} are possible.`);
  }
  checkLength('rows', rows);
  const document = new Branch(true);
  let row = document;
  let embeddings = 0;
  for (const step of rows) {
    if (isEmbedded(step)) embeddings++;
    row = row.child(step, 'rows', true);
  }
  row.isRow = true;
  names.forEach((name, index) => {
    const path = columns[name]!;
    const where = `columns.${name}`;
    checkLength(where, path, rows.length);
    let branch = row;
    let depth = embeddings;
    for (const step of path) {
      if (isEmbedded(step)) depth++;
      if (isEach(step)) throw new InvalidArgument(`'${where}' has an 'each' step; only 'rows' may have one.`);
      branch = branch.child(step, where, false);
    }
    if (depth > 1) throw new InvalidArgument(`'${where}' goes through two embedded texts; one is possible.`);
    branch.names.push(index);
  });
  if (embeddings > 1) throw new InvalidArgument("'rows' goes through two embedded texts; one is possible.");
  const places: number[] = [];
  const root = document.number({ next: 0, places });
  return { root, names, places, bytes: write(root, names.length) };
}

function checkLength(where: string, path: unknown, above = 0): void {
  if (!Array.isArray(path)) {
    throw new InvalidArgument(`'${where}' must be an array of steps, such as ['items', 0, 'name'].`);
  }
  if (path.length + above > MAX_STEPS) {
    throw new InvalidArgument(
      `'${where}' has ${path.length + above} steps; at most ${MAX_STEPS} are possible.`,
    );
  }
}

function isEmbedded(step: unknown): step is { readonly embedded: true } {
  return typeof step === 'object' && step !== null && 'embedded' in step && step.embedded === true;
}

function isEach(step: unknown): step is { readonly each: true } {
  return typeof step === 'object' && step !== null && 'each' in step && step.each === true;
}

/** A node that is being made. */
class Branch {
  /** Columns of this value: two names may have the same path. */
  readonly names: number[] = [];
  isRow = false;
  readonly #isAboveRow: boolean;
  readonly #keys = new Map<string, Branch>();
  readonly #indexes = new Map<number, Branch>();
  readonly #fields = new Map<number, Branch>();
  #each: Branch | null = null;
  #embedded: Branch | null = null;

  constructor(isAboveRow: boolean) {
    this.#isAboveRow = isAboveRow;
  }

  child(step: JSONStep | { readonly each: true }, where: string, isAboveRow: boolean): Branch {
    if (typeof step === 'string') {
      if (HALF_PAIR.test(step)) {
        throw new InvalidArgument(
          `'${where}' has a name with half a surrogate pair, which no JSON text can hold.`,
        );
      }
      return childIn(this.#keys, step, isAboveRow);
    }
    if (typeof step === 'number') {
      if (this.#fields.size > 0) throw mixed(where);
      return childIn(this.#indexes, checkIndex(step, where), isAboveRow);
    }
    if (isEach(step)) return (this.#each ??= new Branch(isAboveRow));
    if (isEmbedded(step)) return (this.#embedded ??= new Branch(isAboveRow));
    const field: unknown = typeof step === 'object' && step !== null ? step.field : undefined;
    if (typeof field !== 'number') {
      throw new InvalidArgument(
        `'${where}' has a step that is none; pass a name, an index, { field: 0 } or { embedded: true }.`,
      );
    }
    if (this.#indexes.size > 0) throw mixed(where);
    return childIn(this.#fields, checkIndex(field, where), isAboveRow);
  }

  /** Gives the columns their places, so that those of a value and all inside it are neighbours. */
  number(counter: { next: number; places: number[] }): JSONNode {
    const firstColumn = counter.next;
    let column = -1;
    if (this.names.length > 0) {
      column = counter.next++;
      for (const name of this.names) counter.places[name] = column;
    }
    const numberAll = <K>(children: Map<K, Branch>): Map<K, JSONNode> =>
      new Map(Array.from(children, ([key, child]) => [key, child.number(counter)]));
    const keys = Array.from(numberAll(this.#keys), ([name, node]) => ({
      name,
      octets: encode(name),
      node,
    }));
    const indexes = numberAll(this.#indexes);
    const fields = numberAll(this.#fields);
    const each = this.#each?.number(counter) ?? null;
    const embedded = this.#embedded?.number(counter) ?? null;
    return {
      column,
      firstColumn,
      endColumn: counter.next,
      isRow: this.isRow,
      isAboveRow: this.#isAboveRow,
      keys,
      indexes,
      fields,
      each,
      embedded,
    };
  }
}

function childIn<K>(children: Map<K, Branch>, key: K, isAboveRow: boolean): Branch {
  let child = children.get(key);
  if (child === undefined) {
    child = new Branch(isAboveRow);
    children.set(key, child);
  }
  return child;
}

function checkIndex(index: number, where: string): number {
  if (!Number.isInteger(index) || index < 0 || index >= 2 ** 29) {
    throw new InvalidArgument(`'${where}' has the index ${index}; pass an integer of 0 or more.`);
  }
  return index;
}

function mixed(where: string): InvalidArgument {
  return new InvalidArgument(
    `'${where}' takes an element by index where another path takes a field: use one of them for an array.`,
  );
}

/** Number of columns, the place of the root, and the nodes, parents before their children. */
function write(root: JSONNode, columns: number): Uint8Array {
  const writer = new ProgramWriter();
  writer.push(1, columns, 3);
  writeNode(root, writer);
  return writer.finish();
}

function writeNode(node: JSONNode, writer: ProgramWriter): void {
  const { keys, indexes, fields, each, embedded } = node;
  writer.push(
    node.column === -1 ? NONE : node.column,
    node.firstColumn,
    node.endColumn,
    (node.isRow ? 1 : 0) | (node.isAboveRow ? 2 : 0),
    keys.length + indexes.size + fields.size + (each === null ? 0 : 1) + (embedded === null ? 0 : 1),
  );
  const children: [place: number, child: JSONNode][] = [];
  for (const { octets, node: child } of keys) {
    writer.push(STEPS.KEY);
    writer.pushText(octets);
    children.push([writer.push(0), child]);
  }
  for (const [index, child] of indexes) children.push([writer.push(STEPS.INDEX, index, 0, 0), child]);
  for (const [index, child] of fields) children.push([writer.push(STEPS.FIELD, index, 0, 0), child]);
  if (each !== null) children.push([writer.push(STEPS.EACH, 0, 0, 0), each]);
  if (embedded !== null) children.push([writer.push(STEPS.EMBEDDED, 0, 0, 0), embedded]);
  for (const [place, child] of children) {
    writer.set(place, writer.length);
    writeNode(child, writer);
  }
}
