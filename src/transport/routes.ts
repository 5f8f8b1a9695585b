import type { ProxyRoute, Route } from '../backends/contract.ts';
import { UnsupportedProtocol } from '../errors/unsupported-protocol.ts';
import type { Request } from '../message/request.ts';
import { sameName } from '../models/field-syntax.ts';
import type { ProxyChoice } from './environment-proxies.ts';
import { authorityOf } from './outgoing.ts';
import { negotiateTunnel } from './proxy-auth.ts';
import { type ProxyInit, type ProxyServer, resolveProxy } from './proxy.ts';

/** A way that requests take, and the proxy on it as its options describe it. */
export interface ChosenRoute {
  readonly route: Route;
  readonly server: ProxyServer | null;
}

/** A crawler meets origins without end; routes are cheap to make again. */
const MAX_ROUTES = 1024;

/** The ways to origins, directly and through proxies. */
export class Routes {
  readonly #routes = new Map<string, ChosenRoute>();
  readonly #choose: ProxyChoice | null;
  readonly #tunnelsAll: boolean;

  /**
   * @param choose the proxy for a request that does not name its own; null for none
   * @param tunnelsAll what is spoken to origins is nothing that a proxy could read: HTTP/2 without TLS
   */
  constructor(choose: ProxyChoice | null, tunnelsAll = false) {
    this.#choose = choose;
    this.#tunnelsAll = tunnelsAll;
  }

  /**
   * @param own the proxy of the request: null for none, undefined for that of the transport
   * @throws UnsupportedProtocol if the URL is not one of http or https
   * @throws InvalidArgument if `own` is no proxy
   */
  find(request: Request, own: ProxyInit | null | undefined): ChosenRoute {
    const { origin } = request.parsedURL;
    const { sniHostname } = request.extensions;
    const base = sniHostname === undefined ? origin : `${origin} ${sniHostname}`;
    let key = base;
    let named: ProxyServer | null = null;
    if (own !== undefined || this.#choose !== null) {
      if (own != null) named = resolveProxy(own);
      if (own !== undefined) key += own === null ? ' directly' : ` #${named!.id}`;
      if (asksUpgrade(request)) key += ' upgrade';
    }
    let chosen = this.#routes.get(key);
    if (chosen === undefined) {
      chosen = this.#make(request, base, own === undefined ? undefined : named);
      if (this.#routes.size >= MAX_ROUTES) this.#routes.clear();
      this.#routes.set(key, chosen);
    }
    return chosen;
  }

  #make(request: Request, base: string, named: ProxyServer | null | undefined): ChosenRoute {
    const { parsedURL, extensions } = request;
    const { scheme, hostname, port } = parsedURL;
    if (scheme !== 'http' && scheme !== 'https') {
      throw new UnsupportedProtocol({
        reason: `the URL has an unsupported protocol '${scheme}://'`,
        request,
      });
    }
    const wanted = named === undefined ? (this.#choose?.(parsedURL) ?? null) : named;
    const server = wanted?.bypass?.has(parsedURL) === true ? null : wanted;
    const secure = scheme === 'https';
    const direct = {
      key: base,
      secure,
      hostname,
      port,
      servername: extensions.sniHostname ?? null,
      proxy: null,
    };
    if (server === null) return { route: direct, server };
    // A proxy that reads requests keeps Upgrade to itself (RFC 9110 §7.8).
    const isTunnel = secure || this.#tunnelsAll || server.tunnelsAll || asksUpgrade(request);
    return {
      server,
      route: {
        ...direct,
        key: `${base} via ${server.url} #${server.id}${isTunnel && !secure ? ' tunnel' : ''}`,
        proxy: proxyRoute(server, isTunnel, authorityOf(direct)),
      },
    };
  }
}

function proxyRoute(server: ProxyServer, isTunnel: boolean, target: string): ProxyRoute {
  const { scheme, hostname, port, url, tls, auth, credentials } = server;
  const fields = isTunnel ? connectFields(target, server.fields) : server.fields;
  return {
    scheme,
    hostname,
    port,
    url,
    tls,
    isTunnel,
    target,
    fields,
    credentials,
    negotiate: isTunnel && auth !== null ? () => negotiateTunnel(auth, server, target, fields) : null,
  };
}

/** The fields of a CONNECT: those that the options name take the place of others. */
function connectFields(target: string, given: readonly string[]): string[] {
  const fields: string[] = [];
  for (const [name, value] of [
    ['Host', target],
    ['Accept', '*/*'],
  ] as const) {
    if (!given.some((text, index) => index % 2 === 0 && sameName(text, name))) fields.push(name, value);
  }
  return [...fields, ...given];
}

function asksUpgrade({ fields }: Request): boolean {
  for (let i = 0; i < fields.length; i += 2) if (sameName(fields[i]!, 'upgrade')) return true;
  return false;
}
