import { reply } from '../../fixtures/reply-server.ts';
import type { ReceivedRequest, ReplyServer } from '../../fixtures/reply-server.ts';
import type { Client, RequestOptions } from '../../src/index.ts';
import type { CaseContext } from '../case.ts';

/** A client that sends nothing but what the request asks for, and a server that takes everything. */
export async function bench(
  t: CaseContext,
): Promise<{ readonly client: Client; readonly server: ReplyServer; readonly send: Send }> {
  const server = await t.replies(reply(200));
  const client = t.client({
    headers: { Accept: null, 'Accept-Encoding': null, Connection: null, 'User-Agent': null },
  });
  const send: Send = async (options, method = 'POST') => {
    const { length } = server.exchanges;
    await client.request(method, server.url('/'), options);
    return server.exchanges[length]!;
  };
  return { client, server, send };
}

type Send = (options?: RequestOptions, method?: string) => Promise<ReceivedRequest>;

/** The field lines behind Host, and the octets of the body as they came over the wire. */
export function wire({ raw, body }: ReceivedRequest): readonly [string, string] {
  const lines = raw.split('\r\n');
  return [lines.slice(2, -2).join('|'), body.raw.toString('latin1')];
}
