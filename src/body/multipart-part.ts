import { InvalidArgument } from '../errors/invalid-argument.ts';
import { isToken, sameName } from '../models/field-syntax.ts';
import { eachField, Headers, type HeadersInit } from '../models/headers.ts';
import { type BlobLike, isBlob } from './blob-body.ts';
import { type ContentInit, encodeContent } from './content.ts';
import { describeValue } from './describe-value.ts';
import { mimeByExtension } from './mime-by-extension.ts';
import { fileStreamPath, isNodeStream } from './node-stream-body.ts';
import { byteCount, type RequestBody } from './request-body.ts';

/** Value of a plain field. It is written by `String()`; `null` is written as the empty string. */
export type MultipartScalar = string | number | bigint | boolean | null;

/** A part with all its particulars. */
export interface MultipartPart {
  /** Sent as it is: unlike in a plain field, line ends in a string are not touched. */
  readonly content: ContentInit;
  /**
   * Default: the name of a `File`, the base name of the path of a file stream, none for a string, else `upload`.
   * `null` or `''` leaves it out, which makes the part a field.
   */
  readonly filename?: string | null | undefined;
  /**
   * Media type. Default: the type of a `Blob`; else, if there is a file name, the guess by its extension; else none.
   * `null` leaves it out.
   */
  readonly type?: string | null | undefined;
  /** More header fields of the part. A Content-Type among them wins over `type`. */
  readonly headers?: HeadersInit | undefined;
  /** Octets of the content, for a stream whose length only the caller knows. Sending fails if it is not true. */
  readonly length?: number | undefined;
}

/** A field, a file, or a part with its particulars. Bare bytes, blobs and streams are files. */
export type MultipartValue = MultipartScalar | Exclude<ContentInit, string> | MultipartPart;

/** A part ready to be sent. */
export interface EncodedPart {
  /** Header fields with the empty line after them. */
  readonly head: string;
  readonly content: string | RequestBody;
  /** Octets that the content must have, `null` if unknown. */
  readonly length: number | null;
}

const PART_KEYS = new Set(['content', 'filename', 'type', 'headers', 'length']);

/**
 * Encodes one field or file (RFC 7578 §4).
 *
 * @throws InvalidArgument that names the part
 */
export function encodePart(name: string, value: MultipartValue): EncodedPart {
  if (typeof value === 'object' && value !== null) {
    return encodeFile(name, isPart(name, value) ? value : { content: value });
  }
  if (typeof value === 'function') return encodeFile(name, { content: value });
  if (typeof value === 'symbol' || value === undefined) {
    throw problem(
      name,
      `got ${describeValue(value)}; pass text, a number, a boolean, bytes, a Blob or a stream`,
    );
  }
  const text = value === null ? '' : String(value);
  return {
    head: `Content-Disposition: form-data; name="${escapeName(name)}"\r\n\r\n`,
    content: normalizeLineEnds(text),
    length: null,
  };
}

/** Encodes an entry of a `FormData` that is a file: its name is written even if it is empty, as browsers do. */
export function encodeFormDataFile(name: string, file: BlobLike): EncodedPart {
  const filename = fileName(file) ?? '';
  const type = file.type === '' ? mimeByExtension(filename) : file.type;
  return join(name, filename, [], checkType(name, type), encodeContent(file), null);
}

function encodeFile(name: string, part: MultipartPart): EncodedPart {
  const { content } = part;
  const filename = filenameOf(name, part);
  const headers = part.headers == null ? [] : headerLines(name, part.headers);
  let type: string | null = null;
  if (!headers.some(isContentType)) {
    if (part.type === undefined || part.type === '') type = defaultType(content, filename);
    else if (part.type !== null) type = checkType(name, part.type);
  }
  if (typeof content === 'object' && isNodeStream(content) && content.readableEncoding != null) {
    throw problem(
      name,
      `the stream gives text (its encoding is '${content.readableEncoding}') and not the octets of the file; ` +
        'make it without an encoding',
    );
  }
  let body: RequestBody;
  try {
    body = encodeContent(content);
  } catch (error) {
    if (!(error instanceof InvalidArgument)) throw error;
    throw problem(name, error.message, error);
  }
  return join(name, filename, headers, type, body, declaredLength(name, part.length, body));
}

