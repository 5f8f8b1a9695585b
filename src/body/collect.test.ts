import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { collectBody, collectChunks } from './collect.ts';
import { encodeContent } from './content.ts';
import type { RequestBody } from './request-body.ts';

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

/** Gives one chunk, then nothing until it is closed, and ends as if that were its end. */
function stalling(): { readonly body: RequestBody; readonly closed: Promise<unknown> } {
  let onClosed!: (reason: unknown) => void;
  const closed = new Promise((resolve) => (onClosed = resolve));
  const iterator = {
    count: 0,
    next(): Promise<IteratorResult<Uint8Array>> {
      if (this.count++ === 0) return Promise.resolve({ done: false, value: bytes(1) });
      return closed.then(() => ({ done: true, value: undefined }));
    },
    return(reason: unknown): Promise<IteratorResult<Uint8Array>> {
      onClosed(reason);
      return Promise.resolve({ done: true, value: undefined });
    },
  };
  const body = { bytes: null, length: null, replayable: false, description: 'a test', open: () => iterator };
  return { body, closed };
}

test('a signal closes the source, and its reason is the outcome even if the source seems to end', async () => {
  const { body, closed } = stalling();
  const controller = new AbortController();
  const reason = new Error('enough');
  const reading = collectBody(body, controller.signal);
  controller.abort(reason);
  await expect(reading).rejects.toBe(reason);
  expect(await closed).toBe(reason);
});

test('a signal that aborts later finds no listener', async () => {
  const controller = new AbortController();
  await collectBody(encodeContent([bytes(1)]), controller.signal);
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});
