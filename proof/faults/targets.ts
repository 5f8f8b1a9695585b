import { once } from 'node:events';
import {
  createCertificateAuthority,
  EXPIRED,
  type IssueOptions,
  NOT_YET_VALID,
} from '../../fixtures/certificates.ts';
import type { ClientOptions } from '../../src/index.ts';
import { startSource } from '../../src/sync/start-worker.ts';
import { UPLOAD } from './content.ts';
import { ALERT_LENGTH, type Step } from './progress.ts';
import type { RelayPlan } from './relay.ts';
import type { ServerName, ServersReady, ServersSetup } from './servers.ts';
import { Switchboard } from './switchboard.ts';

/** A way to a server, with a relay in the middle that can go wrong. */
export interface Target {
  readonly name: string;
  readonly board: Switchboard;
  readonly url: string;
  readonly options: ClientOptions;
  /** A wrong octet cannot be noticed by the protocol, so that the content may be another. */
  readonly isPlain: boolean;
  readonly isTLS12: boolean;
  readonly isHTTP2: boolean;
  /** TLS within TLS: what a client sends cannot be read by the relay. */
  readonly isNested: boolean;
  /** Sent as a POST; null for a GET. */
  readonly content: string | null;
  /** Another target has the same handshake, or dialogue with a proxy, at each octet of which something goes wrong. */
  readonly hasKnownWay: boolean;
}

/** Servers that must be refused for their certificates. */
export interface BadPlace {
  readonly name: string;
  /** What OpenSSL says about it, and what rustls does where it cannot tell as much. */
  readonly codes: readonly string[];
  readonly ports: { readonly h1: number; readonly h2: number; readonly proxy: number };
}

export interface Places {
  /** So many times all targets, each with a relay of its own: one has one fault at a time. */
  readonly targets: readonly (readonly Target[])[];
  readonly bad: readonly BadPlace[];
  readonly ports: Readonly<Record<string, number>>;
  /** Trusts the authority of the servers. */
  readonly tls: { readonly ca: string };
  close(): Promise<void>;
}

interface Plan {
  readonly name: string;
  readonly server: ServerName;
  readonly path?: string;
  /** Behind the proxy that `server` is. */
  readonly origin?: ServerName;
  readonly http2?: 'alpn' | 'known';
  readonly content?: string;
  readonly maxVersion?: 'TLSv1.2';
  /** See {@link Target.hasKnownWay}. */
  readonly hasKnownWay?: boolean;
}

const PLANS: readonly Plan[] = [
  { name: 'h1 length', server: 'plain', path: '/length' },
  { name: 'h1 chunked', server: 'plain', path: '/chunked' },
  { name: 'h1 gzip', server: 'plain', path: '/gzip' },
  { name: 'h1 upload', server: 'plain', path: '/upload', content: UPLOAD },
  { name: 'h1 TLS 1.3', server: 'secure', path: '/chunked' },
  { name: 'h1 TLS 1.2', server: 'secure12', path: '/chunked', maxVersion: 'TLSv1.2' },
  { name: 'h2', server: 'http2', path: '/length', http2: 'known' },
  { name: 'h2 upload', server: 'http2', path: '/upload', http2: 'known', content: UPLOAD },
  { name: 'h2 TLS', server: 'secureHTTP2', path: '/length', http2: 'alpn', hasKnownWay: true },
  { name: 'forward proxy', server: 'proxy', origin: 'plain', path: '/length' },
  { name: 'tunnel', server: 'proxy', origin: 'secure', path: '/chunked' },
  {
    name: 'tunnel h2',
    server: 'proxy',
    origin: 'secureHTTP2',
    path: '/length',
    http2: 'alpn',
    hasKnownWay: true,
  },
  { name: 'tunnel TLS proxy', server: 'secureProxy', origin: 'secure', path: '/chunked' },
  { name: 'tunnel SOCKS', server: 'socks', origin: 'plain', path: '/length' },
];

