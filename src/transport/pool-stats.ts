/** What a pool holds at this moment, and what it has done. */
export interface PoolStats {
  /** Open connections, active and idle ones together. */
  readonly connections: number;
  /** Connections that carry an exchange. */
  readonly active: number;
  readonly idle: number;
  /** Connections that are being opened. */
  readonly connecting: number;
  /** Requests that wait for room. */
  readonly waiting: number;
  /** Connections opened since the start. */
  readonly opened: number;
  /** Exchanges that were carried by a connection which had carried another one. */
  readonly reused: number;
  /** Requests that had to wait for room, since the start. */
  readonly waited: number;
  /** Exchanges under way; more than `active` where connections carry several. */
  readonly exchanges: number;
}
