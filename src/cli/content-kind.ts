import { mediaTypeOf } from '../models/media-type.ts';

/** What a body is shown as. */
export type ContentKind = 'binary' | 'json' | 'text';

const TEXT_TYPES = new Set([
  'application/ecmascript',
  'application/graphql',
  'application/http',
  'application/javascript',
  'application/json-seq',
  'application/jsonl',
  'application/ndjson',
  'application/pgp-signature',
  'application/rtf',
  'application/sql',
  'application/toml',
  'application/typescript',
  'application/x-javascript',
  'application/x-jsonlines',
  'application/x-ndjson',
  'application/x-pem-file',
  'application/x-sh',
  'application/x-www-form-urlencoded',
  'application/x-yaml',
  'application/yaml',
  'image/svg+xml',
  'message/http',
]);
const BINARY_TOP_TYPES = new Set(['audio', 'font', 'image', 'model', 'video']);

/**
 * What the `Content-Type` says about a body, undefined if it says nothing: then {@link kindOfContent} may look at it.
 *
 * @param values the values of the field
 */
export function kindOfType(values: readonly string[]): ContentKind | undefined {
  const mediaType = mediaTypeOf(values);
  if (mediaType === null) return undefined;
  const { type, subtype, essence, parameters } = mediaType;
  if (subtype === 'json' || subtype.endsWith('+json')) return 'json';
  if (type === 'text' || subtype === 'xml' || subtype.endsWith('+xml') || TEXT_TYPES.has(essence))
    return 'text';
  if (parameters.has('charset')) return 'text';
  if (BINARY_TOP_TYPES.has(type) || essence === 'application/octet-stream') return 'binary';
  return undefined;
}

/** Octets at the beginning that are looked at, as the MIME Sniffing standard does (§5.2). */
const SNIFFED = 1445;

/** Whether octets look like text: none of them is a binary data byte (MIME Sniffing §3). */
export function kindOfContent(bytes: Uint8Array): 'binary' | 'text' {
  for (const byte of bytes.subarray(0, SNIFFED)) {
    if (byte <= 0x08 || byte === 0x0b || (byte >= 0x0e && byte <= 0x1a) || (byte >= 0x1c && byte <= 0x1f)) {
      return 'binary';
    }
  }
  return 'text';
}
