import { inspectAs } from './inspect.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { DEFAULT_REDACTION, type Redaction } from './redaction.ts';

/** A value of a parameter. It is written by `String()`; `null` is written as the empty string. */
export type ParamScalar = string | number | bigint | boolean | null;

/**
 * What parameters can be made from: an encoded query (text or bytes, a leading `?` is dropped), pairs, or a record
 * whose arrays repeat their key, whose empty arrays make it vanish, and whose `undefined` values are left out.
 */
export type ParamsInit =
  | string
  | Uint8Array
  | URLSearchParams
  | QueryParams
  | Iterable<readonly [string, ParamScalar]>
  | { readonly [key: string]: ParamScalar | readonly ParamScalar[] | undefined };

/** What an init says: pairs as name, value, name, value, and the keys that it gave an empty array. */
interface Parsed {
  readonly flat: readonly string[];
  readonly emptied?: ReadonlySet<string>;
}

/** The pairs of other parameters, for the functions of this file. */
let flatOf: (params: QueryParams) => readonly string[];

/**
 * The parameters of a query: an immutable list of pairs in their order, repeated keys included. Keys are
 * case-sensitive. {@link QueryParams.toString} writes what `URLSearchParams` writes, the
 * `application/x-www-form-urlencoded` of the URL standard.
 *
 * @see https://url.spec.whatwg.org/#application/x-www-form-urlencoded
 *
 * @example
 * ```ts
 * import { QueryParams } from 'ternhttp';
 *
 * const params = new QueryParams({ q: 'a b', page: 1, tag: ['x', 'y'], all: true });
 * console.log(params.toString()); // 'q=a+b&page=1&tag=x&tag=y&all=true'
 * console.log(params.set('page', 2).remove('tag').toString()); // 'q=a+b&page=2&all=true'
 * console.log(params.get('tag'), params.getAll('tag')); // 'x' [ 'x', 'y' ]
 * ```
 */
export class QueryParams implements Iterable<[name: string, value: string]> {
  /** Name, value, name, value. */
  #flat: readonly string[];
  readonly #redaction: Redaction;

  /**
   * @param redaction what a client takes for secrets when they are printed @internal
   * @throws InvalidArgument that names the key, if a key or value is not of the listed types
   */
  constructor(init?: ParamsInit | null, redaction: Redaction = DEFAULT_REDACTION) {
    this.#redaction = redaction;
    this.#flat = init == null ? [] : parse(init).flat;
  }

  /** Parameters of an init; parameters, being immutable, are returned as they are. */
  static from(init?: ParamsInit | null): QueryParams {
    return init instanceof QueryParams ? init : new QueryParams(init);
  }

