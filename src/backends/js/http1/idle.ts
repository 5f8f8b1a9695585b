/** Something that can stop keeping the process alive. */
interface Releasable {
  readonly isIdle: boolean;
  unreference(): void;
}

let waiting: Releasable[] = [];

/**
 * Lets a connection stop keeping the process alive, unless it is in use again by the time the event loop has
 * turned. Under load it nearly always is, and the two calls into the system are saved.
 */
export function releaseWhenIdle(connection: Releasable): void {
  waiting.push(connection);
  if (waiting.length === 1) setImmediate(sweep);
}

function sweep(): void {
  const released = waiting;
  waiting = [];
  for (const connection of released) if (connection.isIdle) connection.unreference();
}
