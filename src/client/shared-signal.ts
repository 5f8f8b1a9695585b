import { defaultMaxListeners, getMaxListeners, setMaxListeners } from 'node:events';

const prepared = new WeakSet<AbortSignal>();

/**
 * Prepares a signal for being listened to by many requests at a time, which is what it is for: Node warns of a leak
 * from the eleventh listener on. A limit that the program has set is left alone.
 */
export function allowSharing(signal: AbortSignal): AbortSignal {
  if (prepared.has(signal)) return signal;
  prepared.add(signal);
  if (signal instanceof AbortSignal && limitOf(signal) === defaultMaxListeners)
    setMaxListeners(Infinity, signal);
  return signal;
}

function limitOf(signal: AbortSignal): number {
  try {
    return getMaxListeners(signal);
  } catch {
    // Node 20 takes a target without a limit for none at all.
    return 0;
  }
}
