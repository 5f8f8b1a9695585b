import { splitOptions } from '../client/split-options.ts';
import type { Response } from '../message/response.ts';
import { SyncClient } from './sync-client.ts';
import type { BodilessSyncRequestOptions, SyncClientOptions, SyncRequestOptions } from './sync-options.ts';
import type { SyncStreamResponse } from './sync-stream-response.ts';

/** Options of a single request: those of the request and those of a client. */
export type SyncOneShotOptions = SyncRequestOptions & Omit<SyncClientOptions, keyof SyncRequestOptions>;

/** Options of a single request without a body. */
export type BodilessSyncOneShotOptions = BodilessSyncRequestOptions &
  Omit<SyncClientOptions, keyof SyncRequestOptions>;

/**
 * Sends one request with a client of its own, which is closed afterwards, a transport that it was given included, and
 * blocks meanwhile. For more than one request make a {@link SyncClient}: it keeps connections and cookies.
 *
 * @throws what {@link SyncClient.request} throws
 *
 * @example
 * ```ts
 * import { MockTransport, Response } from 'ternhttp';
 * import { request } from 'ternhttp/sync';
 *
 * const transport = new MockTransport(() => new Response(200, { text: 'hello' }));
 * const response = request('GET', 'https://example.com/', { transport });
 * console.log(response.text); // 'hello'
 * ```
 */
export function request(method: string, url: URL | string, options: SyncOneShotOptions = {}): Response {
  const { forClient, forRequest } = splitOptions(options);
  const client = new SyncClient(forClient);
  let response: Response;
  try {
    response = client.request(method, url, forRequest);
  } catch (error) {
    closeAfter(client);
    throw error;
  }
  client.close();
  return response;
}

/**
 * Like {@link request}, but returns as soon as the head is there; the client is closed when the content has been read
 * to its end, or given up.
 *
 * @example
 * ```ts
 * import { stream, SyncStreamResponse, type SyncTransport } from 'ternhttp/sync';
 *
 * const transport: SyncTransport = {
 *   handleSync: (request) => new SyncStreamResponse(200, { request, body: ['one\n', 'two\n'] }),
 *   closeSync: () => {},
 * };
 * const response = stream('GET', 'https://example.com/', { transport });
 * for (const line of response.iterLines()) console.log(line); // 'one', then 'two'
 * ```
 */
export function stream(
  method: string,
  url: URL | string,
  options: SyncOneShotOptions = {},
): SyncStreamResponse {
  const { forClient, forRequest } = splitOptions(options);
  const client = new SyncClient(forClient);
  try {
    const response = client.stream(method, url, forRequest);
    response.onceClosed(() => closeAfter(client));
    return response;
  } catch (error) {
    closeAfter(client);
    throw error;
  }
}

/**
 * One GET request: see {@link request}.
 *
 * @example
 * ```ts
 * import { MockTransport, Response } from 'ternhttp';
 * import { get } from 'ternhttp/sync';
 *
 * const transport = new MockTransport(({ method }) => new Response(200, { headers: { 'X-Method': method } }));
 * console.log(get('https://example.com/', { transport }).headers.get('x-method')); // 'GET'
 * ```
 */
export function get(url: URL | string, options?: BodilessSyncOneShotOptions): Response {
  return request('GET', url, options);
}

/**
 * One HEAD request: see {@link request}.
 *
 * @example
 * ```ts
 * import { MockTransport, Response } from 'ternhttp';
 * import { head } from 'ternhttp/sync';
 *
 * const transport = new MockTransport(({ method }) => new Response(200, { headers: { 'X-Method': method } }));
 * console.log(head('https://example.com/', { transport }).headers.get('x-method')); // 'HEAD'
 * ```
 */
export function head(url: URL | string, options?: BodilessSyncOneShotOptions): Response {
  return request('HEAD', url, options);
}

/**
 * One OPTIONS request: see {@link request}.
 *
 * @example
 * ```ts
 * import { MockTransport, Response } from 'ternhttp';
 * import { options } from 'ternhttp/sync';
 *
 * const transport = new MockTransport(({ method }) => new Response(200, { headers: { 'X-Method': method } }));
 * console.log(options('https://example.com/', { transport }).headers.get('x-method')); // 'OPTIONS'
 * ```
 */
export function options(url: URL | string, requestOptions?: BodilessSyncOneShotOptions): Response {
  return request('OPTIONS', url, requestOptions);
}

/**
 * One DELETE request: see {@link request}.
 *
 * @example
 * ```ts
 * import { MockTransport, Response } from 'ternhttp';
 * import { del } from 'ternhttp/sync';
 *
 * const transport = new MockTransport(({ method }) => new Response(200, { headers: { 'X-Method': method } }));
 * console.log(del('https://example.com/', { transport }).headers.get('x-method')); // 'DELETE'
 * ```
 */
export function del(url: URL | string, options?: BodilessSyncOneShotOptions): Response {
  return request('DELETE', url, options);
}

/**
 * One POST request: see {@link request}.
 *
 * @example
 * ```ts
 * import { MockTransport, Response } from 'ternhttp';
 * import { post } from 'ternhttp/sync';
 *
 * const transport = new MockTransport(({ method }) => new Response(200, { headers: { 'X-Method': method } }));
 * console.log(post('https://example.com/', { json: { name: 'tern' }, transport }).headers.get('x-method')); // 'POST'
 * ```
 */
export function post(url: URL | string, options?: SyncOneShotOptions): Response {
  return request('POST', url, options);
}

/**
 * One PUT request: see {@link request}.
 *
 * @example
 * ```ts
 * import { MockTransport, Response } from 'ternhttp';
 * import { put } from 'ternhttp/sync';
 *
 * const transport = new MockTransport(({ method }) => new Response(200, { headers: { 'X-Method': method } }));
 * console.log(put('https://example.com/', { json: { name: 'tern' }, transport }).headers.get('x-method')); // 'PUT'
 * ```
 */
export function put(url: URL | string, options?: SyncOneShotOptions): Response {
  return request('PUT', url, options);
}

/**
 * One PATCH request: see {@link request}.
 *
 * @example
 * ```ts
 * import { MockTransport, Response } from 'ternhttp';
 * import { patch } from 'ternhttp/sync';
 *
 * const transport = new MockTransport(({ method }) => new Response(200, { headers: { 'X-Method': method } }));
 * console.log(patch('https://example.com/', { json: { name: 'tern' }, transport }).headers.get('x-method')); // 'PATCH'
 * ```
 */
export function patch(url: URL | string, options?: SyncOneShotOptions): Response {
  return request('PATCH', url, options);
}

/**
 * One QUERY request: see {@link request}.
 *
 * @example
 * ```ts
 * import { MockTransport, Response } from 'ternhttp';
 * import { query } from 'ternhttp/sync';
 *
 * const transport = new MockTransport(({ method }) => new Response(200, { headers: { 'X-Method': method } }));
 * console.log(query('https://example.com/', { json: { name: 'tern' }, transport }).headers.get('x-method')); // 'QUERY'
 * ```
 */
export function query(url: URL | string, options?: SyncOneShotOptions): Response {
  return request('QUERY', url, options);
}

/** Closes where an error has no caller any more, or would hide the one that matters. */
function closeAfter(client: SyncClient): void {
  try {
    client.close();
  } catch (error) {
    process.emitWarning(error as Error);
  }
}
