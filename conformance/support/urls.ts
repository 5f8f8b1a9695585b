import { reply } from '../../fixtures/reply-server.ts';
import type { CaseContext } from '../case.ts';

/** The URL of a request for a text. */
export function parse(t: CaseContext, text: string): URL {
  return new t.tern.Request('GET', text).url;
}

/** The request targets that a server gets for the ends of its URLs. */
export async function targets(t: CaseContext, ends: readonly string[]): Promise<string[]> {
  const server = await t.replies(reply(200));
  const client = t.client();
  for (const end of ends) await client.get(server.origin + end);
  return server.exchanges.map(({ target }) => target);
}

/** None of the texts is a URL. */
export function refuses(t: CaseContext, texts: readonly string[]): void {
  for (const text of texts) {
    t.assert.throws(() => parse(t, text), { name: 'InvalidURL', code: 'ERR_INVALID_URL' }, text);
  }
}
