import { pipeToNewFile } from '../message/pipe.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import type { Progress } from '../transport/transport.ts';
import { suggestedPaths } from './download-path.ts';
import { formatDuration, formatSize } from './format-size.ts';
import type { CommandIO } from './io.ts';
import { ProgressBar } from './progress-bar.ts';
import type { Style } from './style.ts';

/** A body that lies in a file now. */
export interface SavedBody {
  readonly path: string;
  /** Octets of the content, content codings undone. */
  readonly bytes: number;
}

/** Saves the body of a response, with a progress bar on a terminal. A body that does not come whole leaves no file. */
export class Download {
  readonly #path: string | null;
  readonly #io: CommandIO;
  readonly #style: Style;
  #bar: ProgressBar | null = null;

  /**
   * @param path absolute; null for the name that the server or the URL suggests
   * @param style of standard error, where the bar is shown
   */
  constructor(path: string | null, io: CommandIO, style: Style) {
    this.#path = path;
    this.#io = io;
    this.#style = style;
  }

  /** Progress of any response; shown once the one to save is known. */
  readonly onProgress = ({ transferred, total }: Progress): void => {
    this.#bar?.update(transferred, total);
  };

  async save(response: StreamResponse): Promise<SavedBody> {
    const { stderr, directory } = this.#io;
    const free = this.#path === null ? suggestedPaths(response, directory) : null;
    const path = this.#path ?? free!.next().value;
    if (stderr.isTTY) this.#bar = new ProgressBar(this.#label(path), stderr, this.#style.palette);
    const started = performance.now();
    let saved: SavedBody;
    try {
      saved =
        free === null
          ? { path, bytes: await response.pipeTo(path) }
          : await saveAsNew(response, path, () => free.next().value);
    } finally {
      await this.#bar?.clear();
      this.#bar = null;
    }
    const took = formatDuration(performance.now() - started);
    await stderr.write(`Saved ${formatSize(saved.bytes)} as '${this.#label(saved.path)}' in ${took}\n`);
    return saved;
  }

  #label(path: string): string {
    return this.#style.clean(process.getBuiltinModule('node:path').basename(path));
  }
}

async function saveAsNew(response: StreamResponse, path: string, nextPath: () => string): Promise<SavedBody> {
  const content = response.iterBytes();
  try {
    return await pipeToNewFile(content, path, nextPath);
  } finally {
    // Also when there was no place for the file.
    await content.return();
  }
}
