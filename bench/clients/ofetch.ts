import { importPeer } from '../peers.ts';
import type { MakeClient } from './client.ts';

interface OfetchModule {
  ofetch(this: void, url: string, options: { readonly responseType: 'text' }): Promise<string>;
  ofetch(this: void, url: string, options: { readonly responseType: 'arrayBuffer' }): Promise<ArrayBuffer>;
  ofetch(
    this: void,
    url: string,
    options: { readonly responseType: 'stream' },
  ): Promise<AsyncIterable<Uint8Array>>;
}

/** Over the fetch that is built into Node. */
export const make: MakeClient = async (origin) => {
  const { ofetch } = await importPeer<OfetchModule>('ofetch');
  return {
    get: async (path) => (await ofetch(origin + path, { responseType: 'text' })).length,
    buffer: async (path) => (await ofetch(origin + path, { responseType: 'arrayBuffer' })).byteLength,
    async stream(path) {
      let length = 0;
      for await (const chunk of await ofetch(origin + path, { responseType: 'stream' }))
        length += chunk.length;
      return length;
    },
  };
};
