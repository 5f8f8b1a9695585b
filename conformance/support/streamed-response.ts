import { chunked, reply } from '../../fixtures/reply-server.ts';
import type { ClientOptions, StreamResponse } from '../../src/index.ts';
import type { CaseContext } from '../case.ts';

/** A response that is not read yet, whose body comes in these chunks. */
export async function streamed(
  t: CaseContext,
  chunks: readonly (string | Uint8Array)[],
  type?: string,
  options?: ClientOptions,
): Promise<StreamResponse> {
  const fields: (readonly [string, string])[] = [['Transfer-Encoding', 'chunked']];
  if (type !== undefined) fields.push(['Content-Type', type]);
  const server = await t.replies(reply(200, fields, chunked(chunks)));
  return t.client(options).stream('GET', server.url());
}
