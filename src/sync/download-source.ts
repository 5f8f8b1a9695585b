import type { Download } from '../client/resuming-source.ts';
import { runSync } from '../body/steps.ts';
import type { SyncSource } from './sync-source.ts';
import type { SyncStreamResponse } from './sync-stream-response.ts';

/** A download that is continued when it breaks off, as the content of a response of a client that blocks. */
export class DownloadSource implements SyncSource {
  readonly #download: Download<SyncStreamResponse>;

  constructor(download: Download<SyncStreamResponse>) {
    this.#download = download;
  }

  get bytesReceived(): number {
    return this.#download.bytesReceived;
  }

  get trailers(): readonly string[] | null {
    return this.#download.trailers;
  }

  next(): Uint8Array | null {
    return runSync(this.#download.next());
  }

  whole(): null {
    return null;
  }

  cancel(reason?: unknown): void {
    this.#download.cancel(reason);
  }
}
