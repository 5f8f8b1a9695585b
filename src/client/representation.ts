import type { Request } from '../message/request.ts';
import type { Headers } from '../models/headers.ts';
import { type ContentRange, parseContentRange } from '../models/content-range.ts';
import { parseHTTPDate } from '../models/http-date.ts';

/** What of a response is looked at. */
interface Head {
  readonly status: number;
  readonly headers: Headers;
}

/** What is being downloaded, as far as that is needed to ask for the rest of it. */
export interface Representation {
  /** A strong entity tag or a date that is as good: what goes into `If-Range`. */
  readonly validator: string;
  /** Position of the first octet of this download. */
  readonly start: number;
  /** Position of its last octet; null if that is not known. */
  readonly end: number | null;
  /** Octets of the whole representation; null if that is not known. */
  readonly total: number | null;
}

/** A Last-Modified must be older than the response by this much to be strong (RFC 9110 §8.8.2.2). */
const STRONG_AGE = 1000;

/** Whether a response has a content that could be resumed at all, if it is identified well enough. */
export function isDownload({ method }: Request, { status }: Head): boolean {
  return method === 'GET' && (status === 200 || status === 206);
}

/** What a response identifies; a text says why it is not enough to ask for the rest. */
export function representationOf({ status, headers }: Head): Representation | string {
  // Coded content need not be the same octets each time it is made, and the decoder has consumed an unknown part.
  const coding = headers.get('content-encoding');
  if (coding !== null && coding.toLowerCase() !== 'identity')
    return `the content is coded (${coding}); ask for it with 'Accept-Encoding: identity'`;
  if (headers.get('accept-ranges')?.trim().toLowerCase() === 'none')
    return 'the server serves no parts (Accept-Ranges: none)';
  const validator = strongValidatorOf(headers);
  if (validator === null) return 'the response has no strong ETag, and no Last-Modified that is strong';
  if (status === 206) {
    const range = parseContentRange(headers.get('content-range') ?? '');
    if (range === null) return 'the response is not a single part';
    return { validator, start: range.start, end: range.end, total: range.total };
  }
  const length = headers.get('content-length');
  const total = length !== null && /^\d+$/.test(length) ? Number(length) : null;
  return { validator, start: 0, end: total === null ? null : total - 1, total };
}

/**
 * The validator for `If-Range` (RFC 9110 §13.1.5): a strong entity tag; without any entity tag a Last-Modified, if it
 * is strong.
 */
function strongValidatorOf(headers: Headers): string | null {
  const tag = headers.get('etag');
  if (tag !== null) return /^"[^"]*"$/.test(tag) ? tag : null;
  const modified = headers.get('last-modified');
  const date = parseHTTPDate(headers.get('date') ?? '');
  const time = parseHTTPDate(modified ?? '');
  return date !== null && time !== null && date - time >= STRONG_AGE ? modified : null;
}

/** The rest of a download, or why a response is not that. */
export type Continuation =
  | { readonly kind: 'part'; readonly range: ContentRange }
  /** The server ignores ranges, and sends the same representation from its beginning. */
  | { readonly kind: 'whole' }
  | { readonly kind: 'other'; readonly reason: string };

/** What the response to a request for the rest is, from `offset` of the representation on. */
export function continuationOf(
  { status, headers }: Head,
  { validator, total, end }: Representation,
  offset: number,
): Continuation {
  const coding = headers.get('content-encoding');
  const isCoded = coding !== null && coding.toLowerCase() !== 'identity';
  if (isCoded) return other(`the content is coded now (${coding})`);
  const tag = headers.get('etag');
  const isTagged = validator.startsWith('"');
  if (status === 200) {
    const mark = isTagged ? tag : tag === null ? headers.get('last-modified') : null;
    return mark === validator ? { kind: 'whole' } : other('the representation has changed');
  }
  if (status === 412 || status === 416) return other(`the representation has changed (status ${status})`);
  if (status !== 206) return other(`the server answers with status ${status}`);
  const range = parseContentRange(headers.get('content-range') ?? '');
  if (range === null) return other('the part has no Content-Range of its own');
  if (isTagged && tag !== null && tag !== validator)
    return other('the part belongs to another representation');
  if (range.start !== offset)
    return other(`the part begins at octet ${range.start}, and not at ${offset} as asked`);
  if (total !== null && range.total !== null && range.total !== total)
    return other(`the representation has ${range.total} octets now, and not ${total}`);
  if (end !== null && range.end > end) return other(`the part ends at octet ${range.end}, behind ${end}`);
  return { kind: 'part', range };
}

function other(reason: string): Continuation {
  return { kind: 'other', reason };
}
