import { importPeer } from '../peers.ts';
import { WANTED_CLASS } from '../play-page.ts';
import type { MakeClient } from './client.ts';
import { makeExtractor } from './play-page.ts';

interface Handler {
  onopentag(name: string, attributes: Readonly<Record<string, string>>): void;
  ontext(text: string): void;
  onclosetag(): void;
}

interface HTMLParser2 {
  readonly Parser: new (handler: Handler) => { write(text: string): void; pause(): void };
}

/** As a parser of events, which stops once it has what is wanted. */
export const make: MakeClient = async () => {
  const { Parser } = await importPeer<HTMLParser2>('htmlparser2');
  return makeExtractor((octets) => {
    let isInside = false;
    let found = '';
    const parser = new Parser({
      onopentag(name, attributes) {
        isInside = name === 'script' && attributes['class'] === WANTED_CLASS;
      },
      ontext(text) {
        if (isInside) found += text;
      },
      onclosetag() {
        if (isInside) parser.pause();
        isInside = false;
      },
    });
    parser.write(octets.toString('utf8'));
    return found;
  });
};
