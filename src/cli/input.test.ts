import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AbortError } from '../errors/abort-error.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { InputFiles } from './input.ts';
import type { CommandIO, Input } from './io.ts';

let directory: string;
let written: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tern-input-'));
  written = '';
});

afterEach(() => rm(directory, { recursive: true }));

function files(stdin: Input = Readable.from([]), signal = new AbortController().signal): InputFiles {
  const stderr = {
    isTTY: true,
    columns: 80,
    isClosed: false,
    write: (data: string | Uint8Array): Promise<void> => {
      written += String(data);
      return Promise.resolve();
    },
  };
  const io: CommandIO = {
    stdin,
    stdout: stderr,
    stderr,
    env: {},
    directory,
    signal,
  };
  return new InputFiles(io);
}

/** A terminal on which keys are typed; remembers the modes it was put into. */
function terminal(...typed: string[]): { stdin: Input; modes: boolean[] } {
  const modes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (isRaw: boolean) => {
      modes.push(isRaw);
      if (isRaw) for (const keys of typed) stdin.write(keys);
    },
  });
  return { stdin, modes };
}

describe('files', () => {
  test('are opened and closed', async () => {
    await writeFile(join(directory, 'a.txt'), 'content');
    const input = files();
    const handle = await input.open('a.txt', '--content');
    expect(await handle.readFile('utf8')).toBe('content');
    await input.close();
    expect(handle.fd).toBe(-1);
    expect(await input.readText('a.txt', '--ca')).toBe('content');
  });

  test('that cannot be read are named with their option', async () => {
    const input = files();
    const missing = "'--content': 'none.txt' cannot be read: it does not exist.";
    await expect(input.open('none.txt', '--content')).rejects.toThrow(new InvalidArgument(missing));
    await expect(input.readText('none.txt', '--ca')).rejects.toThrow(InvalidArgument);
    await expect(input.open('.', '--files')).rejects.toThrow("'--files': '.' is a directory, not a file.");
    await input.close();
  });
});

describe('standard input', () => {
  test('serves one option', () => {
    const input = files();
    input.stdin('--content');
    expect(() => input.stdin('--auth')).toThrow(
      "Standard input goes to '--content' and cannot go to '--auth' too.",
    );
  });

  test.each([
    [['secret\n'], 'secret'],
    [['sec', 'ret\r\nmore'], 'secret'],
    [['no end'], 'no end'],
    [[Buffer.from([0xc3]), Buffer.from([0xa9])], 'é'],
  ])('without a terminal gives its first line as a secret: %j', async (chunks, secret) => {
    expect(await files(Readable.from(chunks)).readSecret('?', '--auth')).toBe(secret);
    expect(written).toBe('');
  });

  test('without a terminal must not be empty', async () => {
    await expect(files().readSecret('?', '--auth')).rejects.toThrow(InvalidArgument);
  });
});

describe('an interruption', () => {
  test.each([true, false])('ends the wait for input; terminal: %j', async (isTTY) => {
    const controller = new AbortController();
    const stdin = isTTY ? terminal().stdin : new PassThrough();
    const secret = files(stdin, controller.signal).readSecret('?', '--auth');
    controller.abort();
    await expect(secret).rejects.toThrow(AbortError);
  });

  test('that came before leaves no wait at all', async () => {
    await expect(files(new PassThrough(), AbortSignal.abort()).readSecret('?', '--auth')).rejects.toThrow(
      AbortError,
    );
  });
});

describe('a terminal', () => {
  test.each([
    [['secret\r'], 'secret'],
    [['s', 'e', 'c\n'], 'sec'],
    [['wrong', '\u007F\u007F\u0008\u007F\u007Fright\r'], 'right'],
    [['pässwort🐦\u0004'], 'pässwort🐦'],
    [['\u007Fa\r'], 'a'],
  ])('does not show what is typed: %j', async (typed, secret) => {
    const { stdin, modes } = terminal(...typed);
    expect(await files(stdin).readSecret('Password: ', '--auth')).toBe(secret);
    expect(written).toBe('Password: \n');
    expect(modes).toEqual([true, false]);
    expect(stdin.isPaused()).toBe(true);
  });

  test('can be interrupted', async () => {
    const { stdin, modes } = terminal('abc\u0003');
    await expect(files(stdin).readSecret('Password: ', '--auth')).rejects.toThrow(AbortError);
    expect(modes).toEqual([true, false]);
  });
});
