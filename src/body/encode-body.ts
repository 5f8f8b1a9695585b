import { InvalidArgument } from '../errors/invalid-argument.ts';
import { isBlob } from './blob-body.ts';
import { type ContentInit, encodeContent } from './content.ts';
import { encodeForm, type FormInit } from './form.ts';
import { encodeJSON } from './json.ts';
import { encodeMultipart, type MultipartInit } from './multipart.ts';
import type { RequestBody } from './request-body.ts';

/** The body of a request: at most one of these. `undefined` is not given, `null` is no body. */
export interface BodyOptions {
  /** Octets or text as they are. No Content-Type is added, except that of a `Blob` that has one. */
  readonly content?: ContentInit | null | undefined;
  /** A value to send as JSON. To send the JSON text `null`, pass it as content. */
  readonly json?: unknown;
  /** Fields to send as `application/x-www-form-urlencoded`. */
  readonly form?: FormInit | null | undefined;
  /** Fields and files to send as `multipart/form-data`. */
  readonly multipart?: MultipartInit | null | undefined;
}

type Absent = null | undefined;

/** {@link BodyOptions} of which the compiler lets at most one be given. */
export type ExclusiveBody =
  | {
      readonly content?: ContentInit | Absent;
      readonly json?: Absent;
      readonly form?: Absent;
      readonly multipart?: Absent;
    }
  | {
      readonly content?: Absent;
      readonly json?: unknown;
      readonly form?: Absent;
      readonly multipart?: Absent;
    }
  | {
      readonly content?: Absent;
      readonly json?: Absent;
      readonly form?: FormInit | Absent;
      readonly multipart?: Absent;
    }
  | {
      readonly content?: Absent;
      readonly json?: Absent;
      readonly form?: Absent;
      readonly multipart?: MultipartInit | Absent;
    };

export interface EncodedBody {
  readonly body: RequestBody | null;
  /**
   * The Content-Type that goes with the body, `null` for none. A header of the caller comes before it, except for
   * multipart, where this is that header, completed.
   */
  readonly contentType: string | null;
}

const NO_BODY: EncodedBody = Object.freeze({ body: null, contentType: null });

/**
 * Encodes the body of a request.
 *
 * @param contentType the caller's own Content-Type header; it may carry the boundary of a multipart body
 * @throws InvalidArgument that names both if two kinds of body are given, or says what is wrong with the one; if
 * `canonicalJSON` is on without `json`
 */
export function encodeBody(
  options: BodyOptions & { readonly canonicalJSON?: boolean | undefined },
  contentType: string | null,
): EncodedBody {
  const { content, json, form, multipart, canonicalJSON } = options;
  if (canonicalJSON === true && json === undefined)
    throw new InvalidArgument(
      "'canonicalJSON' says how 'json' is written: pass the value as 'json' with it.",
    );
  if (content != null) {
    if (json != null || form != null || multipart != null) throw collision(options);
    const type = typeof content === 'object' && isBlob(content) ? content.type : '';
    return { body: encodeContent(content), contentType: type === '' ? null : type };
  }
  if (json != null) {
    if (form != null || multipart != null) throw collision(options);
    return encodeJSON(json, { canonical: canonicalJSON });
  }
  if (form != null) {
    if (multipart != null) throw collision(options);
    return encodeForm(form);
  }
  return multipart == null ? NO_BODY : encodeMultipart(multipart, { contentType });
}

function collision(options: BodyOptions): InvalidArgument {
  const given = (['content', 'json', 'form', 'multipart'] as const).filter((name) => options[name] != null);
  const names = `${given.slice(0, -1).join(', ')} and ${given.at(-1)}`;
  return new InvalidArgument(`${names} are given, but a request has one body: pass only one of them`);
}
