import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OK, PLAIN, parse } from '../../../../fixtures/parsed-response.ts';
import { seedFromEnvironment } from '../../../../fixtures/random.ts';

// Random responses: each is built from parts, so that valid ones are as likely as odd ones.

function characters(text: string): string[] {
  return text.split('');
}

const token = fc.string({
  minLength: 1,
  maxLength: 12,
  unit: fc.constantFrom(...characters('abcXYZ-019!~')),
});

const value = fc.string({ maxLength: 20, unit: fc.constantFrom(...characters('ab ,;="\t\u00e9\u00ff')) });

const line = fc.tuple(token, value).map(([name, text]) => `${name}: ${text}\r\n`);

const content = fc.string({ maxLength: 60, unit: fc.constantFrom(...characters('a\r\n0:\x00\u00ff')) });

const lines = fc.array(line, { maxLength: 4 }).map((list) => list.filter(isHarmless).join(''));

function isHarmless(text: string): boolean {
  return !/^(?:content-length|transfer-encoding|connection|upgrade):/i.test(text);
}

const withLength = fc
  .tuple(lines, content)
  .map(([fields, body]) => `${OK}${fields}Content-Length: ${body.length}\r\n\r\n${body}`);

const withChunks = fc
  .tuple(lines, fc.array(content.filter((text) => text !== '')), lines)
  .map(([fields, chunks, trailers]) => {
    const framed = chunks.map((chunk) => `${chunk.length.toString(16)};x\r\n${chunk}\r\n`).join('');
    return `${OK}${fields}Transfer-Encoding: chunked\r\n\r\n${framed}0\r\n${trailers}\r\n`;
  });

const untilClose = fc.tuple(lines, content).map(([fields, body]) => `HTTP/1.0 200\r\n${fields}\r\n${body}`);

const interim = fc.array(
  lines.map((fields) => `HTTP/1.1 103 Early\r\n${fields}\r\n`),
  { maxLength: 2 },
);

const response = fc
  .tuple(interim, fc.oneof(withLength, withChunks, untilClose))
  .map(([before, final]) => before.join('') + final);

const cuts = fc.array(fc.nat(), { maxLength: 12 });

const parameters = { numRuns: 400, seed: seedFromEnvironment() };

function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b);
  const pieces: Buffer[] = [];
  let start = 0;
  for (const place of [...sorted, bytes.length]) {
    if (place > start) pieces.push(bytes.subarray(start, place));
    start = place;
  }
  return pieces;
}

describe('properties', () => {
  test('a valid response gives the same events however it is cut', () => {
    fc.assert(
      fc.property(response, cuts, (text, places) => {
        const bytes = Buffer.from(text, 'latin1');
        const whole = parse([bytes], PLAIN, {}, true);
        expect(whole.error).toBeNull();
        expect(whole.end).not.toBe('none');
        expect(parse(cutAt(bytes, places), PLAIN, {}, true)).toEqual(whole);
      }),
      parameters,
    );
  });

  test('a mutated one never gives anything but events or a ParseError, the same one however it is cut', () => {
    const mutation = fc.record({
      at: fc.nat(),
      remove: fc.nat(3),
      insert: fc.string({
        maxLength: 3,
        unit: fc.constantFrom(...characters('\r\n :;0afHT,\x00\x7f\u00e9')),
      }),
    });
    const limits = { maxHeadBytes: 200, maxHeadFields: 6, maxChunkLineBytes: 12, maxTrailerBytes: 60 };
    fc.assert(
      fc.property(
        response,
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        cuts,
        (text, changes, places) => {
          let mutated = text;
          for (const { at, remove, insert } of changes) {
            const place = at % (mutated.length + 1);
            mutated = mutated.slice(0, place) + insert + mutated.slice(place + remove);
          }
          const bytes = Buffer.from(mutated, 'latin1');
          const octets = Array.from(bytes, (octet) => Buffer.of(octet));
          const whole = parse([bytes], PLAIN, limits, true);
          expect(parse(cutAt(bytes, places), PLAIN, limits, true)).toEqual(whole);
          expect(parse(octets, PLAIN, limits, true)).toEqual(whole);
        },
      ),
      { ...parameters, numRuns: 1500 },
    );
  });

  test('octets without any sense', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), cuts, (octets, places) => {
        const bytes = Buffer.from(octets);
        const whole = parse([bytes], PLAIN, {}, true);
        expect(whole.error).not.toBeNull();
        expect(parse(cutAt(bytes, places), PLAIN, {}, true)).toEqual(whole);
      }),
      parameters,
    );
  });
});
