import type stableStringify from 'fast-json-stable-stringify';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { describeValue } from './describe-value.ts';
import { bytesBody, type RequestBody } from './request-body.ts';
import { utf8 } from './utf8.ts';

export interface JSONOptions {
  /** Writes equal values as equal octets, by RFC 8785: members sorted by the UTF-16 code units of their names. */
  readonly canonical?: boolean | undefined;
}

export interface EncodedJSON {
  readonly body: RequestBody;
  readonly contentType: 'application/json';
}

/** Deeper values take the slow way, which can tell a cycle. */
const FAST_DEPTH = 64;
const DATE_METHODS: { readonly toJSON: unknown } = Date.prototype;
const dateToJSON = DATE_METHODS.toJSON;
/** A lone surrogate in JSON text: always an escape, and not one whose backslash is itself escaped. */
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/**
 * Encodes a value as compact UTF-8 JSON (RFC 8259).
 *
 * It writes what `JSON.stringify` writes (`toJSON` is called, boxed primitives are unboxed, `undefined` members of
 * objects are left out, a lone surrogate becomes an escape such as `\ud800`), but refuses what that would change
 * without a word: NaN and infinities, `undefined` in arrays, functions, symbols, invalid dates, and objects such as
 * `Map`, `Set`, `Promise` or typed arrays whose content JSON does not see.
 *
 * @throws InvalidArgument for such a value, for a BigInt and for a cycle, naming its path: `$.a[3].b`; in canonical
 * form also for a lone surrogate (RFC 8785 §3.2.2.2)
 */
export function encodeJSON(value: unknown, options?: JSONOptions): EncodedJSON {
  let text: string;
  try {
    text = isPlain(value, FAST_DEPTH) ? JSON.stringify(value) : stringifyChecked(value);
    if (options?.canonical === true) text = canonicalize(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InvalidArgument(`json: the value is nested too deeply or too large (${error.message})`, {
      cause: error,
    });
  }
  return { body: bytesBody(utf8(text)), contentType: 'application/json' };
}

/**
 * Whether `JSON.stringify` surely writes all of a value: a walk that costs an eighth of the writing. A replacer
 * function, which is what can tell more, costs more than the writing itself.
 */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return false;
  if (depth === 0) return false;
  if (Array.isArray(value)) {
    if ('toJSON' in value) return false;
    for (let index = 0; index < value.length; index++) if (!isPlain(value[index], depth - 1)) return false;
    return true;
  }
  if (value instanceof Date)
    return (value as { toJSON: unknown }).toJSON === dateToJSON && Number.isFinite(value.getTime());
  if (!isPlainObject(value)) return false;
  // Inherited members, if somebody extended Object.prototype, are looked at too; the worst is the slow way.
  for (const name in value) {
    const member = value[name];
    if (member !== undefined && !isPlain(member, depth - 1)) return false;
  }
  return true;
}

/** Whether JSON writes an object member by member. */
function isPlainObject(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && !('toJSON' in value);
}

/** `JSON.stringify` with a look at every value that it is about to write. */
function stringifyChecked(value: unknown): string {
  /** The objects around the value at hand, and under which name each stands in the one before it. */
  const holders: unknown[] = [];
  const names: string[] = [];

  function check(this: Readonly<Record<string, unknown>>, name: string, member: unknown): unknown {
    while (holders.length > 0 && holders.at(-1) !== this) {
      holders.pop();
      names.pop();
    }
    const isRoot = holders.length === 0;
    if (isRoot) holders.push(this);
    const isElement = Array.isArray(this);
    if (member === undefined && !isRoot && !isElement) return undefined;
    const problem =
      typeof member === 'object' && member !== null && holders.includes(member)
        ? 'refers back to an object around it: JSON has no cycles'
        : whyNotJSON(member, member === null ? this[name] : undefined);
    if (problem !== null) throw new InvalidArgument(`json: ${path(holders, [...names, name])} ${problem}`);
    if (typeof member === 'object' && member !== null) {
      holders.push(member);
      names.push(name);
    }
    return member;
  }

  return JSON.stringify(value, check);
}

/** @param source what stood there before `toJSON` made the value of it */
function whyNotJSON(value: unknown, source: unknown): string | null {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return null;
    case 'number':
      return Number.isFinite(value) ? null : `is ${value}, which JSON cannot express; pass null or a string`;
    case 'bigint':
      return 'is a bigint, which JSON cannot express; pass Number(value) or String(value)';
    case 'undefined':
      return 'is undefined, which JSON cannot express; pass null';
    case 'function':
    case 'symbol':
      return `is a ${typeof value}, which JSON cannot express; leave it out`;
    case 'object':
      break;
  }
  if (value === null) {
    const isInvalidDate = source instanceof Date && Number.isNaN(source.getTime());
    return isInvalidDate ? 'is an invalid Date, which JSON would turn into null' : null;
  }
  if (Array.isArray(value)) return null;
  if (isBoxed(value)) return whyNotJSON(value.valueOf(), source);
  if (value instanceof Map || value instanceof Set) {
    return `is ${describeValue(value)}, whose entries JSON does not see; pass an object or array made of them`;
  }
  if (ArrayBuffer.isView(value)) {
    return `is ${describeValue(value)}: JSON has no bytes; pass an array of numbers or base64 text`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  const isLiteral = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (isLiteral || Object.keys(value).length > 0) return null;
  return `is ${describeValue(value)} without own members, which JSON would turn into {}`;
}

/** A primitive in an object, such as `new Number(1)`, which JSON writes as the primitive. */
function isBoxed(value: object): boolean {
  return /^\[object (?:Number|BigInt|String|Boolean)\]$/.test(Object.prototype.toString.call(value));
}

/** `$` for the root, then `.name`, `[0]` or `["any name"]`. */
function path(holders: readonly unknown[], names: readonly string[]): string {
  let text = '$';
  for (let depth = 1; depth < holders.length; depth++) {
    const name = names[depth]!;
    if (Array.isArray(holders[depth])) text += `[${name}]`;
    else
      text += /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  }
  return text;
}

/** Sorts the members of JSON text. Going through text means that whatever the first writing did is kept. */
function canonicalize(text: string): string {
  if (LONE_SURROGATE.test(text)) {
    throw new InvalidArgument(
      'json: a text has a lone surrogate, which canonical JSON cannot express (RFC 8785 §3.2.2.2)',
    );
  }
  return loadStableStringify()(JSON.parse(text));
}

type StableStringify = typeof stableStringify;

let loaded: StableStringify | undefined;

/** Loaded on the first use, because few programs need it; `require` because encoding is synchronous. */
function loadStableStringify(): StableStringify {
  if (loaded === undefined) {
    const load: (name: string) => StableStringify = process
      .getBuiltinModule('node:module')
      .createRequire(import.meta.url);
    loaded = load('fast-json-stable-stringify');
  }
  return loaded;
}
