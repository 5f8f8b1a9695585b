/**
 * Milliseconds that the steps of an exchange took; null for a step that was not needed or has not ended. The last
 * hop is meant when redirects were followed.
 */
export interface Timings {
  /** Waiting for a connection, opening one included. */
  readonly queued: number | null;
  /** Resolving the name; null on a connection that was there already. */
  readonly dns: number | null;
  /** TCP; null on a connection that was there already. */
  readonly connect: number | null;
  /** TLS handshake; null without TLS and on a connection that was there already. */
  readonly tls: number | null;
  /** TLS with a proxy, and asking it for a tunnel; null where neither was needed and on a connection that was there already. */
  readonly proxy: number | null;
  /** Sending the request. */
  readonly sent: number | null;
  /** From the request sent to the head of the response. */
  readonly firstByte: number | null;
  /** From the head to the end of the body. */
  readonly download: number | null;
  /** From the call to the end of the body. */
  readonly total: number | null;
}

/** Points in time from which {@link Timings} are computed, on the clock of `performance.now()`; 0 if not reached. */
export interface TimeMarks {
  started: number;
  acquired: number;
  sent: number;
  firstByte: number;
  ended: number;
  /** Only for a new connection. */
  dial: {
    readonly dns: number | null;
    readonly connect: number;
    readonly tls: number | null;
    readonly proxy: number | null;
  } | null;
}

export function timingsOf(marks: TimeMarks): Timings {
  const { started, acquired, sent, firstByte, ended, dial } = marks;
  return {
    queued: between(started, acquired),
    dns: dial?.dns ?? null,
    connect: dial?.connect ?? null,
    tls: dial?.tls ?? null,
    proxy: dial?.proxy ?? null,
    sent: between(acquired, sent),
    firstByte: between(sent, firstByte),
    download: between(firstByte, ended),
    total: between(started, ended),
  };
}

function between(from: number, to: number): number | null {
  return from === 0 || to === 0 ? null : to - from;
}
