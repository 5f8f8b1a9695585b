import { InvalidArgument } from '../errors/invalid-argument.ts';
import { type ParamsInit, QueryParams } from '../models/query-params.ts';
import { describeValue } from './describe-value.ts';
import { bytesBody, type RequestBody } from './request-body.ts';
import { utf8 } from './utf8.ts';

/**
 * Fields of a form, in their order: a record whose arrays repeat their name, pairs, `URLSearchParams` or
 * `QueryParams`. Numbers and booleans are written as `String()` does, `null` as the empty string.
 */
export type FormInit = Exclude<ParamsInit, string | Uint8Array>;

export interface EncodedForm {
  readonly body: RequestBody;
  readonly contentType: 'application/x-www-form-urlencoded';
}

/**
 * Encodes fields as `application/x-www-form-urlencoded`, exactly as `URLSearchParams` does. Without fields the body
 * has no octets.
 *
 * @throws InvalidArgument that names the field whose value is not of the listed types, such as bytes
 * @see https://url.spec.whatwg.org/#application/x-www-form-urlencoded
 */
export function encodeForm(form: FormInit): EncodedForm {
  return {
    body: bytesBody(utf8(fieldsOf(form).toString())),
    contentType: 'application/x-www-form-urlencoded',
  };
}

function fieldsOf(form: FormInit): QueryParams {
  if (typeof form !== 'object' || form === null || ArrayBuffer.isView(form)) {
    throw new InvalidArgument(
      `form: got ${describeValue(form)}; pass an object or pairs, or send encoded text as content ` +
        'with the header Content-Type: application/x-www-form-urlencoded',
    );
  }
  try {
    return QueryParams.from(form);
  } catch (error) {
    if (!(error instanceof InvalidArgument)) throw error;
    throw new InvalidArgument(`form: ${error.message}`, { cause: error });
  }
}
