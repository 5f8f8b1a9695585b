import { connectProxy, type SOCKSProxyOptions, socksProxy } from '../../../fixtures/proxy-scripts.ts';
import { refusedPort } from '../../../fixtures/black-hole.ts';
import { type ScriptedServer, startScriptedServer } from '../../../fixtures/scripted-server.ts';
import { type AuthInit, DigestAuth, type ProxyOptions } from '../../../src/index.ts';
import { contentOf, type CurlCase, fill, type Placeholders } from './case.ts';
import type { Options } from './command.ts';

/** The servers of a case besides the HTTP server: a proxy for CONNECT, a SOCKS proxy, and a port where nobody listens. */
export interface ProxyServers {
  /** Their ports. */
  readonly values: Placeholders;
  /** What the proxy for CONNECT was asked. */
  readonly requests: ScriptedServer['requests'];
  close(): Promise<void>;
}

/** Starts those that a case has. Everything that is asked for leads to the HTTP server. */
export async function startProxies(one: CurlCase, httpPort: number): Promise<ProxyServers> {
  const port = httpPort;
  const { connect } = one.reply;
  const established =
    connect === undefined || typeof connect === 'string' ? undefined : contentOf(connect, {});
  const tunnel = one.servers.includes('http-proxy')
    ? await startScriptedServer(connectProxy({ port, ...(established === undefined ? {} : { established }) }))
    : null;
  const socks = one.servers.includes('socks5')
    ? await startScriptedServer(socksProxy({ port, ...credentialsOf(one) }))
    : null;
  const refused = await refusedPort();
  return {
    requests: tunnel?.requests ?? [],
    values: {
      PROXYPORT: String(tunnel?.port ?? refused.port),
      SOCKSPORT: String(socks?.port ?? refused.port),
      NOLISTENPORT: String(refused.port),
    },
    async close() {
      await tunnel?.close();
      await socks?.close();
      await refused.close();
    },
  };
}

/** What a SOCKS server was told to accept. */
function credentialsOf({ reply }: CurlCase): Pick<SOCKSProxyOptions, 'credentials'> {
  const user = /^user (.*)$/m.exec(reply.servercmd ?? '')?.[1];
  const password = /^password (.*)$/m.exec(reply.servercmd ?? '')?.[1];
  return user === undefined || password === undefined ? {} : { credentials: [user, password] };
}

/** The proxy that a command line names, or null. */
export function proxyOf(
  options: Options,
  values: Placeholders,
  given: string | null = options.get('proxy'),
): ProxyOptions | null {
  if (given === null) return null;
  const filled = fill(given, values);
  const url = filled.includes('://') ? filled : `http://${filled}`;
  if (url.startsWith('socks')) return { url };
  const user = options.get('proxy-user');
  const colon = user?.indexOf(':') ?? -1;
  const bypass = options.get('noproxy');
  const fields = options.all('proxy-header').map((field): [string, string] => {
    const [, name = '', value = ''] = /^([^:]+): *(.*)$/.exec(field) ?? [];
    return [name, value];
  });
  return {
    url,
    ...(user === null ? {} : { auth: proxyAuth(user.slice(0, colon), user.slice(colon + 1), options) }),
    ...(bypass === null ? {} : { bypass }),
    ...(fields.length === 0 ? {} : { headers: fields }),
    tunnel: options.has('proxytunnel'),
    ...(options.has('proxy-insecure') && url.startsWith('https:')
      ? { tls: { rejectUnauthorized: false } }
      : {}),
  };
}

function proxyAuth(username: string, password: string, options: Options): AuthInit {
  return options.has('proxy-digest') ? new DigestAuth(username, password) : [username, password];
}

/** Variables of the environment that a case sets and that are about proxies. */
export function proxyVariables(one: CurlCase, values: Placeholders): Record<string, string> {
  return Object.fromEntries(
    (one.env ?? [])
      .filter((entry) => /^\w*_proxy=/i.test(entry))
      .map((entry) => [
        entry.slice(0, entry.indexOf('=')),
        fill(entry.slice(entry.indexOf('=') + 1), values),
      ]),
  );
}
