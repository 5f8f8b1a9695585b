import type { Writable } from 'node:stream';
import type { WritableStream } from 'node:stream/web';

/**
 * Writes content to a file. It is written beside its place and moved there when it is complete, so that nobody
 * takes a part for the whole; a special file (a pipe, a terminal) is written directly.
 */
export async function pipeToFile(
  content: AsyncGenerator<Uint8Array, void, undefined>,
  target: URL | string,
): Promise<number> {
  const { open, rename, stat, unlink } = process.getBuiltinModule('node:fs/promises');
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  const path = target instanceof URL ? fileURLToPath(target) : target;
  let isRegular = true;
  try {
    isRegular = (await stat(path)).isFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      await content.return();
      throw error;
    }
  }
  const { randomBytes } = process.getBuiltinModule('node:crypto');
  const written = isRegular ? `${path}.${randomBytes(6).toString('hex')}.part` : path;
  let count = 0;
  try {
    const file = await open(written, 'w');
    try {
      for await (const chunk of content) {
        let offset = 0;
        while (offset < chunk.length) offset += (await file.write(chunk, offset)).bytesWritten;
        count += chunk.length;
      }
    } finally {
      await file.close();
    }
    if (isRegular) await rename(written, path);
    return count;
  } catch (error) {
    await content.return();
    if (isRegular) await unlink(written).catch(() => {});
    throw error;
  }
}

/** Writes content to a stream of Node or of the web and ends it. */
export async function pipeToStream(
  content: AsyncGenerator<Uint8Array, void, undefined>,
  target: Writable | WritableStream<Uint8Array>,
): Promise<number> {
  let count = 0;
  async function* counted(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of content) {
      count += chunk.length;
      yield chunk;
    }
  }
  if ('getWriter' in target) {
    const writer = target.getWriter();
    try {
      for await (const chunk of counted()) {
        await writer.ready;
        await writer.write(chunk);
      }
      await writer.close();
    } catch (error) {
      await writer.abort(error).catch(() => {});
      throw error;
    } finally {
      writer.releaseLock();
    }
  } else {
    await process.getBuiltinModule('node:stream/promises').pipeline(counted(), target);
  }
  return count;
}
