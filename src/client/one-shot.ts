import type { Response } from '../message/response.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { Client } from './client.ts';
import { REQUEST_OPTIONS } from './config.ts';
import type { BodilessRequestOptions, ClientOptions, RequestOptions } from './options.ts';

/** Options of a single request: those of the request and those of a client. */
export type OneShotOptions = RequestOptions & Omit<ClientOptions, keyof RequestOptions>;

/** Options of a single request without a body. */
export type BodilessOneShotOptions = BodilessRequestOptions & Omit<ClientOptions, keyof RequestOptions>;

/**
 * Sends one request with a client of its own, which is closed afterwards. For more than one request make a
 * {@link Client}: it keeps connections and cookies.
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
  const { client, requestOptions } = prepare(options);
  try {
    return await client.request(method, url, requestOptions);
  } finally {
    await client.close();
  }
}

/** Like {@link request}, but returns as soon as the head is there; the client is closed when the content has ended. */
export async function stream(
  method: string,
  url: URL | string,
  options: OneShotOptions = {},
): Promise<StreamResponse> {
  const { client, requestOptions } = prepare(options);
  try {
    const response = await client.stream(method, url, requestOptions);
    response.onceClosed(() => void client.close());
    return response;
  } catch (error) {
    await client.close();
    throw error;
  }
}

/** One GET request: see {@link request}. */
export function get(url: URL | string, options?: BodilessOneShotOptions): Promise<Response> {
  return request('GET', url, options);
}

/** One HEAD request: see {@link request}. */
export function head(url: URL | string, options?: BodilessOneShotOptions): Promise<Response> {
  return request('HEAD', url, options);
}

/** One OPTIONS request: see {@link request}. */
export function options(url: URL | string, requestOptions?: BodilessOneShotOptions): Promise<Response> {
  return request('OPTIONS', url, requestOptions);
}

/** One DELETE request: see {@link request}. */
export function del(url: URL | string, options?: BodilessOneShotOptions): Promise<Response> {
  return request('DELETE', url, options);
}

/** One POST request: see {@link request}. */
export function post(url: URL | string, options?: OneShotOptions): Promise<Response> {
  return request('POST', url, options);
}

/** One PUT request: see {@link request}. */
export function put(url: URL | string, options?: OneShotOptions): Promise<Response> {
  return request('PUT', url, options);
}

/** One PATCH request: see {@link request}. */
export function patch(url: URL | string, options?: OneShotOptions): Promise<Response> {
  return request('PATCH', url, options);
}

/** One QUERY request: see {@link request}. */
export function query(url: URL | string, options?: OneShotOptions): Promise<Response> {
  return request('QUERY', url, options);
}

/** What the request can take it gets, so that its rules apply; the rest makes the client. */
function prepare(options: OneShotOptions): { client: Client; requestOptions: RequestOptions } {
  const forRequest: Record<string, unknown> = {};
  const forClient: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(options)) {
    (REQUEST_OPTIONS.request.has(name) ? forRequest : forClient)[name] = value;
  }
  return { client: new Client(forClient), requestOptions: forRequest };
}
