import type { StreamResponse } from '../message/stream-response.ts';
import type { Progress } from '../transport/transport.ts';
import { suggestedPath } from './download-path.ts';
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
    const path = this.#path ?? suggestedPath(response, directory);
    const label = this.#style.clean(process.getBuiltinModule('node:path').basename(path));
    if (stderr.isTTY) this.#bar = new ProgressBar(label, stderr, this.#style.palette);
    const started = performance.now();
    let bytes: number;
    try {
      bytes = await response.pipeTo(path);
    } finally {
      await this.#bar?.clear();
      this.#bar = null;
    }
    await stderr.write(
      `Saved ${formatSize(bytes)} as '${label}' in ${formatDuration(performance.now() - started)}\n`,
    );
    return { path, bytes };
  }
}
