import type { OutgoingHttpHeaders } from 'node:http2';
import type { WireRequest } from '../../contract.ts';

/** Half of what counts for a field besides its name and value (RFC 9113 §6.5.2). */
const OVERHEAD = 16;
/** Where the value of `:authority` stands, and how many names and values of pseudo-fields there are. */
const AUTHORITY = 5;
const PSEUDO = 8;

/**
 * The fields of a request as HTTP/2 wants them (RFC 9113 §8.2, §8.3): names in lower case, `Host` as `:authority`, and
 * none that speaks about the connection. A `Cookie` stays in one piece, as it was given.
 *
 * @param authority what the request is for, should it have no `Host`
 */
export function requestFields(
  { method, target, fields }: Pick<WireRequest, 'fields' | 'method' | 'target'>,
  scheme: 'http' | 'https',
  authority: string,
): string[] {
  const found = [':method', method, ':scheme', scheme, ':authority', authority, ':path', target];
  let nominated: string | null = null;
  let asksTrailers = false;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!.toLowerCase();
    const value = fields[i + 1]!;
    switch (name) {
      case 'host':
        found[AUTHORITY] = value;
        break;
      case 'connection':
        nominated = nominated === null ? value : `${nominated},${value}`;
        break;
      case 'keep-alive':
      case 'proxy-connection':
      case 'transfer-encoding':
      case 'upgrade':
      case 'http2-settings':
        break;
      case 'te':
        asksTrailers ||= asksForTrailers(value);
        break;
      default:
        found.push(name, value);
    }
  }
  if (asksTrailers) found.push('te', 'trailers');
  if (nominated === null || nominated === 'keep-alive') return found;
  return withoutNominated(found, nominated);
}

/** The same in the form that Node takes: fields of one name stand together, at the place of the first one. */
export function requestHeaders(
  request: Pick<WireRequest, 'fields' | 'method' | 'target'>,
  scheme: 'http' | 'https',
  authority: string,
): OutgoingHttpHeaders {
  const headers = Object.create(null) as OutgoingHttpHeaders;
  const fields = requestFields(request, scheme, authority);
  for (let i = 0; i < fields.length; i += 2) add(headers, fields[i]!, fields[i + 1]!);
  return headers;
}

/** What came as a header or trailer section, without its pseudo-fields. */
export function receivedFields(raw: readonly string[]): string[] {
  const fields: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    if (!raw[i]!.startsWith(':')) fields.push(raw[i]!, raw[i + 1]!);
  }
  return fields;
}

/** Octets of a field section as its limit counts them, without those that compression saved (RFC 9113 §10.5.1). */
export function sizeOf(raw: readonly string[]): number {
  let size = 0;
  for (const text of raw) size += text.length + OVERHEAD;
  return size;
}

/** Trailer fields in the form that Node takes. */
export function trailerHeaders(trailers: readonly string[]): OutgoingHttpHeaders {
  const headers = Object.create(null) as OutgoingHttpHeaders;
  for (let i = 0; i < trailers.length; i += 2) add(headers, trailers[i]!.toLowerCase(), trailers[i + 1]!);
  return headers;
}

function add(headers: OutgoingHttpHeaders, name: string, value: string): void {
  const earlier = headers[name];
  if (earlier === undefined) headers[name] = value;
  else if (Array.isArray(earlier)) earlier.push(value);
  else headers[name] = [String(earlier), value];
}

/** `TE` may say nothing but that trailers are understood (RFC 9113 §8.2.2). */
function asksForTrailers(value: string): boolean {
  return value.split(',').some((part) => part.split(';')[0]!.trim().toLowerCase() === 'trailers');
}

/** Fields that `Connection` names concern the connection too (RFC 9110 §7.6.1). */
function withoutNominated(fields: readonly string[], nominated: string): string[] {
  const names = new Set(nominated.split(',').map((option) => option.trim().toLowerCase()));
  const kept: string[] = fields.slice(0, PSEUDO);
  for (let i = PSEUDO; i < fields.length; i += 2) {
    if (fields[i] === 'te' || !names.has(fields[i]!)) kept.push(fields[i]!, fields[i + 1]!);
  }
  return kept;
}
