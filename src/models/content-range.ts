/** A part of a representation, in octets (RFC 9110 §14.4). */
export interface ContentRange {
  /** Position of the first octet. */
  readonly start: number;
  /** Position of the last octet. */
  readonly end: number;
  /** Octets of the whole, or null if the server does not know. */
  readonly total: number | null;
}

/**
 * Parses a `Content-Range` of octets.
 *
 * @returns null for any other unit, for an unsatisfied range (`bytes * /10` without the space), and for what makes no
 * sense
 */
export function parseContentRange(field: string): ContentRange | null {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(field.trim());
  if (match === null) return null;
  const start = Number(match[1]);
  const end = Number(match[2]);
  const total = match[3] === '*' ? null : Number(match[3]);
  return end < start || (total !== null && end >= total) ? null : { start, end, total };
}
