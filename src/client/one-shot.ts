import type { Response } from '../message/response.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { Client } from './client.ts';
import { splitOptions } from './split-options.ts';
import type { BodilessRequestOptions, ClientOptions, RequestOptions } from './options.ts';

/** Options of a single request: those of the request and those of a client. */
export type OneShotOptions = RequestOptions & Omit<ClientOptions, keyof RequestOptions>;

/** Options of a single request without a body. */
export type BodilessOneShotOptions = BodilessRequestOptions & Omit<ClientOptions, keyof RequestOptions>;

/**
 * Sends one request with a client of its own, which is closed afterwards, a transport that it was given included.
 * For more than one request make a {@link Client}: it keeps connections and cookies.
 *
 * @throws what {@link Client.request} throws
 *
 * @example
 * ```ts
 * import { MockTransport, request, Response } from 'ternhttp';
 *
 * const transport = new MockTransport(() => new Response(200, { text: 'hello' }));
 * const response = await request('GET', 'https://example.com/', { transport });
 * console.log(response.text); // 'hello'
 * ```
 */
export async function request(
  method: string,
  url: URL | string,
  options: OneShotOptions = {},
): Promise<Response> {
  const { forClient, forRequest } = splitOptions(options);
  const client = new Client(forClient);
  let response: Response;
  try {
    response = await client.request(method, url, forRequest);
  } catch (error) {
    await closeAfter(client);
    throw error;
  }
  await client.close();
  return response;
}

/**
 * Like {@link request}, but returns as soon as the head is there; the client is closed when the content has been read
 * to its end, or given up.
 *
 * @example
 * ```ts
 * import { MockTransport, stream, StreamResponse } from 'ternhttp';
 *
 * const transport = new MockTransport(() => new StreamResponse(200, { body: ['one\n', 'two\n'] }));
 * const response = await stream('GET', 'https://example.com/', { transport });
 * for await (const line of response.iterLines()) console.log(line); // 'one', then 'two'
 * ```
 */
export async function stream(
  method: string,
  url: URL | string,
  options: OneShotOptions = {},
): Promise<StreamResponse> {
  const { forClient, forRequest } = splitOptions(options);
  const client = new Client(forClient);
  try {
    const response = await client.stream(method, url, forRequest);
    response.onceClosed(() => void closeAfter(client));
    return response;
  } catch (error) {
    await closeAfter(client);
    throw error;
  }
}

/**
 * One GET request: see {@link request}.
 *
 * @example
 * ```ts
 * import { get, MockTransport, Response } from 'ternhttp';
 *
 * const transport = new MockTransport(({ method }) => new Response(200, { headers: { 'X-Method': method } }));
 * const response = await get('https://example.com/', { transport });
 * console.log(response.headers.get('x-method')); // 'GET'
 * ```
 */
export function get(url: URL | string, options?: BodilessOneShotOptions): Promise<Response> {
  return request('GET', url, options);
}

/**
 * One HEAD request: see {@link request}.
 *
 * @example
 * ```ts
 * import { head, MockTransport, Response } from 'ternhttp';
 *
 * const transport = new MockTransport(({ method }) => new Response(200, { headers: { 'X-Method': method } }));
 * const response = await head('https://example.com/', { transport });
 * console.log(response.headers.get('x-method')); // 'HEAD'
 * ```
 */
export function head(url: URL | string, options?: BodilessOneShotOptions): Promise<Response> {
  return request('HEAD', url, options);
}

/**
 * One OPTIONS request: see {@link request}.
 *
 * @example
 * ```ts
 * import { options, MockTransport, Response } from 'ternhttp';
 *
 * const transport = new MockTransport(({ method }) => new Response(200, { headers: { 'X-Method': method } }));
 * const response = await options('https://example.com/', { transport });
 * console.log(response.headers.get('x-method')); // 'OPTIONS'
 * ```
 */
export function options(url: URL | string, requestOptions?: BodilessOneShotOptions): Promise<Response> {
  return request('OPTIONS', url, requestOptions);
}

/**
 * One DELETE request: see {@link request}.
 *
 * @example
 * ```ts
 * import { del, MockTransport, Response } from 'ternhttp';
 *
 * const transport = new MockTransport(({ method }) => new Response(200, { headers: { 'X-Method': method } }));
 * const response = await del('https://example.com/', { transport });
 * console.log(response.headers.get('x-method')); // 'DELETE'
 * ```
 */
export function del(url: URL | string, options?: BodilessOneShotOptions): Promise<Response> {
  return request('DELETE', url, options);
}

/**
 * One POST request: see {@link request}.
 *
 * @example
 * ```ts
 * import { post, MockTransport, Response } from 'ternhttp';
 *
 * const transport = new MockTransport(({ method }) => new Response(200, { headers: { 'X-Method': method } }));
 * const response = await post('https://example.com/', { json: { name: 'tern' }, transport });
 * console.log(response.headers.get('x-method')); // 'POST'
 * ```
 */
export function post(url: URL | string, options?: OneShotOptions): Promise<Response> {
  return request('POST', url, options);
}

/**
 * One PUT request: see {@link request}.
 *
 * @example
 * ```ts
 * import { put, MockTransport, Response } from 'ternhttp';
 *
 * const transport = new MockTransport(({ method }) => new Response(200, { headers: { 'X-Method': method } }));
 * const response = await put('https://example.com/', { json: { name: 'tern' }, transport });
 * console.log(response.headers.get('x-method')); // 'PUT'
 * ```
 */
export function put(url: URL | string, options?: OneShotOptions): Promise<Response> {
  return request('PUT', url, options);
}

/**
 * One PATCH request: see {@link request}.
 *
 * @example
 * ```ts
 * import { patch, MockTransport, Response } from 'ternhttp';
 *
 * const transport = new MockTransport(({ method }) => new Response(200, { headers: { 'X-Method': method } }));
 * const response = await patch('https://example.com/', { json: { name: 'tern' }, transport });
 * console.log(response.headers.get('x-method')); // 'PATCH'
 * ```
 */
export function patch(url: URL | string, options?: OneShotOptions): Promise<Response> {
  return request('PATCH', url, options);
}

/**
 * One QUERY request: see {@link request}.
 *
 * @example
 * ```ts
 * import { query, MockTransport, Response } from 'ternhttp';
 *
 * const transport = new MockTransport(({ method }) => new Response(200, { headers: { 'X-Method': method } }));
 * const response = await query('https://example.com/', { json: { name: 'tern' }, transport });
 * console.log(response.headers.get('x-method')); // 'QUERY'
 * ```
 */
export function query(url: URL | string, options?: OneShotOptions): Promise<Response> {
  return request('QUERY', url, options);
}

/** Closes where an error has no caller any more, or would hide the one that matters. */
async function closeAfter(client: Client): Promise<void> {
  try {
    await client.close();
  } catch (error) {
    process.emitWarning(error as Error);
  }
}
