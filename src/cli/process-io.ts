import type { WriteStream } from 'node:tty';
import type { CommandIO, Input, Output } from './io.ts';

/** The streams and variables of this process, and a signal for Ctrl-C, SIGTERM and a reader that has gone. */
export function processIO(): CommandIO & {
  /** Name of the signal that interrupted the command, null if none did. */
  readonly interruption: () => 'SIGINT' | 'SIGTERM' | null;
} {
  const controller = new AbortController();
  let interruption: 'SIGINT' | 'SIGTERM' | null = null;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    // Once: the same signal again ends the process at once, whatever hangs.
    process.once(name, () => {
      interruption = name;
      controller.abort(new Error(`interrupted by ${name}`));
    });
  }
  return {
    // Looking at it opens it, and most commands never read.
    get stdin(): Input {
      return process.stdin;
    },
    stdout: new ProcessOutput(process.stdout, () => controller.abort(new Error('nobody reads the output'))),
    stderr: new ProcessOutput(process.stderr, () => {}),
    env: process.env,
    directory: process.cwd(),
    signal: controller.signal,
    interruption: () => interruption,
  };
}

/** A stream of the process, of which a reader that leaves is no error. */
class ProcessOutput implements Output {
  isClosed = false;
  readonly #stream: WriteStream;
  readonly #onClosed: () => void;

  constructor(stream: WriteStream, onClosed: () => void) {
    this.#stream = stream;
    this.#onClosed = onClosed;
    // Each failure comes to the write that it belongs to as well.
    stream.on('error', () => {});
  }

  get isTTY(): boolean {
    return this.#stream.isTTY === true;
  }

  get columns(): number {
    // Terminals that do not know their width say 0.
    return this.#stream.columns || 80;
  }

  write(data: string | Uint8Array): Promise<void> {
    if (this.isClosed) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#stream.write(data, (error) => {
        if (error === null || error === undefined) {
          resolve();
        } else if (isGone(error)) {
          this.#close();
          resolve();
        } else {
          reject(error);
        }
      });
    });
  }

  #close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#onClosed();
  }
}

function isGone(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED';
}
