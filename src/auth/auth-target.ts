/**
 * Whom a flow speaks to: the server of the request, or a proxy on the way (RFC 9110 §11.6, §11.7). A flow that reads and
 * writes the fields that are named here works for both.
 *
 * @example
 * ```ts
 * import { type Auth, Client, MockTransport, Response } from 'ternhttp';
 *
 * const token: Auth = {
 *   *flow(request, target) {
 *     yield request.with({ headers: { [target?.credentialsField ?? 'Authorization']: 'Token 1' } });
 *   },
 * };
 * const transport = new MockTransport((request) => new Response(200, { content: request.headers.get('authorization')! }));
 * console.log((await new Client({ transport, auth: token }).get('https://a.test/')).text); // 'Token 1'
 * ```
 */
export interface AuthTarget {
  readonly kind: 'origin' | 'proxy';
  /** The status by which it asks for credentials. */
  readonly status: 401 | 407;
  readonly challengeField: 'Proxy-Authenticate' | 'WWW-Authenticate';
  readonly credentialsField: 'Authorization' | 'Proxy-Authorization';
  readonly infoField: 'Authentication-Info' | 'Proxy-Authentication-Info';
  /** Where the proxy is: scheme, host, port; null for the server, which the request names. */
  readonly proxy: string | null;
}

/** The server that the URL of a request names. */
export const ORIGIN_TARGET: AuthTarget = Object.freeze({
  kind: 'origin',
  status: 401,
  challengeField: 'WWW-Authenticate',
  credentialsField: 'Authorization',
  infoField: 'Authentication-Info',
  proxy: null,
});

/**
 * The target for a flow that speaks to a proxy. Its requests are those that the proxy gets: with the method CONNECT, or
 * the request that it passes on.
 *
 * @param proxy scheme, host and port: what the credentials belong to
 */
export function proxyTarget(proxy: string): AuthTarget {
  return {
    kind: 'proxy',
    status: 407,
    challengeField: 'Proxy-Authenticate',
    credentialsField: 'Proxy-Authorization',
    infoField: 'Proxy-Authentication-Info',
    proxy,
  };
}
