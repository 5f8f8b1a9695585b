import { importPeer } from '../peers.ts';
import type { MakeClient } from './client.ts';
import { fetchLike } from './fetch-like.ts';

interface WreqModule {
  createTransport(
    this: void,
    options: {
      readonly insecure: boolean;
      readonly poolMaxSize: number;
      readonly poolMaxIdlePerHost: number;
    },
  ): Promise<object>;
  fetch(
    this: void,
    url: string,
    options: { readonly transport: object },
  ): ReturnType<Parameters<typeof fetchLike>[1]>;
}

export const make: MakeClient = async (origin, connections) => {
  const { createTransport, fetch } = await importPeer<WreqModule>('wreq-js');
  const transport = await createTransport({
    insecure: true,
    poolMaxSize: connections,
    poolMaxIdlePerHost: connections,
  });
  return fetchLike(origin, (url) => fetch(url, { transport }));
};
