import type { Auth } from '../auth/auth.ts';
import { resolveAuth } from '../auth/resolve-auth.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { UnsupportedOption } from '../errors/unsupported-option.ts';
import { Headers } from '../models/headers.ts';
import type { ProxyInit, ProxyOptions } from '../transport/proxy.ts';
import type { Caller } from './caller.ts';
import type { PortableAuth } from './protocol.ts';
import { remoteAuth } from './remote-auth.ts';

/** A proxy as it crosses to another thread. */
export interface PortableProxy {
  /** Equal for equal options: requests that name them again find the connections. */
  readonly key: number;
  readonly url: string;
  /** Absent if the URL says it all. */
  readonly options: Omit<ProxyOptions, 'headers' | 'url'> | null;
  /** Name, value, name, value. */
  readonly fields: readonly string[];
  /** A flow that makes the credentials; a pair is in the options. */
  readonly auth: PortableAuth | null;
}

/** Options that have been packed, and the flow that they name. */
interface Packed {
  readonly key: number;
  readonly auth: Auth | null;
}

const packed = new WeakMap<ProxyOptions, Packed>();
/** A flow lives as long as the options, or what was made of them. */
const holders = new WeakMap<PortableProxy, Auth>();
const auths = new Map<number, WeakRef<Auth>>();
const dropped = new FinalizationRegistry<number>((key) => auths.delete(key));
let lastKey = 0;

/**
 * @throws InvalidArgument for credentials that are none
 * @throws UnsupportedOption for a proxy whose certificate is checked by a function of the program
 */
export function packProxy(init: ProxyInit): PortableProxy {
  if (typeof init === 'string') return { key: 0, url: init, options: null, fields: [], auth: null };
  if (!isOptions(init)) return { key: 0, url: init.href, options: null, fields: [], auth: null };
  const { url, headers, auth: given, ...others } = init;
  if (others.tls?.checkServerIdentity !== undefined) {
    throw new UnsupportedOption('sync', {
      option: 'proxy.tls.checkServerIdentity',
      reason:
        'connections are opened in a worker thread, where functions of the program cannot be called. Give the name in proxy.tls.servername, or use the Client of the package ternhttp.',
    });
  }
  const { key, auth } = packedOnce(init);
  const isPair = given != null && auth === null;
  const proxy: PortableProxy = {
    key,
    url: String(url),
    options: isPair ? { ...others, auth: given } : others,
    fields: [...new Headers(headers).wire],
    auth: auth && {
      key,
      needsRequestBody: auth.needsRequestBody === true,
      needsResponseBody: auth.needsResponseBody === true,
    },
  };
  if (auth !== null) holders.set(proxy, auth);
  return proxy;
}

/** The flow of options that have been packed, and are still in use. */
export function authWithKey(key: number): Auth {
  const auth = auths.get(key)?.deref();
  if (auth === undefined) throw new InvalidArgument('The options of this proxy are not in use any more.');
  return auth;
}

function packedOnce(init: ProxyOptions): Packed {
  let known = packed.get(init);
  if (known === undefined) {
    const key = ++lastKey;
    const auth = init.auth == null || Array.isArray(init.auth) ? null : resolveAuth(init.auth);
    known = { key, auth };
    packed.set(init, known);
    if (auth !== null) {
      auths.set(key, new WeakRef(auth));
      dropped.register(auth, key);
    }
  }
  return known;
}

const unpacked = new Map<number, ProxyOptions>();
const MAX_UNPACKED = 1024;

export function unpackProxy({ key, url, options, fields, auth }: PortableProxy, caller: Caller): ProxyInit {
  if (options === null) return url;
  let proxy = unpacked.get(key);
  if (proxy === undefined) {
    proxy = {
      ...options,
      url,
      ...(fields.length === 0 ? {} : { headers: Headers.fromWire(fields) }),
      ...(auth === null ? {} : { auth: remoteAuth(caller, auth) }),
    };
    if (unpacked.size >= MAX_UNPACKED) unpacked.clear();
    unpacked.set(key, proxy);
  }
  return proxy;
}

function isOptions(init: Exclude<ProxyInit, string>): init is ProxyOptions {
  return 'url' in init;
}
