import type { Replies, ReplyServer } from '../fixtures/reply-server.ts';
import type { HTTPError, RequestOptions, Response } from '../src/index.ts';
import type { CaseContext } from './case.ts';

/** How the request is made that a reply answers. */
export type ReceiveOptions = RequestOptions & { readonly method?: string };

/** What a fresh client makes of a reply. */
export async function receive(
  t: CaseContext,
  replies: Replies,
  options: ReceiveOptions = {},
): Promise<{ readonly response: Response; readonly server: ReplyServer }> {
  const { method = 'GET', ...rest } = options;
  const server = await t.replies(replies);
  return { server, response: await t.client().request(method, server.url(), rest) };
}

/** The failure to which a reply leads with a fresh client. Its connection must be gone. */
export async function refuse(
  t: CaseContext,
  replies: Replies,
  options: ReceiveOptions = {},
): Promise<HTTPError> {
  const { method = 'GET', ...rest } = options;
  const server = await t.replies(replies);
  const client = t.client();
  let error: HTTPError | undefined;
  try {
    await client.request(method, server.url(), rest);
  } catch (caught) {
    error = caught as HTTPError;
  }
  if (error === undefined) t.assert.fail(`no failure for ${JSON.stringify(replies)}`);
  t.assert.equal(client.stats.connections, 0, JSON.stringify(replies));
  return error;
}

/** Each of these replies is none that HTTP/1.1 allows. */
export async function refuseAll(t: CaseContext, replies: readonly (Buffer | string)[]): Promise<void> {
  for (const bytes of replies) {
    const error = await refuse(t, { bytes, after: 'end' });
    const shown = `${JSON.stringify(String(bytes).slice(0, 200))}: ${error.message}`;
    t.assert.ok(error instanceof t.tern.RemoteProtocolError, shown);
    t.assert.equal(error.code, 'ERR_REMOTE_PROTOCOL', shown);
    // The text says more than the class does.
    t.assert.match(error.message, /^GET http:\/\/[\d.:]+\/: .{15,} \[phase \w+, peer [\d.:]+\]$/s, shown);
  }
}
