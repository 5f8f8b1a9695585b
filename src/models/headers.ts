import { inspectAs } from './inspect.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { LocalProtocolError } from '../errors/local-protocol-error.ts';
import { splitList } from './field-list.ts';
import { illegalValueIndex, isToken, sameName, trimOWS } from './field-syntax.ts';
import { DEFAULT_REDACTION, type Redaction } from './redaction.ts';

/** A field value: text of Latin-1 characters, or its octets. */
export type FieldValue = string | Uint8Array;

/** Anything that has header fields: an object, pairs, or the `Headers` of this library or of the platform. */
export type HeadersInit =
  | Headers
  | Iterable<readonly [name: string, value: FieldValue]>
  | { readonly [name: string]: FieldValue | readonly FieldValue[] | undefined };

/**
 * Header fields as an ordered list that keeps the case of names, the order of lines and repeated fields, with
 * reading methods that match the platform's `Headers` (RFC 9110 §5).
 *
 * Values are Latin-1 text, one character an octet. Names and values are checked when they come in: an illegal
 * one throws {@link LocalProtocolError}, so a field can never smuggle a line into a request.
 *
 * @example
 * ```ts
 * import { Headers } from 'ternhttp';
 *
 * const headers = new Headers([['Accept', 'text/html'], ['X-Trace', 'a'], ['x-trace', 'b']]);
 * console.log(headers.get('X-TRACE')); // 'a, b'
 * console.log(headers.getAll('x-trace')); // [ 'a', 'b' ]
 * console.log(headers.raw[1]); // [ 'X-Trace', 'a' ]
 * ```
 */
export class Headers implements Iterable<[name: string, value: string]> {
  /** Name, value, name, value … in wire order. Shared with copies until one of them changes. */
  #fields: string[];
  #shared: boolean;
  #readOnly = false;
  #redaction: Redaction = DEFAULT_REDACTION;

