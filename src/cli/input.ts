import type { FileHandle } from 'node:fs/promises';
import { AbortError } from '../errors/abort-error.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { CommandIO, Input } from './io.ts';

/** Reads and opens what options name: files, and standard input, which can be used once. */
export class InputFiles {
  readonly #io: CommandIO;
  readonly #handles: FileHandle[] = [];
  #stdinUser: string | null = null;

  constructor(io: CommandIO) {
    this.#io = io;
  }

  /** An open file; it is closed by {@link close}. */
  async open(path: string, option: string): Promise<FileHandle> {
    const { open } = process.getBuiltinModule('node:fs/promises');
    try {
      const handle = await open(this.resolve(path), 'r');
      this.#handles.push(handle);
      if (!(await handle.stat()).isDirectory()) return handle;
    } catch (error) {
      throw unreadable(path, option, error);
    }
    throw new InvalidArgument(`'${option}': '${path}' is a directory, not a file.`);
  }

  async readText(path: string, option: string): Promise<string> {
    const { readFile } = process.getBuiltinModule('node:fs/promises');
    try {
      return await readFile(this.resolve(path), 'utf8');
    } catch (error) {
      throw unreadable(path, option, error);
    }
  }

  /** Standard input, for one option alone. */
  stdin(option: string): Input {
    if (this.#stdinUser !== null) {
      throw new InvalidArgument(
        `Standard input goes to '${this.#stdinUser}' and cannot go to '${option}' too.`,
      );
    }
    this.#stdinUser = option;
    const { stdin, signal } = this.#io;
    // Whoever waits for input would not hear of the interruption otherwise.
    const stop = (): void => void stdin.destroy(interrupted());
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    return stdin;
  }

  /** A secret that is typed without being shown, or the first line of standard input if that is no terminal. */
  async readSecret(prompt: string, option: string): Promise<string> {
    const stdin = this.stdin(option);
    if (stdin.isTTY !== true || stdin.setRawMode === undefined) return readLine(stdin, option);
    await this.#io.stderr.write(prompt);
    stdin.setRawMode(true);
    try {
      return await typedLine(stdin);
    } finally {
      stdin.setRawMode(false);
      await this.#io.stderr.write('\n');
    }
  }

  resolve(path: string): string {
    return process.getBuiltinModule('node:path').resolve(this.#io.directory, path);
  }

  async close(): Promise<void> {
    await Promise.all(this.#handles.map((handle) => handle.close()));
  }
}

async function readLine(stdin: Input, option: string): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of stdin as AsyncIterable<Uint8Array | string>) {
    text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (text.includes('\n')) break;
  }
  const line = text.split(/\r?\n/, 1)[0]!;
  if (line === '') throw new InvalidArgument(`'${option}' asks for a secret, but standard input gave none.`);
  return line;
}

const RETURN = '\r';
const LINE_FEED = '\n';
const INTERRUPT = '\u0003';
const END = '\u0004';
const BACKSPACE = '\u0008';
const DELETE = '\u007F';

/** In raw mode the terminal interprets nothing, so that the keys which end and correct a line are up to us. */
async function typedLine(stdin: Input): Promise<string> {
  const decoder = new TextDecoder();
  const typed: string[] = [];
  return new Promise((resolve, reject) => {
    const done = (settle: () => void): void => {
      stdin.off('data', onData);
      stdin.off('end', onEnd);
      stdin.off('error', onError);
      stdin.pause();
      settle();
    };
    const onEnd = (): void => done(() => resolve(typed.join('')));
    const onError = (error: Error): void => done(() => reject(error));
    const onData = (chunk: Uint8Array | string): void => {
      for (const key of typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })) {
        if (key === INTERRUPT) {
          onError(interrupted());
          return;
        }
        if (key === RETURN || key === LINE_FEED || key === END) {
          onEnd();
          return;
        }
        if (key === BACKSPACE || key === DELETE) typed.pop();
        else typed.push(key);
      }
    };
    stdin.on('data', onData);
    stdin.once('end', onEnd);
    stdin.once('error', onError);
  });
}

function interrupted(): AbortError {
  return new AbortError({ reason: 'interrupted', phase: 'build' });
}

function unreadable(path: string, option: string, cause: unknown): InvalidArgument {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = code === 'ENOENT' ? 'it does not exist' : message;
  return new InvalidArgument(`'${option}': '${path}' cannot be read: ${reason}.`, { cause });
}
