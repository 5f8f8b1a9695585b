import { addChunk } from './add-chunk.ts';
import { type BodyIterator, closeQuietly, type RequestBody } from './request-body.ts';
import { octetsOf } from './zlib.ts';

/** Reads a whole body into memory. */
export async function collectBody(body: RequestBody, signal?: AbortSignal): Promise<Uint8Array> {
  if (body.bytes !== null) return body.bytes;
  const iterator = body.open();
  const stop = (): void => closeQuietly(iterator, signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const content = await collectChunks(iterator);
    // A source that was told to stop may end as if that were its end.
    signal?.throwIfAborted();
    return content;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** Joins all chunks of an iterator. */
export async function collectChunks(iterator: BodyIterator): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    addChunk(chunks, value);
    length += value.length;
  }
  return chunks.length === 1 ? chunks[0]! : octetsOf(Buffer.concat(chunks, length));
}
