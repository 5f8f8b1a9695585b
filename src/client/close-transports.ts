import { CloseError } from '../errors/close-error.ts';
import type { Transport } from '../transport/transport.ts';

/**
 * Closes transports, all of them even if one fails to.
 *
 * @throws CloseError if a transport could not be closed
 */
export async function closeTransports(transports: ReadonlySet<Transport>): Promise<void> {
  const results = await Promise.allSettled([...transports].map(async (transport) => transport.close()));
  const failures = results
    .filter((result) => result.status === 'rejected')
    .map(({ reason }): unknown => reason);
  checkClosed(failures, transports.size);
}

/** @throws CloseError if there are failures, with them as its cause */
export function checkClosed(failures: readonly unknown[], count: number): void {
  if (failures.length === 0) return;
  throw new CloseError({
    reason: `${failures.length} of ${count} transports could not be closed`,
    cause: failures.length === 1 ? failures[0] : new AggregateError(failures),
  });
}
