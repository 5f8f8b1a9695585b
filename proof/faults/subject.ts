import { type BackendName, Client, type ClientOptions, type PoolStats } from '../../src/index.ts';
import { SyncClient, type SyncClientOptions } from '../../src/sync.ts';

/** How content is asked for: read whole, streamed, or by a client that blocks. */
export type Mode = 'stream' | 'sync' | 'whole';

export const MODES: readonly Mode[] = ['whole', 'stream', 'sync'];

/** Limits of one request in milliseconds. */
export interface RequestLimits {
  readonly pool: number;
  readonly connect: number;
  readonly read: number;
  readonly total?: number;
}

/** A client of one mode under one face. */
export interface Subject {
  readonly stats: PoolStats;
  /** Asks for the content of a URL, with what is sent to it if that is something. */
  fetch(url: string, content: string | null, timeout?: RequestLimits): Promise<string>;
  close(): Promise<void>;
}

/** A client for a mode on a backend. */
export function createSubject(mode: Mode, backend: BackendName, options: ClientOptions): Subject {
  return mode === 'sync'
    ? blocking(new SyncClient({ ...options, backend } as SyncClientOptions))
    : waiting(new Client({ ...options, backend }), mode);
}

function waiting(client: Client, mode: 'stream' | 'whole'): Subject {
  return {
    get stats() {
      return client.stats;
    },
    async fetch(url, content, timeout) {
      const method = content === null ? 'GET' : 'POST';
      const options = { ...(content !== null && { content }), ...(timeout !== undefined && { timeout }) };
      if (mode === 'whole') return (await client.request(method, url, options)).text;
      const response = await client.stream(method, url, options);
      const pieces: string[] = [];
      for await (const piece of response.iterText()) pieces.push(piece);
      return pieces.join('');
    },
    close: () => client.close(),
  };
}

function blocking(client: SyncClient): Subject {
  return {
    get stats() {
      return client.stats;
    },
    fetch(url, content, timeout) {
      // What it throws rejects the promise.
      return new Promise((resolve) => {
        const method = content === null ? 'GET' : 'POST';
        const options = { ...(content !== null && { content }), ...(timeout !== undefined && { timeout }) };
        resolve(client.request(method, url, options).text);
      });
    },
    close() {
      client.close();
      return Promise.resolve();
    },
  };
}
