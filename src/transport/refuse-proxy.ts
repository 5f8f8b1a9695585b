import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { TransportContext } from './transport.ts';

/**
 * For transports that do not connect anywhere: a proxy that a request names would be ignored.
 *
 * @throws InvalidArgument if the request names one; null, which is none, is fine
 */
export function refuseProxy(context: Pick<TransportContext, 'proxy'> | undefined, transport: string): void {
  if (context?.proxy == null) return;
  throw new InvalidArgument(
    `'proxy' would do nothing: the request goes to ${transport}, which does not connect anywhere.`,
  );
}
