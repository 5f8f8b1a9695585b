import { expect, test } from 'vitest';
import { StreamResponse } from '../message/stream-response.ts';
import { readPassing } from './passing-response.ts';

const LIMIT = 16 * 1024 * 1024;

test('what is on the way to the answer is read up to a bound', async () => {
  const read = await readPassing(new StreamResponse(302, { body: new Uint8Array(LIMIT) }));
  expect(read.bytes).toHaveLength(LIMIT);
  await expect(
    readPassing(new StreamResponse(302, { body: new Uint8Array(LIMIT + 1) })),
  ).rejects.toMatchObject({
    code: 'ERR_CONTENT_LIMIT',
  });
});

test('a bound of the client that is lower holds', async () => {
  const response = new StreamResponse(302, { body: 'abc' });
  response.context.decode = { ...response.context.decode, maxBytes: 2 };
  await expect(readPassing(response)).rejects.toMatchObject({ code: 'ERR_CONTENT_LIMIT' });
});
