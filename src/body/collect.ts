import type { BodyIterator, RequestBody } from './request-body.ts';
import { octetsOf } from './zlib.ts';

/** Reads a whole body into memory. */
export async function collectBody(body: RequestBody): Promise<Uint8Array> {
  return body.bytes ?? (await collectChunks(body.open()));
}

/** Joins all chunks of an iterator. */
export async function collectChunks(iterator: BodyIterator): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await iterator.next();
    if (done === true) break;
    chunks.push(value);
    length += value.length;
  }
  return chunks.length === 1 ? chunks[0]! : octetsOf(Buffer.concat(chunks, length));
}
