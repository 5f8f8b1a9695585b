import { isToken, sameName, trimOWS } from '../../../models/field-syntax.ts';
import type { ParserLimits } from '../../contract.ts';
import { ParseError } from './parse-error.ts';

/** A parsed head, with what its fields say about the framing of the message. */
export interface Head {
  readonly version: '1.0' | '1.1';
  readonly status: number;
  readonly reason: string;
  /** Name, value, name, value, as received; a folded value is joined by single spaces. */
  readonly fields: string[];
  /** Value of Content-Length; -1 if there is none. */
  readonly contentLength: number;
  /** The last transfer coding is `chunked`. */
  readonly isChunked: boolean;
  /** The connection may carry another request, as far as the head says (RFC 9112 §9.3). */
  readonly keepsAlive: boolean;
  /** Seconds of `Keep-Alive: timeout`, or -1. */
  readonly keepAliveSeconds: number;
}

// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const ILLEGAL = /[\0-\x08\v\f\x0e-\x1f\x7f]|\r(?!\n)/;

/**
 * Position of the first control character, or of a CR that does not end a line, or -1: neither may stand in a
 * head, a trailer section or a chunk extension (RFC 9112 §2.2, §5).
 */
export function illegalIndex(text: string): number {
  return ILLEGAL.test(text) ? ILLEGAL.exec(text)!.index : -1;
}

/**
 * Parses a complete head: `text` up to `end`, where the empty line has ended.
 * A line may end in LF alone, which RFC 9112 §2.2 lets a recipient accept and httpx does.
 *
 * @param base position of `text` in the response, for errors
 */
export function parseHead(text: string, end: number, base: number, limits: ParserLimits): Head {
  const lineEnd = text.indexOf('\n');
  if (!text.startsWith('HTTP/1.')) throw badStatusLine(text.slice(0, lineEnd), base);
  const illegal = illegalIndex(text.slice(0, end));
  if (illegal !== -1) {
    const code = text.charCodeAt(illegal).toString(16).toUpperCase().padStart(2, '0');
    throw new ParseError(
      illegal < lineEnd ? 'bad-status-line' : 'bad-field',
      `illegal character 0x${code} in the response head`,
      base + illegal,
    );
  }
  const statusEnd = trimCR(text, 0, lineEnd);
  const status = parseStatus(text, statusEnd);
  if (status === -1) throw badStatusLine(text.slice(0, statusEnd), base);
  const version = text.charCodeAt(7) === 49 ? '1.1' : '1.0';
  const fields = parseFields(text, lineEnd + 1, end, base, limits.maxHeadFields, 'response head');

  let contentLength = -1;
  let isChunked = false;
  let transferCodings: string | null = null;
  let connection = '';
  let keepAliveSeconds = -1;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i]!;
    switch (name.length) {
      case 10:
        if (sameName(name, 'connection')) connection += `,${fields[i + 1]!.toLowerCase()}`;
        else if (sameName(name, 'keep-alive')) keepAliveSeconds = parseKeepAlive(fields[i + 1]!);
        break;
      case 14:
        if (sameName(name, 'content-length'))
          contentLength = parseContentLength(fields[i + 1]!, contentLength, base);
        break;
      case 17:
        if (sameName(name, 'transfer-encoding')) {
          const value = fields[i + 1]!.toLowerCase();
          transferCodings = transferCodings === null ? value : `${transferCodings},${value}`;
        }
        break;
      default:
    }
  }
  if (transferCodings !== null) {
    if (version === '1.0') {
      throw new ParseError(
        'bad-transfer-coding',
        'Transfer-Encoding in an HTTP/1.0 response (RFC 9112 §6.1)',
        base,
      );
    }
    isChunked = parseTransferCodings(transferCodings, base);
  }
  let keepsAlive = version === '1.1';
  if (connection !== '') {
    if (hasMember(connection, 'close')) keepsAlive = false;
    else if (hasMember(connection, 'keep-alive')) keepsAlive = true;
  }
  // A length beside chunked is a smuggling attempt or a broken server; chunked wins, and the connection is
  // not trusted with another message (RFC 9112 §6.1).
  if (isChunked && contentLength !== -1) {
    contentLength = -1;
    keepsAlive = false;
  }
  const reason = text.slice(13, Math.max(13, statusEnd));
  return { version, status, reason, fields, contentLength, isChunked, keepsAlive, keepAliveSeconds };
}

/**
 * Parses field lines from `start` up to the empty line that ends at `end`.
 *
 * @internal
 */
