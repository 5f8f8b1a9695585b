import type { ParsedURL } from '../models/url.ts';
import { BypassList } from './bypass-list.ts';
import { type ProxyServer, resolveProxy } from './proxy.ts';

/** The proxy for a URL, or null for a direct connection. */
export type ProxyChoice = (url: ParsedURL) => ProxyServer | null;

/** Variables of the environment, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY say; null if they name no proxy. Names count in any case; the one
 * in lower case wins, and if it is empty it hides the others. A value without a scheme is an `http://` proxy.
 *
 * Under CGI, known by REQUEST_METHOD, HTTP_PROXY may be a header field `Proxy` of somebody's request, so only `http_proxy`
 * counts there.
 *
 * @throws InvalidArgument for a value that is no proxy, or one of a kind that is not supported
 */
export function environmentProxies(env: Environment): ProxyChoice | null {
  const bypass = new BypassList(valueOf('no_proxy', env), null);
  const http = proxyOf('http_proxy', env);
  const https = proxyOf('https_proxy', env);
  const all = proxyOf('all_proxy', env);
  if (http === null && https === null && all === null) return null;
  return (url) => {
    const { scheme } = url;
    const server = (scheme === 'https' ? https : scheme === 'http' ? http : null) ?? all;
    return server === null || bypass.has(url) ? null : server;
  };
}

function proxyOf(name: string, env: Environment): ProxyServer | null {
  const value = valueOf(name, env);
  if (value === '') return null;
  return resolveProxy(value.includes('://') ? value : `http://${value}`, name.toUpperCase());
}

function valueOf(name: string, env: Environment): string {
  const own = env[name];
  if (own !== undefined) return own.trim();
  if (name === 'http_proxy' && env['REQUEST_METHOD'] !== undefined) return '';
  const other = Object.keys(env).find((key) => key.toLowerCase() === name && env[key] !== '');
  return other === undefined ? '' : env[other]!.trim();
}
