import type { ReadableStream } from 'node:stream/web';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { ResponseHead } from './response-head.ts';

/** Statuses with which the platform's Response takes no body (Fetch standard, "null body status"). */
const NULL_BODY = new Set([101, 103, 204, 205, 304]);

/**
 * A platform response with the head of `response` and the given content, `url` and `redirected` included.
 *
 * @throws InvalidArgument for a status outside 200–599, which the platform's Response does not take
 */
export function toFetchResponse(
  response: ResponseHead,
  body: ReadableStream<Uint8Array> | Uint8Array,
): globalThis.Response {
  const { status, statusText, history, context } = response;
  if (status < 200 || status > 599) {
    throw new InvalidArgument(`A web Response cannot have the status ${status}; it must be from 200 to 599.`);
  }
  const converted = new globalThis.Response(
    NULL_BODY.has(status) ? null : (body as ConstructorParameters<typeof globalThis.Response>[0]),
    {
      status,
      statusText,
      headers: response.headers.raw,
    },
  );
  Object.defineProperty(converted, 'url', { value: context.request?.parsedURL.href.split('#')[0] ?? '' });
  Object.defineProperty(converted, 'redirected', { value: history.some(({ isRedirect }) => isRedirect) });
  return converted;
}
