import type { Client, ClientOptions, Transport } from '../../src/index.ts';
import type { CaseContext } from '../case.ts';

/** A client on a transport; it is closed after the case. */
export function clientOn(t: CaseContext, transport: Transport, options: ClientOptions = {}): Client {
  const client = new t.tern.Client({ ...options, transport });
  t.defer(() => client.close());
  return client;
}

/** A transport of one function. */
export function transportOf(
  handle: Transport['handle'],
  close: Transport['close'] = async () => {},
): Transport {
  return { handle, close };
}
