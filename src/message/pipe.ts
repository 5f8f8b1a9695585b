import type { Readable, Writable } from 'node:stream';
import type { WritableStream } from 'node:stream/web';
import { PullGenerator } from '../body/pull-generator.ts';

type Content = AsyncGenerator<Uint8Array, void, void>;

/**
 * Writes content to a file. It is written beside its place and moved there when it is complete, so that nobody
 * takes a part for the whole; a file that was there keeps its permissions, and a link its target. A special file (a
 * pipe, a terminal) is written directly.
 *
 * @returns the number of octets written
 */
export async function pipeToFile(content: Content, target: URL | string): Promise<number> {
  const { rename, unlink } = process.getBuiltinModule('node:fs/promises');
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  const { path, mode, isSpecial } = await placeOf(target instanceof URL ? fileURLToPath(target) : target);
  if (isSpecial) return writeFile(content, path, 'w', null);
  const partial = partialBeside(path);
  try {
    const count = await writeFile(content, partial, 'wx', mode);
    await rename(partial, path);
    return count;
  } catch (error) {
    // If it cannot be removed, or never came to be, the first failure is still the one to tell.
    await unlink(partial).catch(() => {});
    throw error;
  }
}

/** A file that was not there before. */
export interface NewFile {
  readonly path: string;
  /** Octets written. */
  readonly bytes: number;
}

/**
 * Writes content to a file that is not there yet, also as {@link pipeToFile} does: beside its place first.
 *
 * @param nextPath another place, in the same folder, if there is something in this one by the time all is written
 */
export async function pipeToNewFile(
  content: Content,
  path: string,
  nextPath: () => string,
): Promise<NewFile> {
  const { unlink } = process.getBuiltinModule('node:fs/promises');
  const partial = partialBeside(path);
  let bytes: number;
  let place = path;
  try {
    bytes = await writeFile(content, partial, 'wx', null);
    while (!(await placeNew(partial, place))) place = nextPath();
  } catch (error) {
    await unlink(partial).catch(() => {});
    throw error;
  }
  await unlink(partial);
  return { path: place, bytes };
}

/** Gives a file a second name, unless that is taken; moving it there would replace what has it. */
async function placeNew(file: string, path: string): Promise<boolean> {
  const { copyFile, link } = process.getBuiltinModule('node:fs/promises');
  const { COPYFILE_EXCL } = process.getBuiltinModule('node:fs').constants;
  try {
    await link(file, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw error;
      // A file system without links.
      return copyFile(file, path, COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** A name for a file that is not complete, where it can be moved to its place. */
function partialBeside(path: string): string {
  const paths = process.getBuiltinModule('node:path');
  const { randomUUID } = process.getBuiltinModule('node:crypto');
  return paths.join(paths.dirname(path), `.${randomUUID()}.part`);
}

/** Where a file has to be written. */
interface Place {
  readonly path: string;
  /** Permissions of the file that is there; null if there is none. */
  readonly mode: number | null;
  readonly isSpecial: boolean;
}

async function placeOf(target: string): Promise<Place> {
  const { realpath, stat } = process.getBuiltinModule('node:fs/promises');
  try {
    const path = await realpath(target);
    const stats = await stat(path);
    return { path, mode: stats.mode & 0o7777, isSpecial: !stats.isFile() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { path: target, mode: null, isSpecial: false };
  }
}

async function writeFile(
  content: Content,
  path: string,
  flags: 'w' | 'wx',
  mode: number | null,
): Promise<number> {
  const { open } = process.getBuiltinModule('node:fs/promises');
  const file = await open(path, flags, mode ?? 0o666);
  let count = 0;
  try {
    // What is asked for when a file is opened is subject to the umask.
    if (mode !== null) await file.chmod(mode);
    for await (const chunk of content) {
      let offset = 0;
      while (offset < chunk.length) offset += (await file.write(chunk, offset)).bytesWritten;
      count += chunk.length;
    }
  } finally {
    await file.close();
  }
  return count;
}

/**
 * Writes content to a stream of Node or of the web and ends it. If one of the two fails, the other is told at once.
 *
 * @returns the number of octets written
 */
export async function pipeToStream(
  content: Content,
  target: Writable | WritableStream<Uint8Array>,
): Promise<number> {
  let count = 0;
  const counted = new PullGenerator<Uint8Array>({
    async pull() {
      const { done, value } = await content.next();
      if (done === true) return null;
      count += value.length;
      return value;
    },
    async close() {
      await content.return();
    },
  });
  if ('getWriter' in target) await pipeToWeb(counted, target);
  else await pipeToNode(counted, target);
  return count;
}

async function pipeToNode(content: Content, target: Writable): Promise<void> {
  const { Readable: ReadableStream } = process.getBuiltinModule('node:stream');
  const { pipeline } = process.getBuiltinModule('node:stream/promises');
  const source: Readable = ReadableStream.from(content, { objectMode: false });
  await pipeline(source, target);
}

async function pipeToWeb(content: Content, target: WritableStream<Uint8Array>): Promise<void> {
  const writer = target.getWriter();
  // Nothing else would tell while the next piece is awaited.
  writer.closed.catch(() => content.return());
  try {
    for await (const chunk of content) {
      await writer.ready;
      await writer.write(chunk);
    }
    // Fails with what the stream has failed with; close() would say only that it cannot.
    await writer.ready;
    await writer.close();
  } catch (error) {
    await writer.abort(error).catch(() => {});
    throw error;
  } finally {
    writer.releaseLock();
  }
}
