import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { CHARSETS } from '../../src/kernels/charset-models.ts';
import { compileHTMLQuery } from '../../src/kernels/html-program.ts';
import { compileJSONQuery } from '../../src/kernels/json-program.ts';
import { KernelFault } from '../../src/kernels/kernel-fault.ts';
import { hostKernels, jsKernels, type Kernels } from '../../src/kernels/kernels.ts';
import { builtAccelerators } from './accelerators.ts';
import { randomHTML, randomHTMLQuery, randomJSON, randomJSONQuery } from './inputs.ts';
import { mutate, Random } from './random.ts';

const seed = Number(process.env['TERN_SEED'] ?? 1);
const rounds = Number(process.env['TERN_ROUNDS'] ?? 4000);
/** Recorded pages lie beside the vectors. */
const vectors =
  process.env['TERN_VECTORS'] ?? fileURLToPath(new URL('../../../shared/vectors', import.meta.url));
const pages = `${vectors}/../play-pages/`;

/** What a call gives, in a form that can be compared: a result, or code and offset of a fault. */
function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    if (error instanceof KernelFault) return { code: error.code, offset: error.offset };
    throw error;
  }
}

const JSON_ALPHABET = Buffer.from('{}[]:,"\\ntfu0123-+.eE \n\u0001é');
const HTML_ALPHABET = Buffer.from('<>/!-"\'=& ab\n\r[]?');

const { built, missing } = await builtAccelerators();

test('accelerators are built where CI is to test them', () => {
  expect(process.env['CI'] === 'true' ? missing : []).toEqual([]);
});

for (const { name, host } of built) {
  describe(`${name} (${host.target}) does what TypeScript does`, () => {
    const kernels = hostKernels(host);

    function compare(what: string, call: (kernels: Kernels) => unknown): boolean {
      const expected = outcome(() => call(jsKernels));
      expect({ what, outcome: outcome(() => call(kernels)) }).toEqual({ what, outcome: expected });
      return !(typeof expected === 'object' && expected !== null && 'code' in expected);
    }

    function report(kernel: string, count: number, good: number): number {
      console.log(
        `kernels ${name} ${kernel}: ${count} inputs, ${good} with a result, ${count - good} with a fault (seed ${seed})`,
      );
      return good / count;
    }

    test('jsonValidate', { timeout: 120_000 }, () => {
      const random = new Random(seed);
      let good = 0;
      for (let round = 0; round < rounds; round++) {
        const text = Buffer.from(randomJSON(random));
        for (const input of [text, mutate(text, random, JSON_ALPHABET)]) {
          compare(input.toString(), ({ jsonValidate }) => jsonValidate(input));
          if (jsKernels.jsonValidate(input) === -1) good++;
        }
      }
      expect(report('jsonValidate', rounds * 2, good)).toBeGreaterThan(0.05);
    });

    test('jsonPluck', { timeout: 120_000 }, () => {
      const random = new Random(seed + 1);
      let good = 0;
      for (let round = 0; round < rounds; round++) {
        const query = randomJSONQuery(random);
        const program = compileJSONQuery(query);
        const text = Buffer.from(randomJSON(random));
        const maxOutput = random.chance(8) ? random.below(200) : undefined;
        for (const input of [text, mutate(text, random, JSON_ALPHABET)]) {
          const what = `${JSON.stringify(query)} of ${input.toString()}`;
          if (compare(what, ({ jsonPluck }) => jsonPluck(input, program, maxOutput))) good++;
        }
      }
      expect(report('jsonPluck', rounds * 2, good)).toBeGreaterThan(0.05);
    });

    test('htmlExtract', { timeout: 120_000 }, () => {
      const random = new Random(seed + 2);
      let good = 0;
      for (let round = 0; round < rounds; round++) {
        const query = randomHTMLQuery(random);
        const program = compileHTMLQuery(query);
        const text = Buffer.from(randomHTML(random));
        const maxOutput = random.chance(8) ? random.below(500) : undefined;
        for (const input of [text, mutate(text, random, HTML_ALPHABET)]) {
          const what = `${JSON.stringify(query)} of ${input.toString()}`;
          if (compare(what, ({ htmlExtract }) => htmlExtract(input, program, maxOutput))) good++;
        }
      }
      expect(report('htmlExtract', rounds * 2, good)).toBeGreaterThan(0.05);
    });

    test('charsetDetect', { timeout: 120_000 }, () => {
      const random = new Random(seed + 3);
      const seen = new Map<string, number>();
      for (let round = 0; round < rounds * 2; round++) {
        const input = randomOctets(random);
        compare(input.toString('hex'), ({ charsetDetect }) => charsetDetect(input));
        const found = jsKernels.charsetDetect(input);
        seen.set(found, (seen.get(found) ?? 0) + 1);
      }
      expect([...seen.keys()].every((encoding) => CHARSETS.includes(encoding))).toBe(true);
      console.log(
        `kernels ${name} charsetDetect: ${rounds * 2} inputs, ${seen.size} encodings found (seed ${seed})`,
      );
      expect(seen.size).toBeGreaterThan(10);
    });

    test('recorded pages', { timeout: 120_000 }, () => {
      if (!existsSync(pages)) {
        console.warn(`kernels ${name}: recorded pages NOT RUN, ${pages} is absent`);
        return;
      }
      const program = compileHTMLQuery({
        fields: {
          title: { select: 'title', take: 'text' },
          links: { select: 'a[href]', take: { attribute: 'href' }, all: true },
          scripts: { select: 'script', take: 'text', all: true },
          headings: { select: 'h1, h2', take: 'text', all: true },
          deep: { select: 'div > div span:first-child', take: 'outer', all: true },
        },
      });
      const names = readdirSync(pages).filter((file) => file.endsWith('.html.gz'));
      for (const file of names) {
        const input = gunzipSync(readFileSync(pages + file));
        compare(file, ({ htmlExtract }) => htmlExtract(input, program));
        compare(file, ({ charsetDetect }) => charsetDetect(input));
        compare(file, ({ jsonValidate }) => jsonValidate(input));
      }
      console.log(`kernels ${name} recorded pages: ${names.length} equal`);
      expect(names.length).toBeGreaterThan(0);
    });
  });
}

/** Octets of one kind of text, broken now and then. */
function randomOctets(random: Random): Buffer {
  const length = random.below(200);
  const [from, to] = random.pick([
    [0, 256],
    [0x80, 256],
    [0xc0, 256],
    [0xa1, 0xff],
    [0x81, 0xa0],
    [0x20, 0x7f],
    [0xe0, 0xff],
    [0xb0, 0xc8],
  ] as const);
  const oneInASCII = 1 + random.below(5);
  const octets = Buffer.from(
    Array.from({ length }, () =>
      random.chance(oneInASCII) ? random.pick([0x20, 0x61, 0x41, 0x1b, 0]) : from + random.below(to - from),
    ),
  );
  if (random.chance(4))
    return Buffer.from(octets.toString('latin1'), random.pick(['utf8', 'utf16le'] as const));
  if (random.chance(20))
    return Buffer.concat([Buffer.from('\u001b$B'), Buffer.from(octets.toString('ascii'))]);
  return octets;
}
