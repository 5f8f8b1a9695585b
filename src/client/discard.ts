import type { StreamResponse } from '../message/stream-response.ts';

/** So much is read of a response that nobody wants, so that its connection can be used again. */
const MOST = 65_536;

/**
 * Gets rid of a response: what is left of a short content is read, which keeps the connection; a long one is given up.
 * Whoever cannot wait for that cancels the response.
 */
export async function discard(response: StreamResponse): Promise<void> {
  if (response.isClosed) return;
  if (Number(response.headers.get('content-length') ?? 0) <= MOST) {
    try {
      for await (const chunk of response.iterRaw()) {
        void chunk;
        if (response.bytesReceived > MOST) break;
      }
    } catch {
      // Somebody else reads it, or it breaks off: in both cases there is nothing left to save.
    }
  }
  await response.cancel();
}
