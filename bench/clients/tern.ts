import type * as Tern from '../../src/index.ts';
import { useBuiltAccelerators } from '../peers.ts';
import type { MakeClient } from './client.ts';

/** The client with the backend of that name, which `npm run build:accel` has built. */
export function makeWith(backend: 'js' | 'native' | 'wasm'): MakeClient {
  return async (origin, connections, isHTTP2) => {
    if (backend !== 'js') useBuiltAccelerators();
    // The built package, as users get it; its types are those of the sources.
    const built = new URL('../../dist/index.js', import.meta.url).href;
    const { Client } = (await import(built)) as typeof Tern;
    const client = new Client({
      backend,
      baseURL: origin,
      limits: { maxConnections: connections, maxKeepAlive: connections },
      timeout: { pool: 60_000 },
      http2: isHTTP2,
    });
    return {
      get: async (path) => (await client.get(origin + path)).text.length,
      buffer: async (path) => (await client.get(origin + path)).bytes.length,
      async stream(path) {
        const response = await client.stream('GET', origin + path);
        let length = 0;
        for await (const chunk of response) length += chunk.length;
        return length;
      },
    };
  };
}

export const make: MakeClient = makeWith('js');
