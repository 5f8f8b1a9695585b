import type { SyncClient } from '../../src/sync.ts';
import { useBuiltAccelerators } from '../peers.ts';
import type { MakeClient } from './client.ts';

/** Makes the client that blocks: a promise is made of what it returns, as the other clients give one. */
export const makeWith: (backend: 'js' | 'native') => MakeClient = (backend) => async (origin) => {
  if (backend !== 'js') useBuiltAccelerators();
  const built = new URL('../../dist/sync.js', import.meta.url).href;
  const module = (await import(built)) as { readonly SyncClient: typeof SyncClient };
  const client = new module.SyncClient({ backend, baseURL: origin });
  return {
    get: async (path) => client.get(origin + path).text.length,
    buffer: async (path) => client.get(origin + path).bytes.length,
    async stream(path) {
      let length = 0;
      for (const chunk of client.stream('GET', origin + path)) length += chunk.length;
      return length;
    },
  };
};

export const make: MakeClient = makeWith('js');
