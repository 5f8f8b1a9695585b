import type { Sabotage } from './sabotage.ts';
import { connectionSabotages } from './wire-connections.ts';
import { exchangeSabotages } from './wire-exchanges.ts';
import { http1Sabotages } from './wire-http1.ts';
import { poolSabotages } from './wire-pool.ts';
import { timeoutSabotages } from './wire-timeouts.ts';

/** What the cases of the network must notice, from the pool to the octets. */
export const wireSabotages: readonly Sabotage[] = [
  ...poolSabotages,
  ...timeoutSabotages,
  ...http1Sabotages,
  ...exchangeSabotages,
  ...connectionSabotages,
];
