import type { ReadableStream } from 'node:stream/web';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { ResponseHead } from './response-head.ts';

/** Statuses with which the platform's Response takes no body (Fetch standard, "null body status"). */
const NULL_BODY = new Set([101, 103, 204, 205, 304]);

type FetchBody = ConstructorParameters<typeof globalThis.Response>[0];

/** Whether the platform's Response takes no body with this status. */
export function hasNullBody(status: number): boolean {
  return NULL_BODY.has(status);
}

/** @throws InvalidArgument for a status that the platform's Response does not take */
export function checkFetchStatus(status: number): void {
  if (status >= 200 && status <= 599) return;
  throw new InvalidArgument(`A web Response cannot have the status ${status}; it must be from 200 to 599.`);
}

/** A platform response with the head of `response` and the given content, `url` and `redirected` included. */
export function toFetchResponse(
  response: ResponseHead,
  body: ReadableStream<Uint8Array> | Uint8Array | null,
): globalThis.Response {
  const { status, statusText, history, context } = response;
  const converted = new globalThis.Response(body as FetchBody, {
    status,
    statusText,
    headers: response.headers.raw,
  });
  // Fetch tells neither the fragment nor anything about rounds of authentication.
  const url = context.request?.parsedURL.href.split('#')[0] ?? '';
  return withOrigin(
    converted,
    url,
    history.some(({ isRedirect }) => isRedirect),
  );
}

/** Sets what the platform lets nobody set from outside, on clones too. */
function withOrigin(response: globalThis.Response, url: string, redirected: boolean): globalThis.Response {
  return Object.defineProperties(response, {
    url: { value: url },
    redirected: { value: redirected },
    clone: { value: () => withOrigin(globalThis.Response.prototype.clone.call(response), url, redirected) },
  });
}
