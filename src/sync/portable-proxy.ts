import { UnsupportedOption } from '../errors/unsupported-option.ts';
import { Headers } from '../models/headers.ts';
import type { ProxyInit, ProxyOptions } from '../transport/proxy.ts';

/** A proxy as it crosses to another thread. */
export interface PortableProxy {
  /** Equal for equal options: requests that name them again find the connections. */
  readonly key: number;
  readonly url: string;
  /** Absent if the URL says it all. */
  readonly options: Omit<ProxyOptions, 'headers' | 'url'> | null;
  /** Name, value, name, value. */
  readonly fields: readonly string[];
}

const keys = new WeakMap<ProxyOptions, number>();
let lastKey = 0;

/** @throws UnsupportedOption for a proxy whose credentials are made by a function of the program */
export function packProxy(init: ProxyInit): PortableProxy {
  if (typeof init === 'string') return { key: 0, url: init, options: null, fields: [] };
  if (!isOptions(init)) return { key: 0, url: init.href, options: null, fields: [] };
  const { url, headers, ...options } = init;
  const { auth, tls } = options;
  if (auth != null && !Array.isArray(auth))
    throw unsupported('proxy.auth', 'Give a pair of name and password');
  if (tls?.checkServerIdentity !== undefined)
    throw unsupported('proxy.tls.checkServerIdentity', 'Give the name in proxy.tls.servername');
  let key = keys.get(init);
  if (key === undefined) keys.set(init, (key = ++lastKey));
  return { key, url: String(url), options, fields: [...new Headers(headers).wire] };
}

const unpacked = new Map<number, ProxyOptions>();
const MAX_UNPACKED = 1024;

export function unpackProxy({ key, url, options, fields }: PortableProxy): ProxyInit {
  if (options === null) return url;
  let proxy = unpacked.get(key);
  if (proxy === undefined) {
    proxy = { ...options, url, ...(fields.length === 0 ? {} : { headers: Headers.fromWire(fields) }) };
    if (unpacked.size >= MAX_UNPACKED) unpacked.clear();
    unpacked.set(key, proxy);
  }
  return proxy;
}

function isOptions(init: Exclude<ProxyInit, string>): init is ProxyOptions {
  return 'url' in init;
}

function unsupported(option: string, advice: string): UnsupportedOption {
  return new UnsupportedOption('sync', {
    option,
    reason: `connections are opened in a worker thread, where functions of the program cannot be called. ${advice}, or use the Client of the package ternhttp.`,
  });
}
