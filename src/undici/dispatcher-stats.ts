/**
 * Whether a dispatcher that reports to be busy has no request waiting for a free connection, as far as its statistics
 * tell (undici 7 and later): then what has just been dispatched waits for one to be opened.
 */
export function isConnecting(dispatcher: object, origin: string): boolean {
  const { stats } = dispatcher as { stats?: unknown };
  if (!isRecord(stats)) return false;
  // An agent has one set for each origin.
  const own = isRecord(stats[origin]) ? stats[origin] : stats;
  // A pool counts those that wait for any of its clients; a client has one connection, or none yet.
  return 'queued' in own ? own['queued'] === 0 : own['connected'] === false;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
