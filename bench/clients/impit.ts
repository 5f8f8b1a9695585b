import { importPeer } from '../peers.ts';
import type { MakeClient } from './client.ts';
import { fetchLike } from './fetch-like.ts';

interface ImpitModule {
  readonly Impit: new (options: { readonly ignoreTlsErrors: boolean }) => {
    fetch(url: string): ReturnType<Parameters<typeof fetchLike>[1]>;
  };
}

/** It decides itself how many connections it opens. */
export const make: MakeClient = async (origin) => {
  const { Impit } = await importPeer<ImpitModule>('impit');
  const client = new Impit({ ignoreTlsErrors: true });
  return fetchLike(origin, (url) => client.fetch(url));
};
