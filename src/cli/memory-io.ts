import { main } from './main.ts';
import type { CommandIO, Input, Output } from './io.ts';

/** What a command that runs inside this process finds around it. */
export interface CommandSetting {
  /** What it can read from standard input; nothing by default. */
  readonly stdin?: string | Uint8Array;
  /** All variables that it sees; none by default, whatever this process has. */
  readonly env?: Readonly<Record<string, string>>;
  /** Standard output and error are terminals. */
  readonly isTerminal?: boolean;
  /** Only standard output is none, as in `command > file`, although `isTerminal` is set. */
  readonly isRedirected?: boolean;
  /** Width of the terminal; 80 by default. */
  readonly columns?: number;
  /** Where files without a directory are looked up and saved; the working directory by default. */
  readonly directory?: string;
  /** Interrupts the command as Ctrl-C does. */
  readonly signal?: AbortSignal;
}

/** What a command left behind. */
export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output in octets. */
  readonly output: Uint8Array;
}

/** Runs the command `ternhttp` inside this process, on streams in memory. */
export async function runInMemory(
  argv: readonly string[],
  setting: CommandSetting = {},
): Promise<CommandResult> {
  const { isTerminal = false, isRedirected = false, columns = 80 } = setting;
  const stdout = new MemoryOutput(isTerminal && !isRedirected, columns);
  const stderr = new MemoryOutput(isTerminal, columns);
  const io: CommandIO = {
    stdin: inputOf(setting.stdin ?? ''),
    stdout,
    stderr,
    env: setting.env ?? {},
    directory: setting.directory ?? process.cwd(),
    signal: setting.signal ?? new AbortController().signal,
  };
  const exitCode = await main(argv, io);
  return { exitCode, stdout: stdout.text, stderr: stderr.text, output: stdout.bytes };
}

class MemoryOutput implements Output {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly isClosed = false;
  readonly #chunks: Uint8Array[] = [];

  constructor(isTTY: boolean, columns: number) {
    this.isTTY = isTTY;
    this.columns = columns;
  }

  get bytes(): Uint8Array {
    return Buffer.concat(this.#chunks);
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  write(data: string | Uint8Array): Promise<void> {
    this.#chunks.push(typeof data === 'string' ? Buffer.from(data) : data);
    return Promise.resolve();
  }
}

function inputOf(content: string | Uint8Array): Input {
  const { Readable } = process.getBuiltinModule('node:stream');
  return Readable.from(content.length === 0 ? [] : [Buffer.from(content)], { objectMode: false });
}
