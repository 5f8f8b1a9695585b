import { importPeer } from '../peers.ts';
import { WANTED_SELECTOR } from '../play-page.ts';
import type { MakeClient } from './client.ts';
import { makeExtractor } from './play-page.ts';

interface Cheerio {
  readonly load: (html: string) => (selector: string) => { text(): string };
}

export const make: MakeClient = async () => {
  const { load } = await importPeer<Cheerio>('cheerio');
  return makeExtractor((octets) => load(octets.toString('utf8'))(WANTED_SELECTOR).text());
};