export function parseFields(
  text: string,
  start: number,
  end: number,
  base: number,
  maxFields: number,
  what: string,
): string[] {
  const fields: string[] = [];
  let position = start;
  while (position < end) {
    const newline = text.indexOf('\n', position);
    const lineEnd = trimCR(text, position, newline);
    if (lineEnd === position) break;
    const first = text.charCodeAt(position);
    if (first === 32 || first === 9) {
      // obs-fold (RFC 9112 §5.2): the line continues the value before it.
      if (fields.length === 0) {
        throw new ParseError(
          'bad-field',
          `illegal header line: white space before the first field of the ${what}`,
          base + position,
        );
      }
      const more = trimOWS(text.slice(position, lineEnd));
      const value = fields[fields.length - 1]!;
      fields[fields.length - 1] = value === '' || more === '' ? value + more : `${value} ${more}`;
    } else {
      const colon = text.indexOf(':', position);
      const name = colon === -1 || colon >= lineEnd ? '' : text.slice(position, colon);
      if (!isToken(name)) {
        throw new ParseError(
          'bad-field',
          `illegal header line: no field name before a colon in the ${what}`,
          base + position,
        );
      }
      if (fields.length >= maxFields * 2) {
        throw new ParseError('limit', `more than ${maxFields} fields in the ${what}`, base + position);
      }
      fields.push(name, trimmedSlice(text, colon + 1, lineEnd));
    }
    position = newline + 1;
  }
  return fields;
}

/** Position after the empty line that ends the head, or -1. */
export function endOfHead(text: string): number {
  let newline = text.indexOf('\n');
  while (newline !== -1) {
    const next = text.charCodeAt(newline + 1);
    if (next === 10) return newline + 2;
    if (next === 13 && text.charCodeAt(newline + 2) === 10) return newline + 3;
    newline = text.indexOf('\n', newline + 1);
  }
  return -1;
}

/** Position of the first LF that does not follow a CR, or -1. */
export function bareLineFeed(text: string): number {
  for (let index = text.indexOf('\n'); index !== -1; index = text.indexOf('\n', index + 1)) {
    if (text.charCodeAt(index - 1) !== 13) return index;
  }
  return -1;
}

/** Whether a text can be the start of a status line; tells a server of another protocol early. */
export function looksLikeStatusLine(text: string): boolean {
  return 'HTTP/1.'.startsWith(text.slice(0, 7));
}

/**
 * Of what is no HTTP little is shown, as it may be anything.
 *
 * @param offset position of the line in the response
 */
export function badStatusLine(line: string, offset: number): ParseError {
  const shown = JSON.stringify(line.slice(0, line.startsWith('HTTP/') ? 60 : 16));
  return new ParseError('bad-status-line', `illegal status line: ${shown}`, offset);
}

/** `HTTP/1.x SP 3DIGIT [ SP reason ]` (RFC 9112 §4), of which the first seven were seen; -1 if it is something else. */
function parseStatus(text: string, end: number): number {
  if (end < 12) return -1;
  const minor = text.charCodeAt(7);
  if ((minor !== 48 && minor !== 49) || text.charCodeAt(8) !== 32) return -1;
  if (end > 12 && text.charCodeAt(12) !== 32) return -1;
  let status = 0;
  for (let i = 9; i < 12; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    status = status * 10 + digit;
  }
  return status >= 100 ? status : -1;
}

/** RFC 9110 §8.6: digits; the same number repeated, in a list or in several fields, is one number. */
function parseContentLength(value: string, earlier: number, offset: number): number {
  let length = earlier;
  for (const member of value.includes(',') ? value.split(',') : [value]) {
    const digits = trimOWS(member);
    if (!/^\d{1,16}$/.test(digits) || !Number.isSafeInteger(Number(digits))) {
      throw new ParseError(
        'bad-content-length',
        `bad Content-Length: ${JSON.stringify(value.slice(0, 60))}`,
        offset,
      );
    }
    if (length !== -1 && length !== Number(digits)) {
      throw new ParseError('bad-content-length', 'conflicting Content-Length headers', offset);
    }
    length = Number(digits);
  }
  return length;
}

/**
 * Whether the message is chunked. Codings that were not asked for cannot be undone, so they are refused. `identity`,
 * which RFC 2616 had, is no coding at all; beside others it has no meaning.
 */
function parseTransferCodings(value: string, offset: number): boolean {
  const codings = value
    .split(',')
    .map(trimOWS)
    .filter((coding) => coding !== '');
  if (codings.length === 1 && codings[0] === 'chunked') return true;
  if (codings.length === 1 && codings[0] === 'identity') return false;
  throw new ParseError(
    'bad-transfer-coding',
    `unsupported Transfer-Encoding: ${JSON.stringify(value.slice(0, 60))}`,
    offset,
  );
}

function parseKeepAlive(value: string): number {
  const seconds = /(?:^|[,;\s])timeout\s*=\s*"?(\d{1,9})/i.exec(value)?.[1];
  return seconds === undefined ? -1 : Number(seconds);
}

function hasMember(list: string, member: string): boolean {
  if (!list.includes(member)) return false;
  return list.split(',').some((item) => trimOWS(item) === member);
}

function trimCR(text: string, start: number, newline: number): number {
  return newline > start && text.charCodeAt(newline - 1) === 13 ? newline - 1 : newline;
}

function trimmedSlice(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && (text.charCodeAt(from) === 32 || text.charCodeAt(from) === 9)) from++;
  while (to > from && (text.charCodeAt(to - 1) === 32 || text.charCodeAt(to - 1) === 9)) to--;
  return text.slice(from, to);
}
