import type { BenchClient } from './client.ts';

/** What clients in the manner of fetch give. */
interface FetchedResponse {
  readonly body: AsyncIterable<Uint8Array> | null;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** A client under measurement from something like fetch. */
export function fetchLike(origin: string, send: (url: string) => Promise<FetchedResponse>): BenchClient {
  return {
    get: async (path) => (await (await send(origin + path)).text()).length,
    buffer: async (path) => (await (await send(origin + path)).arrayBuffer()).byteLength,
    async stream(path) {
      const { body } = await send(origin + path);
      let length = 0;
      for await (const chunk of body!) length += chunk.length;
      return length;
    },
  };
}
