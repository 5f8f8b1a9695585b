import { decodeExtendedValue, decodeOctets, percentDecode, splitExtendedValue } from './extended-value.ts';
import { unquote } from './field-list.ts';
import { isToken, trimOWS } from './field-syntax.ts';

/** A semicolon, a name, an equals sign, and a quoted string or what may be a token; white space may be a folded line. */
const PARAMETER = /;[ \t\r\n]*([^\s=;"]+)[ \t\r\n]*=[ \t\r\n]*("(?:[^"\\]|\\.)*"|[^\s;"]+)[ \t\r\n]*/sy;

/** A `Content-Disposition` field (RFC 6266). */
export interface ContentDisposition {
  /** In lower case: `inline`, `attachment`, `form-data` or another, which is to be taken for `attachment`. */
  readonly type: string;
  /**
   * The name as the sender gave it, `filename*` before `filename`. It may be a path or worse: use
   * {@link suggestedFilename} before you save anything under it.
   */
  readonly filename?: string;
  /** By name in lower case, values decoded; `name*` and `name*0`, `name*1` … stand under `name`. */
  readonly parameters: ReadonlyMap<string, string>;
}

/**
 * Parses a `Content-Disposition` field (RFC 6266 §4) with its extended values (RFC 8187) and the continuations of
 * RFC 2231 that mail software sends. An extended value that cannot be decoded is ignored.
 *
 * @returns `null` if the field does not match the grammar: no filename can be trusted then
 *
 * @example
 * ```ts
 * import { parseContentDisposition } from 'ternhttp';
 *
 * const disposition = parseContentDisposition(`attachment; filename="na_ve.txt"; filename*=UTF-8''na%C3%AFve.txt`);
 * console.log(disposition?.type, disposition?.filename); // 'attachment' 'naïve.txt'
 * ```
 */
export function parseContentDisposition(value: string): ContentDisposition | null {
  const parsed = parseParameterized(value);
  if (parsed === null || !isToken(parsed.value)) return null;
  const filename = parsed.parameters.get('filename');
  return {
    type: parsed.value,
    parameters: parsed.parameters,
    ...(filename === undefined ? {} : { filename }),
  };
}

/**
 * A name under which a download can be saved: that of the `Content-Disposition`, else the last segment of the URL's
 * path. It has no directory, no control or bidirectional formatting character, none of `<>:"|?*`, does not end in a dot
 * or space, is not a device of Windows, and is at most 255 bytes long in UTF-8.
 *
 * @param disposition the field's value, or what {@link parseContentDisposition} made of it
 * @param url the URL of the response
 * @returns `undefined` if neither gives a name
 *
 * @example
 * ```ts
 * import { suggestedFilename } from 'ternhttp';
 *
 * console.log(suggestedFilename('attachment; filename="../../etc/passwd"')); // 'passwd'
 * console.log(suggestedFilename(null, 'https://example.com/files/report%20v2.pdf?dl=1')); // 'report v2.pdf'
 * ```
 */
export function suggestedFilename(
  disposition: string | ContentDisposition | null | undefined,
  url?: string,
): string | undefined {
  const parsed = typeof disposition === 'string' ? parseContentDisposition(disposition) : disposition;
  return safeName(parsed?.filename ?? '') ?? safeName(url === undefined ? '' : lastSegment(url));
}

/**
 * Parses `token [ "/" token ] *( ";" name "=" ( token / quoted-string ) )` without leniency but for white space and a
 * last semicolon. A repeated name makes the field invalid.
 *
 * @internal
 */
export function parseParameterized(
  text: string,
): { readonly value: string; readonly parameters: ReadonlyMap<string, string> } | null {
  const semicolon = text.indexOf(';');
  const value = trimOWS(semicolon === -1 ? text : text.slice(0, semicolon));
  const slash = value.indexOf('/');
  if (!(slash === -1 ? isToken(value) : isToken(value.slice(0, slash)) && isToken(value.slice(slash + 1))))
    return null;
  const written = new Map<string, string>();
  const end = text.trimEnd().length;
  let position = semicolon === -1 ? end : semicolon;
  while (position < end && !(position === end - 1 && text[position] === ';')) {
    PARAMETER.lastIndex = position;
    const match = PARAMETER.exec(text);
    if (match === null) return null;
    const name = match[1]!;
    const raw = match[2]!;
    const isValid = raw.startsWith('"') ? !hasControl(raw) : isToken(raw);
    if (!isValid || !isToken(name) || written.has(name.toLowerCase())) return null;
    written.set(name.toLowerCase(), unquote(raw));
    position = PARAMETER.lastIndex;
  }
  return { value: value.toLowerCase(), parameters: joinParameters(written) };
}

/** A quoted string may have no control character but the tab. */
function hasControl(quoted: string): boolean {
  for (let position = 0; position < quoted.length; position++) {
    const code = quoted.charCodeAt(position);
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return true;
  }
  return false;
}

/** Resolves `name*` and `name*0`, `name*1*` …, which win over a plain `name`. */
function joinParameters(written: ReadonlyMap<string, string>): Map<string, string> {
  const parameters = new Map<string, string>();
  const extended = new Set<string>();
  for (const [name, value] of written) {
    const star = name.indexOf('*');
    if (star === -1) parameters.set(name, value);
    else if (star > 0) extended.add(name.slice(0, star));
  }
  for (const name of extended) {
    const single = written.get(`${name}*`);
    const value = single === undefined ? joinContinuations(name, written) : decodeExtendedValue(single);
    if (value !== undefined) parameters.set(name, value);
  }
  return parameters;
}

/** RFC 2231 §3 and §4.1: the first part names the charset, each part is encoded or not, and a gap ends the value. */
function joinContinuations(name: string, written: ReadonlyMap<string, string>): string | undefined {
  const octets: number[] = [];
  let charset = 'utf-8';
  let index = 0;
  for (; ; index++) {
    const plain = written.get(`${name}*${index}`);
    if (plain !== undefined) {
      for (const octet of Buffer.from(plain)) octets.push(octet);
      continue;
    }
    let encoded = written.get(`${name}*${index}*`);
    if (encoded === undefined) break;
    if (index === 0) {
      const parts = splitExtendedValue(encoded);
      if (parts === undefined) return undefined;
      ({ charset, encoded } = parts);
    }
    if (!percentDecode(encoded, octets)) return undefined;
  }
  return index === 0 ? undefined : decodeOctets(charset, octets);
}

function lastSegment(url: string): string {
  const base = 'http://localhost';
  if (!URL.canParse(url, base)) return '';
  const { pathname } = new URL(url, base);
  const octets: number[] = [];
  const segment = pathname.slice(pathname.lastIndexOf('/') + 1);
  return (percentDecode(segment, octets) ? decodeOctets('utf-8', octets) : undefined) ?? segment;
}

function safeName(filename: string): string | undefined {
  const base = filename
    .slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1)
    // Directional marks and overrides make `gpj.exe` look like `exe.jpg`.
    .replaceAll(/[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/gu, '')
    .replaceAll(/[<>:"|?*]/g, '_');
  const name = trimDotsAtEnd(base.trim());
  if (name === '') return undefined;
  const isDevice = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i.test(name);
  return trimDotsAtEnd(shorten(isDevice ? `_${name}` : name));
}

function trimDotsAtEnd(name: string): string {
  let end = name.length;
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end--;
  return name.slice(0, end);
}

/** The common file systems take 255 bytes; the end with the extension is kept, up to 32 characters of it. */
function shorten(name: string): string {
  if (Buffer.byteLength(name) <= 255) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot > 0 && name.length - dot <= 32 ? name.slice(dot) : '';
  let room = 255 - Buffer.byteLength(extension);
  let stem = '';
  for (const character of name.slice(0, name.length - extension.length)) {
    room -= Buffer.byteLength(character);
    if (room < 0) break;
    stem += character;
  }
  return stem + extension;
}
