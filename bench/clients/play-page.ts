import { playPage, wantedBlock } from '../play-page.ts';
import type { BenchClient } from './client.ts';

/** No client but what takes the wanted block out of the page, octets in, text out; each call is a page. */
export function makeExtractor(extract: (octets: Buffer) => string): BenchClient {
  const { octets } = playPage();
  const wanted = wantedBlock(octets);
  if (extract(octets) !== wanted) throw new Error('this is not the wanted block');
  return {
    get: () => Promise.resolve(extract(octets).length === wanted.length ? 1 : 0),
  };
}