  constructor(init?: HeadersInit | null) {
    this.#fields = [];
    this.#shared = false;
    if (init == null) return;
    if (init instanceof Headers) {
      this.#fields = init.#share();
      this.#shared = true;
      this.#redaction = init.#redaction;
    } else {
      eachField(init, (name, value) => this.#fields.push(checkName(name), checkValue(name, value)));
    }
  }

  /**
   * Wraps fields that are known to be legal, such as those of a parsed response; the list is not copied.
   *
   * @param redaction what to mask when they are inspected
   * @internal
   */
  static fromWire(
    fields: readonly string[],
    readOnly = false,
    redaction: Redaction = DEFAULT_REDACTION,
  ): Headers {
    const headers = new Headers();
    headers.#fields = fields as string[];
    headers.#shared = true;
    headers.#readOnly = readOnly;
    headers.#redaction = redaction;
    return headers;
  }

  /**
   * The fields as they go over the wire: name, value, name, value. Not a copy: do not change it.
   *
   * @internal
   */
  get wire(): readonly string[] {
    return this.#fields;
  }

  /** Number of fields, repeated ones counted each. */
  get size(): number {
    return this.#fields.length / 2;
  }

  /** Every field as it was given: case, order and repetitions kept. */
  get raw(): [name: string, value: string][] {
    const pairs: [string, string][] = [];
    for (let i = 0; i < this.#fields.length; i += 2) pairs.push([this.#fields[i]!, this.#fields[i + 1]!]);
    return pairs;
  }

  /** The value of a field; repeated ones joined by `, ` (RFC 9110 §5.3). `null` if there is none. */
  get(name: string): string | null {
    const fields = this.#fields;
    let joined: string | null = null;
    for (let i = 0; i < fields.length; i += 2) {
      if (sameName(fields[i]!, name))
        joined = joined === null ? fields[i + 1]! : `${joined}, ${fields[i + 1]!}`;
    }
    return joined;
  }

  /** The values of a field, one for each time it occurs. */
  getAll(name: string): string[] {
    const fields = this.#fields;
    const values: string[] = [];
    for (let i = 0; i < fields.length; i += 2) if (sameName(fields[i]!, name)) values.push(fields[i + 1]!);
    return values;
  }

  /** The members of a list field over all its occurrences; a comma inside quotes does not split (RFC 9110 §5.6.1). */
  getList(name: string): string[] {
    return this.getAll(name).flatMap(splitList);
  }

  /** The values of `Set-Cookie`, which must never be joined (RFC 6265 §3). */
  getSetCookie(): string[] {
    return this.getAll('set-cookie');
  }

  has(name: string): boolean {
    const fields = this.#fields;
    for (let i = 0; i < fields.length; i += 2) if (sameName(fields[i]!, name)) return true;
    return false;
  }

  /** Gives a field one value: at the place of its first occurrence, or at the end. Other occurrences go. */
  set(name: string, value: FieldValue): void {
    checkName(name);
    const checked = checkValue(name, value);
    const fields = this.#own();
    const at = indexOf(fields, name);
    if (at === -1) {
      fields.push(name, checked);
      return;
    }
    fields[at] = name;
    fields[at + 1] = checked;
    removeFrom(fields, name, at + 2);
  }

  /** Adds one more occurrence of a field at the end. */
  append(name: string, value: FieldValue): void {
    checkName(name);
    const checked = checkValue(name, value);
    this.#own().push(name, checked);
  }

  /** Removes every occurrence of a field; says whether there was one. */
  delete(name: string): boolean {
    if (indexOf(this.#fields, name) === -1) {
      if (this.#readOnly) this.#own();
      return false;
    }
    removeFrom(this.#own(), name, 0);
    return true;
  }

  /** Replaces all fields that `init` names by those of `init`, which move to the end. */
  update(init: HeadersInit): void {
    const added = new Headers(init).#fields;
    const fields = this.#own();
    for (let i = 0; i < added.length; i += 2) removeFrom(fields, added[i]!, 0);
    fields.push(...added);
  }

  /** Whether both have the same fields, whatever their order and the case of their names. */
  equals(other: HeadersInit): boolean {
    return canonical(this.#fields) === canonical(new Headers(other).#fields);
  }

  /** A copy that can be changed. */
  clone(): Headers {
    return new Headers(this);
  }

  /** The fields as the platform's `Headers`. */
  toFetch(): globalThis.Headers {
    return new globalThis.Headers(this.raw);
  }

  /** Lower-case names in order of first occurrence, each once. */
  *keys(): Generator<string, void, undefined> {
    for (const [name] of this) yield name;
  }

  /** Values in the order of {@link keys}, repeated fields joined. */
  *values(): Generator<string, void, undefined> {
    for (const [, value] of this) yield value;
  }

  /** Lower-case name and joined value of each field in order of first occurrence; each `Set-Cookie` by itself. */
  *entries(): Generator<[name: string, value: string], void, undefined> {
    const seen = new Set<string>();
    for (let i = 0; i < this.#fields.length; i += 2) {
      const name = this.#fields[i]!.toLowerCase();
      if (name === 'set-cookie') {
        yield [name, this.#fields[i + 1]!];
      } else if (!seen.has(name)) {
        seen.add(name);
        yield [name, this.get(name)!];
      }
    }
  }

  [Symbol.iterator](): Generator<[name: string, value: string], void, undefined> {
    return this.entries();
  }

  forEach(callback: (value: string, name: string, headers: Headers) => void): void {
    for (const [name, value] of this) callback(value, name, this);
  }

  toJSON(): [name: string, value: string][] {
    return this.raw;
  }

  /** Credentials and cookies are masked. */
  static {
    inspectAs(
      Headers,
      (headers, inspect) => `Headers ${inspect(headers.#redaction.fields(headers.#fields))}`,
    );
  }

  #share(): string[] {
    this.#shared = true;
    return this.#fields;
  }

  #own(): string[] {
    if (this.#readOnly) {
      throw new InvalidArgument(
        'The headers of a request cannot be changed; make a copy with request.with({ headers }).',
      );
    }
    if (this.#shared) {
      this.#fields = this.#fields.slice();
      this.#shared = false;
    }
    return this.#fields;
  }
}

/**
 * Calls back for every field of an init, in order, without checking names and values.
 *
 * @internal
 */
export function eachField(
  init: Exclude<HeadersInit, Headers>,
  callback: (name: string, value: FieldValue) => void,
): void {
  if (typeof init !== 'object' || init === null) {
    throw new InvalidArgument(
      `Headers are made from an object, pairs or other headers, not from ${describeType(init)}.`,
    );
  }
  if (Symbol.iterator in init) {
    for (const pair of init) {
      if (!Array.isArray(pair) || pair.length !== 2) {
        throw new InvalidArgument('Headers given as an iterable need pairs of [name, value].');
      }
      callback(pair[0], pair[1]);
    }
    return;
  }
  for (const name of Object.keys(init)) {
    const value = init[name];
    if (value === undefined) continue;
    if (Array.isArray(value)) for (const item of value as readonly FieldValue[]) callback(name, item);
    else callback(name, value as FieldValue);
  }
}

/**
 * The name, if it is a legal one.
 *
 * @internal
 */
export function checkName(name: string): string {
  if (typeof name !== 'string')
    throw new InvalidArgument(`A header name must be a string, not ${describeType(name)}.`);
  if (!isToken(name)) {
    throw new LocalProtocolError({ reason: `illegal header name ${JSON.stringify(name)}`, phase: 'build' });
  }
  return name;
}

/**
 * The value as Latin-1 text without the white space around it, if it is a legal one. The error does not quote
 * the value, which may be a secret.
 *
 * @internal
 */
export function checkValue(name: string, value: FieldValue): string {
  let text: string;
  if (typeof value === 'string') text = trimOWS(value);
  else if (value instanceof Uint8Array) text = trimOWS(Buffer.from(value).toString('latin1'));
  else {
    throw new InvalidArgument(
      `The value of header '${name}' must be a string or bytes, not ${describeType(value)}.`,
    );
  }
  const illegal = illegalValueIndex(text);
  if (illegal === -1) return text;
  const code = text.charCodeAt(illegal).toString(16).toUpperCase().padStart(4, '0');
  const advice = text.charCodeAt(illegal) > 255 ? '; encode it first and pass the bytes' : '';
  throw new LocalProtocolError({
    reason: `illegal character U+${code} at position ${illegal} in the value of header '${name}'${advice}`,
    phase: 'build',
  });
}

function indexOf(fields: readonly string[], name: string): number {
  for (let i = 0; i < fields.length; i += 2) if (sameName(fields[i]!, name)) return i;
  return -1;
}

function removeFrom(fields: string[], name: string, start: number): void {
  let kept = start;
  for (let i = start; i < fields.length; i += 2) {
    if (sameName(fields[i]!, name)) continue;
    fields[kept] = fields[i]!;
    fields[kept + 1] = fields[i + 1]!;
    kept += 2;
  }
  fields.length = kept;
}

function canonical(fields: readonly string[]): string {
  const lines: string[] = [];
  for (let i = 0; i < fields.length; i += 2) lines.push(`${fields[i]!.toLowerCase()}:${fields[i + 1]!}`);
  return lines.toSorted().join('\n');
}

function describeType(value: unknown): string {
  return value === null ? 'null' : typeof value;
}
