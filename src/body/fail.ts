import { DecodingError } from '../errors/decoding-error.ts';

/** What can be wrong with the content of a message. */
export type FailCode =
  | 'ERR_CONTENT_CODING'
  | 'ERR_CONTENT_CODING_UNSUPPORTED'
  | 'ERR_CONTENT_LIMIT'
  | 'ERR_INVALID_CHARSET'
  | 'ERR_INVALID_JSON';

/**
 * Makes the error for content that cannot be used. The functions of this room know octets only; who calls them
 * knows the request and attaches it here.
 *
 * @param reason what is wrong, without a trailing full stop and without any of the content
 */
export type Fail = (reason: string, code: FailCode, cause?: unknown) => Error;

/** The {@link Fail} of content that belongs to no request. */
export function failWithoutRequest(reason: string, code: FailCode, cause?: unknown): Error {
  return new DecodingError({ reason, code, cause });
}
