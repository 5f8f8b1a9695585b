import { expect, test } from 'vitest';
import { collectBody, collectChunks } from './collect.ts';
import { encodeContent } from './content.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

test('what is in memory is not copied', async () => {
  const content = bytes(1, 2);
  expect(await collectBody(encodeContent(content))).toBe(content);
});

test('the chunks of a source are joined in octets of their own', async () => {
  const joined = await collectBody(encodeContent([bytes(1), 'a', bytes(), bytes(2, 3)]));
  expect(joined).toEqual(bytes(1, 97, 2, 3));
  expect(joined).not.toBeInstanceOf(Buffer);
});

test('a single chunk is given as it is', async () => {
  const chunk = bytes(7);
  expect(await collectChunks([chunk].values())).toBe(chunk);
});

test('nothing gives no octets', async () => {
  expect(await collectChunks(([] as Uint8Array[]).values())).toEqual(bytes());
});

test('a failure of the source is the outcome, however much has come', async () => {
  const failure = new Error('gone');
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield bytes(1);
    throw failure;
  }
  await expect(collectBody(encodeContent(failing()))).rejects.toBe(failure);
});

test('a one-shot source is spent', async () => {
  const body = encodeContent([bytes(1)].values());
  await collectBody(body);
  await expect(collectBody(body)).rejects.toMatchObject({ code: 'ERR_STREAM_CONSUMED' });
});
