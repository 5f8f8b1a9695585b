import type { Client, ClientOptions } from '../../src/index.ts';
import type { CaseContext } from '../case.ts';
import { PLAIN } from './replies.ts';

/** Class, code and phase of a failure; every one of them has a text of its own. */
export async function failure(t: CaseContext, work: Promise<unknown>): Promise<readonly unknown[]> {
  try {
    await work;
  } catch (error) {
    const { name, code, phase, message } = error as { readonly [key: string]: unknown };
    t.assert.ok(error instanceof t.tern.TernError, String(error));
    t.assert.match(String(message), /^[A-Z]+ \S+: .{10,} \[phase \w+.*\]$/);
    return [name, code, phase];
  }
  return ['no failure'];
}

/** Whatever the request waited for, it holds nothing any more: another one succeeds on the only connection there may be. */
export async function expectRoom(t: CaseContext, client: Client): Promise<void> {
  const server = await t.replies(PLAIN);
  const response = await client.get(server.url(), { timeout: null });
  t.assert.equal(response.text, 'ok');
  const { active, connecting, waiting } = client.stats;
  t.assert.deepEqual([active, connecting, waiting], [0, 0, 0]);
}

/** A client with room for one connection. */
export function one(t: CaseContext, options: ClientOptions = {}): Client {
  return t.client({ limits: { maxConnections: 1 }, ...options });
}

/** A body without end. */
export async function* forever(size = 65_536): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array(size);
}