  /** Number of distinct keys. The number of pairs is `[...params].length`. */
  get size(): number {
    return distinct(this.#flat).size;
  }

  /** First value of a key, or `undefined`. */
  get(key: string): string | undefined {
    const flat = this.#flat;
    for (let index = 0; index < flat.length; index += 2) if (flat[index] === key) return flat[index + 1];
    return undefined;
  }

  /** All values of a key, in their order. */
  getAll(key: string): string[] {
    const flat = this.#flat;
    const values: string[] = [];
    for (let index = 0; index < flat.length; index += 2)
      if (flat[index] === key) values.push(flat[index + 1]!);
    return values;
  }

  /** Whether a key has a value, be it an empty one. */
  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** All pairs, in their order. */
  [Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    return this.entries();
  }

  /** All pairs, in their order. */
  *entries(): IterableIterator<[name: string, value: string]> {
    const flat = this.#flat;
    for (let index = 0; index < flat.length; index += 2) yield [flat[index]!, flat[index + 1]!];
  }

  /** Each key once, in the order of its first value. */
  keys(): IterableIterator<string> {
    return distinct(this.#flat).keys();
  }

  /** The first value of each key. */
  values(): IterableIterator<string> {
    return distinct(this.#flat).values();
  }

  /**
   * A copy in which a key has just these values, at the place of its first one, or at the end if it is new. An empty
   * array removes the key.
   */
  set(key: string, value: ParamScalar | readonly ParamScalar[]): QueryParams {
    return this.#of(replace(this.#flat, one(key, value)));
  }

  /** A copy with one or several values of a key added at the end. */
  add(key: string, value: ParamScalar | readonly ParamScalar[]): QueryParams {
    return this.#of([...this.#flat, ...one(key, value).flat]);
  }

  /** A copy without a key. */
  remove(key: string): QueryParams {
    return this.#of(replace(this.#flat, { flat: [], emptied: new Set([key]) }));
  }

  /**
   * A copy in which every key of `init` has the values that `init` gives it, all at the place of its first one; new
   * keys come at the end. A record's empty array removes the key.
   */
  merge(init: ParamsInit | null | undefined): QueryParams {
    return this.#of(init == null ? this.#flat : replace(this.#flat, parse(init)));
  }

  /** Whether the pairs are the same, in whatever order. */
  equals(other: ParamsInit): boolean {
    const left = sortedPairs(this.#flat);
    const right = sortedPairs(parse(other).flat);
    return left.length === right.length && left.every((pair, index) => pair === right[index]);
  }

  /** The encoded query, without a question mark. */
  toString(): string {
    const flat = this.#flat;
    let query = '';
    for (let index = 0; index < flat.length; index += 2) {
      query += `${index === 0 ? '' : '&'}${encode(flat[index]!)}=${encode(flat[index + 1]!)}`;
    }
    return query;
  }

  /** A mutable copy of the platform's own class. */
  toURLSearchParams(): URLSearchParams {
    return new URLSearchParams([...this.entries()]);
  }

  /** All pairs; parameters can be made from them again. */
  toJSON(): [name: string, value: string][] {
    return [...this.entries()];
  }

  /** For `console.log`: the encoded query, with the values of secret parameters masked. */
  static {
    inspectAs(this, (params) => `QueryParams { ${params.#redaction.query(params.toString())} }`);
  }

  #of(flat: readonly string[]): QueryParams {
    const params = new QueryParams(null, this.#redaction);
    params.#flat = flat;
    return params;
  }

  static {
    flatOf = (params) => params.#flat;
  }
}

function parse(init: ParamsInit): Parsed {
  if (typeof init === 'string') return { flat: parseQuery(init) };
  if (typeof init !== 'object' || init === null) throw unsuitable(init);
  if (init instanceof QueryParams) return { flat: flatOf(init) };
  if (init instanceof Uint8Array) return { flat: parseQuery(escapeBytes(init)) };
  if (Symbol.iterator in init) return { flat: parsePairs(init) };
  if (!isRecord(init)) throw unsuitable(init);
  const flat: string[] = [];
  let emptied: Set<string> | undefined;
  for (const key of Object.keys(init)) {
    const value = init[key];
    if (value === undefined) continue;
    pushAll(flat, key, value);
    if (Array.isArray(value) && value.length === 0) (emptied ??= new Set()).add(toWellFormed(key));
  }
  return emptied === undefined ? { flat } : { flat, emptied };
}

function parseQuery(query: string): string[] {
  // Node's parser garbles a character that is not ASCII if an escape beside it is not UTF-8; it never sees one here.
  const ascii = query.replaceAll(/[^\0-\x7F]+/g, (text) => encodeURIComponent(toWellFormed(text)));
  const flat: string[] = [];
  for (const [name, value] of new URLSearchParams(ascii)) flat.push(name, value);
  return flat;
}

/** Text in which octets above 0x7F are percent-encoded, so that only the parser's own decoding sees them. */
function escapeBytes(bytes: Uint8Array): string {
  const query = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return query.replaceAll(/[\u0080-\u00FF]/g, (octet) => `%${octet.charCodeAt(0).toString(16)}`);
}

function parsePairs(pairs: Iterable<readonly [string, ParamScalar]>): string[] {
  const flat: string[] = [];
  let index = 0;
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new InvalidArgument(
        `Item ${index} of the params is not a pair of [name, value] but ${kindOf(pair)}.`,
      );
    }
    const [name, value] = pair as readonly [string, ParamScalar];
    flat.push(checkKey(name, `item ${index} of the params`), toText(name, value));
    index++;
  }
  return flat;
}

/** The part of an init that gives one key. */
function one(key: string, value: ParamScalar | readonly ParamScalar[]): Parsed {
  const name = checkKey(key, 'a param');
  const flat: string[] = [];
  pushAll(flat, name, value);
  return { flat, emptied: new Set([name]) };
}

function pushAll(flat: string[], key: string, value: ParamScalar | readonly ParamScalar[]): void {
  const name = toWellFormed(key);
  if (isArray(value)) for (const item of value) flat.push(name, toText(key, item));
  else flat.push(name, toText(key, value));
}

/** As `Array.isArray`, which does not know readonly arrays. */
function isArray(value: ParamScalar | readonly ParamScalar[]): value is readonly ParamScalar[] {
  return Array.isArray(value);
}

/** `left` with each key of `right` replaced at its first place, and the keys that `left` lacks at the end. */
function replace(left: readonly string[], right: Parsed): string[] {
  const groups = new Map<string, string[]>();
  for (const key of right.emptied ?? []) groups.set(key, []);
  for (let index = 0; index < right.flat.length; index += 2) {
    const group = groups.get(right.flat[index]!);
    if (group === undefined) groups.set(right.flat[index]!, [right.flat[index + 1]!]);
    else group.push(right.flat[index + 1]!);
  }
  const flat: string[] = [];
  const placed = new Set<string>();
  for (let index = 0; index < left.length; index += 2) {
    const key = left[index]!;
    const group = groups.get(key);
    if (group === undefined) flat.push(key, left[index + 1]!);
    else if (!placed.has(key)) {
      placed.add(key);
      for (const value of group) flat.push(key, value);
    }
  }
  for (let index = 0; index < right.flat.length; index += 2) {
    if (!placed.has(right.flat[index]!)) flat.push(right.flat[index]!, right.flat[index + 1]!);
  }
  return flat;
}

function distinct(flat: readonly string[]): Map<string, string> {
  const first = new Map<string, string>();
  for (let index = 0; index < flat.length; index += 2) {
    if (!first.has(flat[index]!)) first.set(flat[index]!, flat[index + 1]!);
  }
  return first;
}

function sortedPairs(flat: readonly string[]): string[] {
  const pairs: string[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    pairs.push(`${encode(flat[index]!)}=${encode(flat[index + 1]!)}`);
  }
  return pairs.toSorted();
}

function checkKey(key: string, where: string): string {
  if (typeof key !== 'string') {
    throw new InvalidArgument(`The name of ${where} must be a string, not ${kindOf(key)}.`);
  }
  return toWellFormed(key);
}

function toText(key: string, value: ParamScalar): string {
  if (typeof value === 'string') return toWellFormed(value);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  if (value === null) return '';
  throw new InvalidArgument(
    `The value of param '${key}' must be a string, number, bigint, boolean or null, or in a record an array of ` +
      `these, not ${kindOf(value)}.`,
  );
}

function unsuitable(init: unknown): InvalidArgument {
  return new InvalidArgument(
    `Params are made from a string, bytes, pairs, a plain object or other params, not from ${kindOf(init)}.`,
  );
}

function isRecord(
  value: object,
): value is { readonly [key: string]: ParamScalar | readonly ParamScalar[] | undefined } {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  return Array.isArray(value)
    ? 'an array'
    : `an object (${Object.prototype.toString.call(value).slice(8, -1)})`;
}

/** The text as a `USVString`: a lone surrogate, which UTF-8 cannot carry, becomes U+FFFD. */
function toWellFormed(value: string): string {
  // Most texts have no surrogate at all, and the loop sees it sooner than the expression does.
  for (let position = 0; position < value.length; position++) {
    const code = value.charCodeAt(position);
    if (code >= 0xd800 && code <= 0xdfff) return value.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
  }
  return value;
}

const HEXADECIMAL = '0123456789ABCDEF';
const UNESCAPED = new Uint8Array(128);
for (const character of '*-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz') {
  UNESCAPED[character.charCodeAt(0)] = 1;
}

function encode(value: string): string {
  let encoded = '';
  let start = 0;
  for (let position = 0; position < value.length; position++) {
    const code = value.charCodeAt(position);
    if (code > 127) return encoded + encodeFrom(value, start);
    if (UNESCAPED[code] === 1) continue;
    encoded += value.slice(start, position);
    encoded += code === 32 ? '+' : `%${HEXADECIMAL[code >> 4]}${HEXADECIMAL[code & 15]}`;
    start = position + 1;
  }
  return start === 0 ? value : encoded + value.slice(start);
}

function encodeFrom(value: string, start: number): string {
  return encodeURIComponent(toWellFormed(value.slice(start)))
    .replaceAll('%20', '+')
    .replaceAll(/[!~'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
