import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** A large page of which one block of data is wanted. */
interface PlayPage {
  readonly octets: Buffer;
  /** Where it comes from, in words. */
  readonly source: string;
}

/** What finds the wanted block, as a selector and as the start of its element. */
export const WANTED_SELECTOR = 'script[class="ds:5"]';
export const WANTED_CLASS = 'ds:5';
const WANTED_START = `<script class="${WANTED_CLASS}"`;

/** The page of an app: the recorded one if it is at hand (it lies beside the vectors), else a made one. */
export function playPage(): PlayPage {
  const vectors =
    process.env['TERN_VECTORS'] ?? fileURLToPath(new URL('../../shared/vectors', import.meta.url));
  const path = `${vectors}/../play-pages/app-minecraft-2026.html.gz`;
  return existsSync(path)
    ? { octets: gunzipSync(readFileSync(path)), source: 'recorded' }
    : { octets: madePage(), source: 'made in the likeness of a recorded one' };
}

/** Says which page it is that is measured. */
export function describePage({ octets, source }: PlayPage): string {
  return `the page is ${source}, of ${octets.length.toLocaleString('en')} octets`;
}

/** The wanted block, found by nothing but its place; all that are measured must find the same. */
export function wantedBlock(octets: Buffer): string {
  const from = octets.indexOf('>', octets.indexOf(WANTED_START)) + 1;
  return octets.toString('utf8', from, octets.indexOf('</script>', from));
}

/**
 * A page of about the composition that was measured on the recorded one: 1.2 MB, of which style sheets are 840 KB and
 * scripts 210 KB, 1400 tags, 13 blocks of data in no order, the wanted one behind nine tenths of the page.
 */
export function madePage(): Buffer {
  const others = [0, 1, 2, 11, 12, 4, 9, 3, 10, 7];
  return Buffer.from(
    [
      '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>App 5</title>',
      `<script nonce="abc">${rows(66_000, statement)}</script>`,
      `<style data-href="https://styles.test/">${rows(797_000, rule)}</style>`,
      `<style>${rows(43_000, rule)}</style></head><body>`,
      rows(155_000, card),
      `<script nonce="abc">${rows(16_000, statement)}</script>`,
      ...others.map((number) => block(number, number === 10 ? 22_000 : 1500)),
      block(5, 14_600),
      block(6, 9000),
      block(8, 56_000),
      '</body></html>',
    ].join('\n'),
  );
}

function rows(octets: number, row: (index: number) => string): string {
  let text = '';
  for (let index = 0; text.length < octets; index++) text += row(index);
  return text;
}

function rule(index: number): string {
  return `.k${index.toString(36)} .m,.q${index}>a:hover{display:flex;margin:0 ${index % 32}px;color:rgba(0,0,0,.${index % 10})}`;
}

function statement(index: number): string {
  return `if(a<b&&c.d${index}){e(function(f){return f>${index}?'x':"y"})}`;
}

function card(index: number): string {
  return `<div class="a${index % 40} b" jsname="c${index}" jslog="${'38003; 1:500|'.repeat(14)}"><a href="/apps/details?id=test.app${index}&amp;hl=en" class="d"><span>App ${index}, größer &amp; schöner</span></a></div>\n`;
}

function entry(index: number): string {
  return `["com.test.app${index}",7,["App ${index} \\u003c3","größer"],null,null,[4.${index % 10},"${index % 10}"],[[["https://images.test/${index}\\u003dw480",null,[512,288]]]]],`;
}

function block(number: number, octets: number): string {
  return `<script class="ds:${number}" nonce="abc">AF_initDataCallback({key: 'ds:${number}', hash: '${number}', data:[${rows(octets, entry)}null], sideChannel: {}});</script>`;
}