const BAD: readonly {
  readonly name: string;
  readonly codes: readonly string[];
  readonly issue: Partial<IssueOptions> | null;
}[] = [
  { name: 'expired', codes: ['CERT_HAS_EXPIRED'], issue: EXPIRED },
  { name: 'not yet valid', codes: ['CERT_NOT_YET_VALID'], issue: NOT_YET_VALID },
  {
    name: 'wrong name',
    codes: ['ERR_TLS_CERT_ALTNAME_INVALID'],
    issue: { ipAddresses: ['127.0.0.9'], dnsNames: [] },
  },
  { name: 'for clients', codes: ['INVALID_PURPOSE'], issue: { usage: 'client' } },
  // Authorities of the same name are told apart by OpenSSL by the identifiers of their keys, by rustls by the signature.
  { name: 'stranger', codes: ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_SIGNATURE_FAILURE'], issue: null },
  {
    name: 'self-signed',
    codes: ['DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    issue: null,
  },
];

/** Names of the targets, those with a handshake first, as they take longest. */
export const TARGET_NAMES: readonly string[] = PLANS.toSorted(
  (a, b) => Number(isLong(b)) - Number(isLong(a)),
).map(({ name }) => name);

function isLong({ server, origin = server }: Plan): boolean {
  return origin.startsWith('secure');
}

/** A name that the certificates of the servers have. */
export const NAME = 'origin.test';

const PROXY_SCHEMES: Partial<Record<ServerName, string>> = {
  proxy: 'http',
  secureProxy: 'https',
  socks: 'socks5',
};

function pair({ certificate, key }: { certificate: string; key: string }): { cert: string; key: string } {
  return { cert: certificate, key };
}

/** Frames of HTTP/2 up to GOAWAY and PING, with what TLS 1.3 adds to them. */
const SMALL_FRAMES = 9 + 8 + 17;
/** A record of TLS around another with an alert. */
const NESTED_ALERT = 5 + ALERT_LENGTH + 17;

function relayPlanOf({ server, origin = server, http2 }: Plan): RelayPlan {
  const isSecure = origin.startsWith('secure');
  const way: Step[] = isSecure ? ['tls'] : [];
  if (server === 'proxy' && isSecure) way.unshift('connect');
  if (server === 'socks') way.unshift('socks');
  const isNested = server === 'secureProxy';
  return {
    hasFrames: server === 'http2',
    way: isNested ? null : way,
    smallest: !isSecure ? 0 : isNested ? NESTED_ALERT : http2 === undefined ? ALERT_LENGTH : SMALL_FRAMES,
  };
}

/** Starts all servers, in a thread of their own, with so many relays before each target. */
export async function startPlaces(copies: number): Promise<Places> {
  const authority = createCertificateAuthority();
  const issued = { commonName: 'localhost', ipAddresses: ['127.0.0.1'], dnsNames: [NAME] };
  const bad: Record<string, { cert: string; key: string }> = {};
  for (const { name, issue } of BAD) {
    if (issue !== null) bad[name] = pair(authority.issue({ ...issued, ...issue }));
    else if (name === 'stranger') bad[name] = pair(createCertificateAuthority().issue(issued));
    else bad[name] = pair(createCertificateAuthority().issue({ ...issued, selfSigned: true }));
  }
  const plans = Array.from({ length: copies }, () => PLANS).flat();
  const boards = plans.map(() => new Switchboard());
  const workerData: ServersSetup = {
    good: pair(authority.issue(issued)),
    bad,
    relays: plans.map((plan, index) => ({
      server: plan.server,
      memory: boards[index]!.memory,
      plan: relayPlanOf(plan),
    })),
  };
  const worker = startSource(
    new URL(import.meta.url.endsWith('.ts') ? 'servers.ts' : 'servers.js', import.meta.url),
    { workerData },
  );
  const [{ ports, relays }] = (await once(worker, 'message')) as [ServersReady];
  const tls = { ca: authority.certificate };
  const all = plans.map((plan, index): Target => {
    const {
      name,
      server,
      origin = server,
      path = '/',
      http2,
      content = null,
      maxVersion,
      hasKnownWay,
    } = plan;
    const isSecure = origin.startsWith('secure');
    const scheme = isSecure ? 'https' : 'http';
    const port = origin === server ? relays[index]! : ports[origin]!;
    const proxy = `${PROXY_SCHEMES[server]}://127.0.0.1:${relays[index]!}`;
    return {
      name,
      board: boards[index]!,
      url: `${scheme}://127.0.0.1:${port}${path}`,
      options: {
        ...(isSecure && { tls: { ...tls, ...(maxVersion !== undefined && { maxVersion }) } }),
        ...(http2 !== undefined && { http2: true, http1: http2 === 'alpn' }),
        ...(origin !== server && { proxy: { url: proxy, ...(server === 'secureProxy' && { tls }) } }),
      },
      isPlain: !isSecure,
      isTLS12: maxVersion !== undefined,
      isHTTP2: http2 === 'known',
      isNested: server === 'secureProxy',
      content,
      hasKnownWay: hasKnownWay === true,
    };
  });
  return {
    targets: Array.from({ length: copies }, (_, copy) =>
      all.slice(copy * PLANS.length, (copy + 1) * PLANS.length),
    ),
    ports,
    bad: BAD.map(({ name, codes }) => ({
      name,
      codes,
      ports: { h1: ports[`${name} h1`]!, h2: ports[`${name} h2`]!, proxy: ports[`${name} proxy`]! },
    })),
    tls,
    close: async () => void (await worker.terminate()),
  };
}
