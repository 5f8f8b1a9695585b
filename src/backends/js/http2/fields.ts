import type { OutgoingHttpHeaders } from 'node:http2';
import type { WireRequest } from '../../contract.ts';

/** Half of what counts for a field besides its name and value (RFC 9113 §6.5.2). */
const OVERHEAD = 16;

/**
 * The fields of a request as HTTP/2 wants them (RFC 9113 §8.2, §8.3): names in lower case, `Host` as `:authority`, and
 * none that speaks about the connection. Fields of one name stand together, at the place of the first one. A `Cookie`
 * stays in one piece, as it was given.
 *
 * @param authority what the request is for, should it have no `Host`
 */
export function requestHeaders(
  { method, target, fields }: WireRequest,
  scheme: 'http' | 'https',
  authority: string,
): OutgoingHttpHeaders {
  const headers = Object.create(null) as OutgoingHttpHeaders;
  headers[':method'] = method;
  headers[':scheme'] = scheme;
  headers[':authority'] = authority;
  headers[':path'] = target;
  let nominated: string | null = null;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!.toLowerCase();
    const value = fields[i + 1]!;
    switch (name) {
      case 'host':
        headers[':authority'] = value;
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
        if (asksForTrailers(value)) headers['te'] = 'trailers';
        break;
      default:
        add(headers, name, value);
    }
  }
  if (nominated !== null && nominated !== 'keep-alive') removeNominated(headers, nominated);
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
function removeNominated(headers: OutgoingHttpHeaders, nominated: string): void {
  for (const option of nominated.split(',')) {
    const name = option.trim().toLowerCase();
    if (name !== '' && name !== 'te' && !name.startsWith(':')) delete headers[name];
  }
}
