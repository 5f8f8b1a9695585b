import { expect, test } from 'vitest';
import { StreamResponse } from '../message/stream-response.ts';
import { discard } from './discard.ts';

/** A response whose pieces are counted as they are taken. */
function counted(
  pieces: number,
  fields: Record<string, string> = {},
): { response: StreamResponse; taken: () => number } {
  let count = 0;
  async function* body(): AsyncGenerator<Uint8Array> {
    while (count < pieces) {
      count++;
      yield new Uint8Array(1000);
    }
  }
  return { response: new StreamResponse(503, { headers: fields, body: body() }), taken: () => count };
}

test('a short content is read, a long one is given up', async () => {
  for (const [pieces, fields, expected] of [
    [3, {}, 3],
    [1000, {}, 66],
    [1000, { 'Content-Length': '1000000' }, 0],
  ] as const) {
    const { response, taken } = counted(pieces, fields);
    await discard(response);
    expect([response.isClosed, taken()]).toEqual([true, expected]);
  }
});

test('what somebody else reads, or has read, is none of its business', async () => {
  const { response } = counted(2);
  const reader = response.iterRaw();
  await reader.next();
  await discard(response);
  expect(response.isClosed).toBe(true);
  const read = counted(2).response;
  await read.read();
  await expect(discard(read)).resolves.toBeUndefined();
});
