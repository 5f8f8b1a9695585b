import type { Readable } from 'node:stream';

/** Where a command writes: a stream of the process, or a buffer of a test. */
export interface Output {
  readonly isTTY: boolean;
  /** Width of the terminal in characters; 80 where there is none. */
  readonly columns: number;
  /** Whoever read this is gone (`… | head`): what is written now is dropped. */
  readonly isClosed: boolean;
  /** Resolves when the data have been taken, so that a slow reader slows the writer down. */
  write(data: string | Uint8Array): Promise<void>;
}

/** Where a command reads. A terminal can be told not to show what is typed. */
export interface Input extends Readable {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
}

/** Everything of the process that a command uses, so that it runs as well inside a test. */
export interface CommandIO {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where files without a directory are looked up and saved. */
  readonly directory: string;
  /** Aborted when the user interrupts the command, and when nobody reads its output any more. */
  readonly signal: AbortSignal;
}
