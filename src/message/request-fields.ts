import type { RequestBody } from '../body/request-body.ts';
import { LocalProtocolError } from '../errors/local-protocol-error.ts';
import { sameName } from '../models/field-syntax.ts';
import { eachField, type FieldValue, Headers, type HeadersInit } from '../models/headers.ts';
import type { ParsedURL } from '../models/url.ts';

/** Fields that replace others of the same names; in an object null takes a field away. */
export type FieldChanges =
  | HeadersInit
  | { readonly [name: string]: FieldValue | readonly FieldValue[] | null | undefined };

/** Methods whose body is announced even if it is empty (RFC 9110 §8.6). */
const ANNOUNCES_BODY = new Set(['PATCH', 'POST', 'PUT', 'QUERY']);

/**
 * The fields of a request in wire order: `Host`, the given ones, then what the body needs. Given ones win and
 * keep their place and case.
 *
 * @param fields legal names and values
 * @param isTypeCompleted `contentType` is what the given Content-Type says, and more: it takes its place
 * @throws LocalProtocolError for more than one `Host` (RFC 9112 §3.2)
 */
export function composeFields(
  method: string,
  url: ParsedURL,
  fields: readonly string[],
  body: RequestBody | null,
  contentType: string | null,
  isTypeCompleted = false,
): string[] {
  let hostAt = -1;
  let typeAt = -1;
  let isFramed = false;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!;
    switch (name.length) {
      case 4:
        if (!sameName(name, 'host')) break;
        if (hostAt !== -1)
          throw new LocalProtocolError({ reason: 'more than one Host header', phase: 'build' });
        hostAt = i;
        break;
      case 12:
        if (typeAt === -1 && sameName(name, 'content-type')) typeAt = i;
        break;
      case 14:
        isFramed ||= sameName(name, 'content-length');
        break;
      case 17:
        isFramed ||= sameName(name, 'transfer-encoding');
        break;
      default:
    }
  }
  const composed: string[] = hostAt === -1 ? ['Host', url.host] : [fields[hostAt]!, fields[hostAt + 1]!];
  for (let i = 0; i < fields.length; i += 2) {
    if (i === hostAt) continue;
    composed.push(fields[i]!, i === typeAt && isTypeCompleted ? contentType! : fields[i + 1]!);
  }
  if (!isFramed) {
    const length = body === null ? 0 : body.length;
    if (length === null) composed.push('Transfer-Encoding', 'chunked');
    else if (length > 0 || ANNOUNCES_BODY.has(method)) composed.push('Content-Length', String(length));
  }
  if (typeAt === -1 && contentType !== null) composed.push('Content-Type', contentType);
  return composed;
}

/** The fields without those of some names. */
export function withoutFields(fields: readonly string[], names: readonly string[]): readonly string[] {
  if (names.length === 0) return fields;
  const kept: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    if (!names.some((name) => sameName(fields[i]!, name))) kept.push(fields[i]!, fields[i + 1]!);
  }
  return kept;
}

/** Takes all fields away that `init` names, and adds what it gives for them. */
export function replaceFields(headers: Headers, init: FieldChanges): void {
  const given: [name: string, value: FieldValue | null][] = [];
  const take = (name: string, value: FieldValue | null): void => void given.push([name, value]);
  eachField(init instanceof Headers ? init.raw : (init as Parameters<typeof eachField>[0]), take);
  for (const [name] of given) headers.delete(name);
  for (const [name, value] of given) if (value !== null) headers.append(name, value);
}
