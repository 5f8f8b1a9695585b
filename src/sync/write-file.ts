/**
 * Writes content to a file. It is written beside its place and moved there when it is complete, so that nobody takes
 * a part for the whole; a file that was there keeps its permissions, and a link its target. A special file (a pipe, a
 * terminal) is written directly.
 *
 * @returns the number of octets written
 */
export function writeFile(content: Iterable<Uint8Array>, target: URL | string): number {
  const { renameSync, unlinkSync } = process.getBuiltinModule('node:fs');
  const { fileURLToPath } = process.getBuiltinModule('node:url');
  const { path, mode, isSpecial } = placeOf(target instanceof URL ? fileURLToPath(target) : target);
  if (isSpecial) return writeAll(content, path, 'w', null);
  const paths = process.getBuiltinModule('node:path');
  const { randomUUID } = process.getBuiltinModule('node:crypto');
  const partial = paths.join(paths.dirname(path), `.${randomUUID()}.part`);
  try {
    const count = writeAll(content, partial, 'wx', mode);
    renameSync(partial, path);
    return count;
  } catch (error) {
    try {
      unlinkSync(partial);
    } catch {
      // If it cannot be removed, or never came to be, the first failure is still the one to tell.
    }
    throw error;
  }
}

/** Where a file has to be written. */
interface Place {
  readonly path: string;
  /** Permissions of the file that is there; null if there is none. */
  readonly mode: number | null;
  readonly isSpecial: boolean;
}

function placeOf(target: string): Place {
  const { realpathSync, statSync } = process.getBuiltinModule('node:fs');
  try {
    const path = realpathSync(target);
    const stats = statSync(path);
    return { path, mode: stats.mode & 0o7777, isSpecial: !stats.isFile() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return { path: target, mode: null, isSpecial: false };
  }
}

function writeAll(
  content: Iterable<Uint8Array>,
  path: string,
  flags: 'w' | 'wx',
  mode: number | null,
): number {
  const { closeSync, fchmodSync, openSync, writeSync } = process.getBuiltinModule('node:fs');
  const file = openSync(path, flags, mode ?? 0o666);
  let count = 0;
  try {
    // What is asked for when a file is opened is subject to the umask.
    if (mode !== null) fchmodSync(file, mode);
    for (const chunk of content) {
      let offset = 0;
      while (offset < chunk.length) offset += writeSync(file, chunk, offset);
      count += chunk.length;
    }
  } finally {
    closeSync(file);
  }
  return count;
}
