import { isObject, mergeSignals } from './config.ts';
import { checkClientOptions, TRANSPORT_OPTIONS } from './option-names.ts';
import type { ClientOptions } from './options.ts';

/**
 * Options with others on top, for a client that extends another one. What is `undefined` leaves the setting below as
 * it is; options that consist of several settings are merged, and so are lists of secrets.
 */
export function extendOptions(base: ClientOptions, given: ClientOptions): ClientOptions {
  checkClientOptions(given);
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(given)) if (value !== undefined) merged[name] = value;
  for (const name of [
    'decode',
    'limits',
    'mounts',
    'parser',
    'redirect',
    'resume',
    'retry',
    'socket',
    'tls',
  ] as const) {
    if (isObject(base[name]) && isObject(given[name])) merged[name] = { ...base[name], ...given[name] };
  }
  if (isObject(base.redirect) && given.redirect === true) merged['redirect'] = base.redirect;
  if (isObject(base.redact) && isObject(given.redact)) {
    merged['redact'] = {
      ...given.redact,
      headers: [...(base.redact.headers ?? []), ...(given.redact.headers ?? [])],
      query: [...(base.redact.query ?? []), ...(given.redact.query ?? [])],
    };
  }
  if (given.signal !== undefined) merged['signal'] = mergeSignals(given.signal, base.signal ?? null);
  if (given.transport != null) {
    // They made the transport that is replaced.
    for (const name of TRANSPORT_OPTIONS) if (given[name] === undefined) delete merged[name];
  }
  return merged;
}
