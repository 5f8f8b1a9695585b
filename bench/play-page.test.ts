import { expect, test } from 'vitest';
import { describePage, madePage, playPage, wantedBlock, WANTED_SELECTOR } from './play-page.ts';
import { compileHTMLQuery } from '../src/kernels/html-program.ts';
import { jsKernels } from '../src/kernels/kernels.ts';
import { parse } from 'node-html-parser';

const query = compileHTMLQuery({ fields: { block: { select: WANTED_SELECTOR, take: 'inner' } } });
const pages = [
  ['the page at hand', playPage().octets],
  ['a made page', madePage()],
] as const;

for (const [name, octets] of pages) {
  test(`${name} has one wanted block, behind nine tenths of it, that parsers find too`, () => {
    const block = wantedBlock(octets);
    expect(block).toMatch(/^AF_initDataCallback\(\{key: 'ds:5', .*\}\);$/s);
    expect(octets.indexOf(block)).toBeGreaterThan(octets.length * 0.9);
    const { records } = jsKernels.htmlExtract(octets, query);
    expect(records).toHaveLength(5);
    expect(octets.toString('utf8', records[3], records[4])).toBe(block);
    expect(parse(octets.toString('utf8')).querySelector(WANTED_SELECTOR)?.textContent).toBe(block);
  });
}

test('a made page is the same each time, and of the size and the composition of a recorded one', () => {
  const octets = madePage();
  expect(madePage().equals(octets)).toBe(true);
  expect(octets.length).toBeGreaterThan(1_100_000);
  expect(octets.length).toBeLessThan(1_300_000);
  const html = octets.toString('utf8');
  expect(html.match(/<script class="ds:\d+"/g)).toHaveLength(13);
  expect(parse(html).querySelectorAll('*').length).toBeGreaterThan(1200);
  expect(parse(html).querySelectorAll('*').length).toBeLessThan(1700);
  expect(describePage({ octets, source: 'made' })).toMatch(/^the page is made, of 1,\d{3},\d{3} octets$/);
});
