import { gzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { failWithoutRequest } from './fail.ts';
import { GzipStage } from './gzip-stage.ts';
import type { Stage } from './stage.ts';
import { loadZlib } from './zlib.ts';

function stageOf(chunks: readonly Uint8Array[]): Stage {
  const queue = [...chunks];
  return { read: async () => queue.shift() ?? null, destroy: () => undefined };
}

async function readAll(stage: Stage): Promise<string[]> {
  const texts: string[] = [];
  for (let chunk = await stage.read(); chunk !== null; chunk = await stage.read()) {
    texts.push(Buffer.from(chunk).toString());
  }
  expect(await stage.read()).toBeNull();
  return texts;
}

function open(...chunks: Uint8Array[]): GzipStage {
  return new GzipStage(stageOf(chunks), failWithoutRequest);
}

afterEach(() => {
  vi.restoreAllMocks();
});

test('short members behind a short one are decoded at once, and long ones by a decompressor', async () => {
  const create = vi.spyOn(loadZlib(), 'createInflateRaw');
  const long = Array.from({ length: 20_000 }, (_, index) => String(index * 7919)).join(' ');
  const texts = ['one', 'two', 'three', long, 'four', 'five', 'six'];
  const decoded = await readAll(open(...texts.map((text) => gzipSync(text))));
  expect(decoded.join('|').replaceAll(/\d[\d|]* [\d |]*\d/g, 'long')).toBe(
    'one|two|three|long|four|five|six',
  );
  expect(decoded.join('')).toBe(texts.join(''));
  // The first one, the long one, and the one behind that.
  expect(create).toHaveBeenCalledTimes(3);
});

test('short members are checked like others', async () => {
  for (const [position, message] of [
    [-8, 'incorrect data check'],
    [-4, 'incorrect length check'],
    [-10, 'corrupt'],
  ] as const) {
    const second = Buffer.from(gzipSync('the second member'));
    second[second.length + position]! ^= 0xff;
    // oxlint-disable-next-line no-await-in-loop -- one after the other, so that a failure names its octet
    await expect(readAll(open(gzipSync('one'), second))).rejects.toMatchObject({
      code: 'ERR_CONTENT_CODING',
      message: expect.stringContaining(message),
    });
  }
});

test('a short member that expands far is not decoded at once', async () => {
  const zeros = Buffer.alloc(5_000_000);
  const sync = vi.spyOn(loadZlib(), 'inflateRawSync');
  const texts = await readAll(open(gzipSync('one'), gzipSync(zeros), gzipSync('three')));
  expect(texts.join('').length).toBe(5_000_008);
  expect(sync.mock.results.map(({ type }) => type)).toEqual(['throw', 'return']);
});

test('many short members do not hold up the event loop', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  const bytes = Buffer.concat(Array.from({ length: 10_000 }, () => gzipSync('')));
  expect(await readAll(open(bytes))).toEqual([]);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(0);
});
