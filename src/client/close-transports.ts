import { CloseError } from '../errors/close-error.ts';
import { HTTPTransport } from '../transport/http-transport.ts';
import type { Transport } from '../transport/transport.ts';
import type { ClientMetrics } from './metrics.ts';

/**
 * Closes transports, even if one of them fails to.
 *
 * @throws CloseError if one could not be closed
 */
export async function closeTransports(
  transports: ReadonlySet<Transport>,
  metrics: ClientMetrics | null,
): Promise<void> {
  const results = await Promise.allSettled([...transports].map(async (transport) => transport.close()));
  for (const transport of transports) if (transport instanceof HTTPTransport) metrics?.unwatch(transport);
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
