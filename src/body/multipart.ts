import { InvalidArgument } from '../errors/invalid-argument.ts';
import { isBlob } from './blob-body.ts';
import { describeValue } from './describe-value.ts';
import { MultipartBuilder } from './multipart-body.ts';
import { multipartType } from './multipart-boundary.ts';
import { encodeFormDataFile, encodePart, type EncodedPart, type MultipartValue } from './multipart-part.ts';
import type { RequestBody } from './request-body.ts';

/**
 * Parts in their order: a `FormData`, pairs, or a record. A list repeats its name. In a record `undefined` leaves a
 * name out.
 */
export type MultipartInit =
  | Iterable<readonly [name: string, value: MultipartValue | readonly MultipartValue[]]>
  | { readonly [name: string]: MultipartValue | readonly MultipartValue[] | undefined };

export interface MultipartOptions {
  /** The caller's own Content-Type header, if there is one. */
  readonly contentType?: string | null | undefined;
}

export interface EncodedMultipart {
  readonly body: RequestBody;
  /** Announces the boundary. It is the caller's own header, unchanged, if that has a boundary already. */
  readonly contentType: string;
}

/**
 * Encodes parts as `multipart/form-data` (RFC 7578), octet for octet as the HTML standard does: always UTF-8; in
 * names and file names only `"`, CR and LF are escaped, as `%22`, `%0D` and `%0A`; line ends in names and in the
 * values of plain fields become CRLF. File contents are never touched.
 *
 * The parts go out in the order given, fields and files mixed. The length is known if that of each part is; the body
 * can be sent again if each part can. If all parts are in memory, so is the body, as a copy: large files are better
 * given as a `Blob` (`fs.openAsBlob`), a stream or a function.
 *
 * @throws InvalidArgument that names the part, or if the caller's Content-Type cannot announce a boundary
 * @see https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
 */
export function encodeMultipart(init: MultipartInit, options?: MultipartOptions): EncodedMultipart {
  const { boundary, contentType } = multipartType(options?.contentType);
  const builder = new MultipartBuilder();
  const delimiter = `--${boundary}\r\n`;
  let count = 0;
  eachPart(init, (name, { head, content, length }) => {
    count++;
    builder.addText(delimiter + head);
    if (typeof content === 'string') builder.addText(content);
    else builder.addContent({ name, body: content, length });
    builder.addText('\r\n');
  });
  builder.addText(`--${boundary}--\r\n`);
  return { body: builder.finish(count), contentType };
}

function eachPart(init: MultipartInit, add: (name: string, part: EncodedPart) => void): void {
  if (typeof init !== 'object' || init === null || ArrayBuffer.isView(init) || isBlob(init)) {
    throw new InvalidArgument(
      `multipart: got ${describeValue(init)}; pass an object, pairs of [name, value] or a FormData`,
    );
  }
  if (!(Symbol.iterator in init)) {
    for (const name of Object.keys(init)) {
      const value = init[name];
      if (value !== undefined) addValues(name, value, add);
    }
    return;
  }
  const isFormData = Object.prototype.toString.call(init) === '[object FormData]';
  let index = 0;
  for (const pair of init) {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new InvalidArgument(
        `multipart: item ${index} is ${describeValue(pair)}, not a pair of [name, value]`,
      );
    }
    const [name, value] = pair as readonly [string, MultipartValue | readonly MultipartValue[]];
    if (typeof name !== 'string') {
      throw new InvalidArgument(
        `multipart: the name of item ${index} must be a string, not ${describeValue(name)}`,
      );
    }
    if (isFormData && typeof value === 'object' && value !== null && isBlob(value)) {
      add(name, encodeFormDataFile(name, value));
    } else {
      addValues(name, value, add);
    }
    index++;
  }
}

function addValues(
  name: string,
  value: MultipartValue | readonly MultipartValue[],
  add: (name: string, part: EncodedPart) => void,
): void {
  if (!isList(value)) {
    add(name, encodePart(name, value));
    return;
  }
  for (const item of value) {
    if (Array.isArray(item)) {
      throw new InvalidArgument(`multipart: part '${name}': a list in a list; pass one list of values`);
    }
    add(name, encodePart(name, item));
  }
}

function isList(value: MultipartValue | readonly MultipartValue[]): value is readonly MultipartValue[] {
  return Array.isArray(value);
}
