import { reply } from '../../fixtures/reply-server.ts';
import type { ReceivedRequest, ReplyServer } from '../../fixtures/reply-server.ts';
import type { MultipartInit, RequestOptions } from '../../src/index.ts';
import type { CaseContext } from '../case.ts';

/** Sends bodies and gives what arrived. */
export async function receiver(t: CaseContext): Promise<{
  readonly server: ReplyServer;
  readonly send: (options: RequestOptions) => Promise<ReceivedRequest>;
}> {
  const server = await t.replies(reply(200));
  const client = t.client();
  return {
    server,
    async send(options) {
      const { length } = server.exchanges;
      await client.post(server.url('/'), options);
      return server.exchanges[length]!;
    },
  };
}

export const TYPE = { 'Content-Type': 'multipart/form-data; boundary=B' };

/** The body of a request with the boundary `B`, with its line ends shown as `⏎`. */
export function bodyOf(t: CaseContext, multipart: MultipartInit): string {
  const { content } = new t.tern.Request('POST', 'http://h/', { multipart, headers: TYPE });
  return Buffer.from(content).toString().replaceAll('\r\n', '⏎');
}

export function refuses(t: CaseContext, multipart: unknown, message: RegExp): void {
  t.assert.throws(
    () => new t.tern.Request('POST', 'http://h/', { multipart: multipart as MultipartInit }),
    (error: unknown) => {
      t.assert.ok(error instanceof t.tern.InvalidArgument, String(error));
      t.assert.match((error as Error).message, message);
      return true;
    },
  );
}
