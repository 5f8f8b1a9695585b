import type { PoolStats } from './pool-stats.ts';

/** The state of a pool that has never had a connection. */
export const NO_STATS: PoolStats = Object.freeze({
  connections: 0,
  active: 0,
  idle: 0,
  connecting: 0,
  waiting: 0,
  opened: 0,
  reused: 0,
  waited: 0,
  exchanges: 0,
});
