import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PullGenerator } from '../body/pull-generator.ts';
import { pipeToFile, pipeToNewFile, pipeToStream } from './pipe.ts';

const failure = new Error('broken off');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tern-pipe-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Content {
  readonly pieces: AsyncGenerator<Uint8Array, void, void>;
  readonly closed: ReturnType<typeof vi.fn<() => void>>;
}

/** Gives these texts; an error is thrown in its place; `hang` gives nothing until it is closed. */
function contentOf(...steps: readonly (string | Error)[]): Content {
  const left = [...steps];
  let release = (): void => {};
  const closed = vi.fn<() => void>(() => release());
  const pieces = new PullGenerator<Uint8Array>({
    async pull() {
      const step = left.shift();
      if (step === undefined) return null;
      if (step instanceof Error) throw step;
      if (step === 'hang') {
        return new Promise((_resolve, reject) => {
          release = () => reject(new Error('closed'));
        });
      }
      return Buffer.from(step);
    },
    async close() {
      closed();
    },
  });
  return { pieces, closed };
}

function sink(onWrite: (chunk: string) => void = () => {}): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, callback) {
      onWrite(chunk.toString());
      callback();
    },
  });
}

test('a file is written whole, and counted', async () => {
  const path = join(folder, 'a.txt');
  expect(await pipeToFile(contentOf('on', 'e').pieces, path)).toBe(3);
  expect(readFileSync(path, 'utf8')).toBe('one');
  expect(await pipeToFile(contentOf().pieces, pathToFileURL(path))).toBe(0);
  expect(readFileSync(path, 'utf8')).toBe('');
  expect(readdirSync(folder)).toEqual(['a.txt']);
});

test('what breaks off leaves no file, and the one that was there as it was', async () => {
  const path = join(folder, 'a.txt');
  await expect(pipeToFile(contentOf('part', failure).pieces, path)).rejects.toBe(failure);
  expect(readdirSync(folder)).toEqual([]);
  writeFileSync(path, 'old');
  await expect(pipeToFile(contentOf('part', failure).pieces, path)).rejects.toBe(failure);
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['a.txt']);
});

test('until it is whole, nothing is under its name', async () => {
  const path = join(folder, 'a.txt');
  let during: string[] = [];
  const { pieces } = contentOf('one');
  const watched = new PullGenerator<Uint8Array>({
    async pull() {
      during = readdirSync(folder);
      return (await pieces.next()).value ?? null;
    },
    close: async () => undefined,
  });
  await pipeToFile(watched, path);
  expect(during).toHaveLength(1);
  expect(during).not.toContain('a.txt');
});

test('the permissions of a file that is replaced are kept', async () => {
  const path = join(folder, 'secret');
  writeFileSync(path, 'old');
  chmodSync(path, 0o600);
  await pipeToFile(contentOf('new').pieces, path);
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual(['new', 0o600]);
});

test('a link stays, and what it leads to is replaced', async () => {
  mkdirSync(join(folder, 'deep'));
  const path = join(folder, 'deep', 'target');
  const link = join(folder, 'link');
  writeFileSync(path, 'old');
  symlinkSync(path, link);
  await pipeToFile(contentOf('new').pieces, link);
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(
    readdirSync(folder, { withFileTypes: true })
      .find(({ name }) => name === 'link')!
      .isSymbolicLink(),
  ).toBe(true);
});

test('a special file is written to', async () => {
  expect(await pipeToFile(contentOf('one').pieces, '/dev/null')).toBe(3);
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
});

test('a name as long as the system allows can be written', async () => {
  const path = join(folder, 'n'.repeat(255));
  await pipeToFile(contentOf('one').pieces, path);
  expect(readFileSync(path, 'utf8')).toBe('one');
});

test.each([
  ['a folder', () => folder, 'EISDIR'],
  ['a folder that is not there', () => join(folder, 'no', 'a.txt'), 'ENOENT'],
  ['a path through a file', () => join(__filename, 'a.txt'), 'ENOTDIR'],
  ['a URL of something else', () => new URL('http://h/a.txt'), 'ERR_INVALID_URL_SCHEME'],
])('%s is refused with what the system says', async (_name, target, code) => {
  await expect(pipeToFile(contentOf('one').pieces, target())).rejects.toMatchObject({ code });
});

test('a new file takes another name if its own is taken by the time it is complete', async () => {
  const path = join(folder, 'a.txt');
  const free = ['b.txt', 'c.txt', 'd.txt'].map((name) => join(folder, name)).values();
  const { pieces } = contentOf('ne', 'w');
  const watched = new PullGenerator<Uint8Array>({
    async pull() {
      const { value = null } = (await pieces.next()) as { value?: Uint8Array };
      if (value !== null) return value;
      writeFileSync(path, 'precious');
      symlinkSync(join(folder, 'nowhere'), join(folder, 'b.txt'));
      return null;
    },
    close: async () => undefined,
  });
  const saved = await pipeToNewFile(watched, path, () => free.next().value!);
  expect(saved).toEqual({ path: join(folder, 'c.txt'), bytes: 3 });
  expect(readdirSync(folder).toSorted()).toEqual(['a.txt', 'b.txt', 'c.txt']);
  expect([readFileSync(path, 'utf8'), readFileSync(saved.path, 'utf8')]).toEqual(['precious', 'new']);
});

