import type { Sabotage } from './sabotage.ts';

/** What the cases of pool, timeouts, HTTP/1.1, sockets, TLS, trace and upgrades must notice. */
export const wireSabotages: readonly Sabotage[] = [];