function join(
  name: string,
  filename: string | null,
  headers: readonly string[],
  type: string | null,
  body: RequestBody,
  length: number | null,
): EncodedPart {
  let head = `Content-Disposition: form-data; name="${escapeName(name)}"`;
  if (filename !== null) head += `; filename="${escape(filename)}"`;
  for (const line of headers) head += `\r\n${line}`;
  if (type !== null) head += `\r\nContent-Type: ${type}`;
  return { head: `${head}\r\n\r\n`, content: body, length: length ?? body.length };
}

function isPart(name: string, value: object): value is MultipartPart {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return false;
  if (Symbol.asyncIterator in value || Symbol.iterator in value) return false;
  if (!('content' in value) || value.content == null) {
    throw problem(name, 'got a plain object without content; pass { content, filename, type }, or JSON text');
  }
  for (const key of Object.keys(value)) {
    if (PART_KEYS.has(key)) continue;
    throw problem(name, `has the unknown member '${key}'; known are ${[...PART_KEYS].join(', ')}`);
  }
  return true;
}

function filenameOf(name: string, part: MultipartPart): string | null {
  const { content, filename } = part;
  if (filename === null || filename === '') return null;
  if (typeof filename === 'string') return filename;
  if (filename !== undefined) {
    throw problem(name, `filename is ${describeValue(filename)}; pass a string, or null for none`);
  }
  if (typeof content === 'string') return null;
  return contentName(content) ?? 'upload';
}

function contentName(content: ContentInit): string | null {
  if (typeof content !== 'object') return null;
  if (isBlob(content)) return fileName(content) || null;
  const path = isNodeStream(content) ? fileStreamPath(content) : null;
  return path === null ? null : process.getBuiltinModule('node:path').basename(path);
}

function fileName(blob: BlobLike): string | null {
  return 'name' in blob && typeof blob.name === 'string' ? blob.name : null;
}

function defaultType(content: ContentInit, filename: string | null): string | null {
  if (typeof content === 'object' && isBlob(content) && content.type !== '') return content.type;
  return filename === null ? null : mimeByExtension(filename);
}

function declaredLength(name: string, length: number | undefined, body: RequestBody): number | null {
  if (length === undefined) return null;
  if (!Number.isSafeInteger(length) || length < 0) {
    throw problem(name, `length is ${String(length)}; pass a number of octets`);
  }
  if (body.length !== null && body.length !== length) {
    throw problem(
      name,
      `length is ${length}, but the content has ${byteCount(body.length)}; leave length out`,
    );
  }
  return length;
}

/** `Name: value` of each field. Text goes out as UTF-8, as the names do. */
function headerLines(part: string, init: HeadersInit): string[] {
  const lines: string[] = [];
  eachField(init instanceof Headers ? init.raw : init, (name, value) => {
    if (typeof name !== 'string' || !isToken(name)) {
      throw problem(part, `the header name ${JSON.stringify(name)} is not a token (RFC 9110 §5.6.2)`);
    }
    if (sameName(name, 'content-disposition')) {
      throw problem(part, 'Content-Disposition is made of name and filename; leave it out of headers');
    }
    if (typeof value !== 'string') {
      throw problem(part, `the value of the header '${name}' is ${describeValue(value)}; pass a string`);
    }
    if (hasControl(value)) throw problem(part, `the value of the header '${name}' has a control character`);
    lines.push(`${name}: ${value}`);
  });
  return lines;
}

function isContentType(line: string): boolean {
  return sameName(line.slice(0, line.indexOf(':')), 'content-type');
}

function checkType(name: string, type: string): string {
  if (typeof type !== 'string') {
    throw problem(
      name,
      `type is ${describeValue(type)}; pass a media type such as 'image/png', or null for none`,
    );
  }
  if (hasControl(type)) throw problem(name, 'type has a control character');
  return type;
}

function hasControl(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if ((code < 32 && code !== 9) || code === 127) return true;
  }
  return false;
}

/** A name in its quotes; its line ends are made CRLF first, those of a file name are not. */
function escapeName(name: string): string {
  return escape(normalizeLineEnds(name));
}

function escape(text: string): string {
  if (!/["\r\n]/.test(text)) return text;
  return text.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function normalizeLineEnds(text: string): string {
  return text.includes('\n') || text.includes('\r') ? text.replaceAll(/\r\n?|\n/g, '\r\n') : text;
}

function problem(name: string, message: string, cause?: unknown): InvalidArgument {
  return new InvalidArgument(`multipart: part '${name}': ${message}`, { cause });
}