test('a new file on a file system without links replaces nothing either', async () => {
  const link = vi
    .spyOn(process.getBuiltinModule('node:fs/promises'), 'link')
    .mockRejectedValue(Object.assign(new Error('no links here'), { code: 'EPERM' }));
  try {
    const [path, other] = [join(folder, 'a.txt'), join(folder, 'b.txt')];
    writeFileSync(path, 'old');
    const saved = await pipeToNewFile(contentOf('new').pieces, path, () => other);
    expect([saved, link.mock.calls.length]).toEqual([{ path: other, bytes: 3 }, 2]);
    expect([readFileSync(path, 'utf8'), readFileSync(other, 'utf8')]).toEqual(['old', 'new']);
    expect(readdirSync(folder).toSorted()).toEqual(['a.txt', 'b.txt']);
  } finally {
    link.mockRestore();
  }
});

test('a new file that breaks off, or has no place, leaves nothing', async () => {
  const path = join(folder, 'a.txt');
  const none = (): never => {
    throw new Error('no more names');
  };
  await expect(pipeToNewFile(contentOf('part', failure).pieces, path, none)).rejects.toBe(failure);
  expect(readdirSync(folder)).toEqual([]);
  writeFileSync(path, 'old');
  await expect(pipeToNewFile(contentOf('new').pieces, path, none)).rejects.toThrow('no more names');
  await expect(
    pipeToNewFile(contentOf('new').pieces, path, () => join(folder, 'no', 'a.txt')),
  ).rejects.toMatchObject({ code: 'ENOENT' });
  expect([readdirSync(folder), readFileSync(path, 'utf8')]).toEqual([['a.txt'], 'old']);
});

test('a Node stream gets everything and is ended', async () => {
  const written: string[] = [];
  const target = sink((chunk) => written.push(chunk));
  expect(await pipeToStream(contentOf('on', 'e').pieces, target)).toBe(3);
  expect(written.join('')).toBe('one');
  expect(target.writableFinished).toBe(true);
});

test('when the content breaks off, a Node stream is destroyed with the error and not ended', async () => {
  const target = sink();
  const ended = vi.fn<() => void>();
  target.on('finish', ended);
  await expect(pipeToStream(contentOf('part', failure).pieces, target)).rejects.toBe(failure);
  expect(target.destroyed).toBe(true);
  expect(ended).not.toHaveBeenCalled();
});

test('when a Node stream fails, the content is let go of at once', async () => {
  for (const steps of [['one', 'hang'], ['hang']]) {
    const { pieces, closed } = contentOf(...steps);
    const target = new PassThrough();
    setImmediate(() => target.destroy(failure));
    await expect(pipeToStream(pieces, target)).rejects.toBe(failure);
    expect(closed).toHaveBeenCalledTimes(1);
  }
});

test('a Node stream that cannot take more fails the transfer', async () => {
  const { pieces, closed } = contentOf('one', 'two', 'three');
  const target = new Writable({
    highWaterMark: 1,
    write: (chunk: Buffer, _encoding, callback) => callback(chunk.toString() === 'two' ? failure : null),
  });
  await expect(pipeToStream(pieces, target)).rejects.toBe(failure);
  expect(closed).toHaveBeenCalledTimes(1);
});

test('a Node stream that is destroyed already takes nothing', async () => {
  const target = new PassThrough();
  target.destroy();
  // Whether the content is closed here depends on the version of Node; `pipeTo()` sees to it in any case.
  const { pieces } = contentOf('one');
  await expect(pipeToStream(pieces, target)).rejects.toBeInstanceOf(Error);
});

test('a web stream gets everything, is closed, and is free again', async () => {
  const written: string[] = [];
  const target = new WritableStream<Uint8Array>({
    write: (chunk) => void written.push(Buffer.from(chunk).toString()),
    close: () => void written.push('closed'),
  });
  expect(await pipeToStream(contentOf('on', 'e').pieces, target)).toBe(3);
  expect(written).toEqual(['on', 'e', 'closed']);
  expect(target.locked).toBe(false);
});

test('when the content breaks off, a web stream is aborted with the error', async () => {
  const abort = vi.fn<(reason: unknown) => void>();
  const target = new WritableStream<Uint8Array>({ abort });
  await expect(pipeToStream(contentOf('part', failure).pieces, target)).rejects.toBe(failure);
  expect(abort).toHaveBeenCalledWith(failure);
  expect(target.locked).toBe(false);
});

test('when a web stream fails, the content is let go of at once, also while a piece is awaited', async () => {
  for (const steps of [['one', 'hang'], ['hang']]) {
    const { pieces, closed } = contentOf(...steps);
    const target = new WritableStream<Uint8Array>({
      start: (controller) => void setImmediate(() => controller.error(failure)),
      write: () => new Promise(setImmediate),
    });
    await expect(pipeToStream(pieces, target)).rejects.toBe(failure);
    expect(closed).toHaveBeenCalledTimes(1);
  }
});

test('a web stream that somebody else writes to is left alone', async () => {
  const target = new WritableStream<Uint8Array>();
  target.getWriter();
  await expect(pipeToStream(contentOf('one').pieces, target)).rejects.toThrow(TypeError);
});
