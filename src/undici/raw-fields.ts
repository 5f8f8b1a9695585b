/**
 * The fields of a message that undici reports, in their order and case if they can be had.
 *
 * @param raw what came over the wire: names and values in turn, as octets or text; or an object
 * @param headers the same as an object with names in lower case. Interceptors change it and may leave `raw` alone,
 * so it decides when both differ.
 */
export function fieldsOf(raw: unknown, headers: unknown): string[] {
  const fields = Array.isArray(raw) ? flatten(raw) : isRecord(raw) ? fieldsOfRecord(raw) : null;
  // The trailers of HTTP/2 come as an object, of which undici makes an empty one.
  const isRawAll = !isRecord(headers) || (!Array.isArray(raw) && Object.keys(headers).length === 0);
  if (isRawAll) return fields ?? [];
  return fields !== null && agrees(fields, headers) ? fields : fieldsOfRecord(headers);
}

/** Names and values in turn, as octets. */
export function toRawFields(fields: readonly string[]): Buffer[] {
  return fields.map((text) => Buffer.from(text, 'latin1'));
}

/** Fields as an object with names in lower case; a list of values for a name that occurs more than once. */
export function toRecord(fields: readonly string[]): Record<string, string[] | string> {
  const record = Object.create(null) as Record<string, string[] | string>;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!.toLowerCase();
    const value = fields[i + 1]!;
    const earlier = record[name];
    if (earlier === undefined) record[name] = value;
    else if (Array.isArray(earlier)) earlier.push(value);
    else record[name] = [earlier, value];
  }
  // Collected without a prototype, as a field may be named '__proto__'; given with one, as interceptors expect.
  return { ...record };
}

function flatten(raw: readonly unknown[]): string[] {
  const fields: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = text(raw[i]);
    const value = raw[i + 1];
    if (Array.isArray(value)) for (const item of value) fields.push(name, text(item));
    else fields.push(name, text(value));
  }
  return fields;
}

function fieldsOfRecord(headers: Readonly<Record<string, unknown>>): string[] {
  const fields: string[] = [];
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (Array.isArray(value)) for (const item of value) fields.push(name, text(item));
    else if (value !== undefined && value !== null) fields.push(name, text(value));
  }
  return fields;
}

function agrees(fields: readonly string[], headers: Readonly<Record<string, unknown>>): boolean {
  const counts = new Map<string, number>();
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!.toLowerCase();
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    const value = Object.hasOwn(headers, name) ? headers[name] : undefined;
    const expected: unknown = Array.isArray(value) ? value[index] : index === 0 ? value : undefined;
    if (expected === undefined || text(expected) !== fields[i + 1]) return false;
  }
  for (const name of Object.keys(headers)) {
    const value = headers[name];
    if (value !== undefined && counts.get(name) !== (Array.isArray(value) ? value.length : 1)) return false;
  }
  return true;
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
