import { type DialControl, type WireConfig, WireError } from '../contract.ts';
import { reasonOf } from './system-error.ts';

/** An address of a host. */
export interface Address {
  readonly address: string;
  readonly family: number;
}

/** Resolves a host name. With a local address, only addresses of its family can be reached, so only those are given. */
export async function resolveAddresses(
  hostname: string,
  config: WireConfig,
  control: DialControl,
): Promise<Address[]> {
  const { isIP } = process.getBuiltinModule('node:net');
  const { signal, tracer } = control;
  const family =
    config.family === 0 && config.localAddress !== null
      ? (isIP(config.localAddress) as 0 | 4 | 6)
      : config.family;
  tracer?.emit('connection.lookup.started', { hostname });
  try {
    const found = await lookUp(hostname, family, config, signal);
    const addresses = interleave(checkAddresses(found, hostname, family));
    tracer?.emit('connection.lookup.complete', { hostname, addresses });
    return addresses;
  } catch (cause) {
    const error = cause instanceof WireError ? cause : lookupError(hostname, cause as NodeJS.ErrnoException);
    tracer?.emit('connection.lookup.failed', { hostname, error });
    throw error;
  }
}

function lookUp(
  hostname: string,
  family: 0 | 4 | 6,
  config: WireConfig,
  signal: AbortSignal,
): Promise<unknown> {
  const lookup = config.lookup ?? process.getBuiltinModule('node:dns').lookup;
  // Names below localhost are this machine (RFC 6761 §6.3), which not every system knows.
  const name = config.lookup === null && hostname.endsWith('.localhost') ? 'localhost' : hostname;
  return new Promise((resolve, reject) => {
    // A lookup cannot be stopped; its answer is ignored then.
    const giveUp = (): void => reject(signal.reason as Error);
    if (signal.aborted) {
      giveUp();
      return;
    }
    signal.addEventListener('abort', giveUp, { once: true });
    // What it throws rejects the promise.
    lookup(name, { all: true, family }, (error, found) => {
      signal.removeEventListener('abort', giveUp);
      if (error == null) resolve(found);
      else reject(error);
    });
  });
}

/** A lookup that the user brought may answer anything, not least in the form of `dns.lookup` without `all`. */
function checkAddresses(found: unknown, hostname: string, family: 0 | 4 | 6): Address[] {
  const { isIP } = process.getBuiltinModule('node:net');
  if (!Array.isArray(found))
    throw new Error("the lookup must answer with a list of { address, family }, as asked by 'all: true'");
  const addresses = (found as readonly Partial<Address>[]).map((entry) => {
    const address = String(entry?.address);
    const version = isIP(address);
    if (version === 0) throw new Error(`the lookup of '${hostname}' gave '${address}', which is no address`);
    return { address, family: version };
  });
  const usable = family === 0 ? addresses : addresses.filter((entry) => entry.family === family);
  if (usable.length === 0)
    throw new Error(`the name '${hostname}' has no ${family === 0 ? '' : `IPv${family} `}address`);
  return usable;
}

function lookupError(hostname: string, error: NodeJS.ErrnoException): WireError {
  const { code } = error;
  const reason =
    code === 'ENOTFOUND' || code === 'EAI_AGAIN'
      ? `the name '${hostname}' could not be resolved (${code})`
      : reasonOf(error);
  return new WireError({ kind: 'dns', phase: 'dns', reason, code, cause: error, retrySafe: true });
}

/** Families take turns, beginning with the one that the resolver prefers (RFC 8305 §4). */
function interleave(addresses: readonly Address[]): Address[] {
  const first = addresses.filter(({ family }) => family === addresses[0]!.family);
  const second = addresses.filter(({ family }) => family !== addresses[0]!.family);
  const mixed: Address[] = [];
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    if (i < first.length) mixed.push(first[i]!);
    if (i < second.length) mixed.push(second[i]!);
  }
  return mixed;
}
