import { describe, expect, test } from 'vitest';
import { hasZstd } from '../../src/body/content-coding.ts';
import { KernelFault } from '../../src/kernels/kernel-fault.ts';
import { hostKernels, jsKernels, type Kernels } from '../../src/kernels/kernels.ts';
import { builtAccelerators } from './accelerators.ts';
import { mutate, Random } from './random.ts';

const seed = Number(process.env['TERN_SEED'] ?? 1);
const rounds = Number(process.env['TERN_ROUNDS'] ?? 3000);

const BIRD = 'Tern is a fast bird. A tern is also a set of three. Tern, tern, tern: the bird and the set.';
const FOX = 'The quick brown fox jumps over the lazy dog 0123456789\n';

/** Made by the program `zstd`: with a checksum, without one, and of 300,000 octets. */
const PACKED = {
  bird: 'KLUv/SRbDQIAAkQMEKCrA+sqf+5gfFVLmBZVsQYhi2bdRbnIwWolh7ah/LCz+M1Q5eNgWion3vnG9GolAQQAMIV4dfUpZaDExANNIwbL',
  plainBird:
    'KLUv/SBbfQIA5ANUZXJuIGlzIGEgZmFzdCBiaXJkLiBBIHRsc28gYSBzZXQgb2YgdGhyZWUuIFRlcm4sOiB0aGUgYW5kc2V0LgUAMIV4dTVlQkbdgRITDw==',
  foxes:
    'KLUv/aTgkwQADAIAdANUaGUgcXVpY2sgYnJvd24gZm94IGp1bXBzIG92ZXIgdGhlIGxhenkgZG9nIDAxMjM0NTY3ODkKAQBn/K9zBQVMAAAIYwEA/P85EAJNAAAIbgEA3BMdCAEcZX+8',
};
const bird = Buffer.from(PACKED.bird, 'base64');
const plainBird = Buffer.from(PACKED.plainBird, 'base64');
const foxes = Buffer.from(PACKED.foxes, 'base64');

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const SKIPPABLE = Buffer.of(0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3);
const RAW = Buffer.of(...MAGIC, 0x20, 3, 0x19, 0, 0, 1, 2, 3);
const RLE = Buffer.of(...MAGIC, 0x60, 0x2c, 0x00, 0x63, 0x09, 0, 7);

const CONTENT: readonly (readonly [name: string, input: Buffer, content: Buffer])[] = [
  ['nothing', Buffer.of(), Buffer.of()],
  ['a frame with a checksum', bird, Buffer.from(BIRD)],
  ['a frame without one', plainBird, Buffer.from(BIRD)],
  ['several blocks', foxes, Buffer.from(FOX.repeat(6000)).subarray(0, 300_000)],
  ['a raw block', RAW, Buffer.of(1, 2, 3)],
  ['a run', RLE, Buffer.alloc(300, 7)],
  ['frames and skippable ones', Buffer.concat([SKIPPABLE, RAW, SKIPPABLE, RAW]), Buffer.of(1, 2, 3, 1, 2, 3)],
  ['an empty block', Buffer.of(...MAGIC, 0x00, 0x58, 0x01, 0, 0), Buffer.of()],
];

const spoilt = Buffer.from(bird);
spoilt[spoilt.length - 1]! ^= 1;

const FAULTS: [name: string, input: Buffer, code: string, offset: number, maxOutput: number][] = [
  ['no frame', Buffer.from('no frame'), 'corrupt', 0, Number.POSITIVE_INFINITY],
  [
    'octets behind a frame',
    Buffer.concat([RAW, Buffer.from('junk')]),
    'corrupt',
    RAW.length,
    Number.POSITIVE_INFINITY,
  ],
  ['a frame that is cut off', bird.subarray(0, 40), 'truncated', 0, Number.POSITIVE_INFINITY],
  [
    'a magic number that is cut off',
    Buffer.concat([RAW, bird.subarray(0, 3)]),
    'truncated',
    RAW.length,
    Number.POSITIVE_INFINITY,
  ],
  ['a skippable frame that is cut off', SKIPPABLE.subarray(0, 9), 'truncated', 0, Number.POSITIVE_INFINITY],
  ['a wrong checksum', spoilt, 'corrupt', 0, Number.POSITIVE_INFINITY],
  [
    'a wrong content size',
    Buffer.of(...MAGIC, 0x20, 4, 0x19, 0, 0, 1, 2, 3),
    'corrupt',
    0,
    Number.POSITIVE_INFINITY,
  ],
  [
    'a reserved block',
    Buffer.of(...MAGIC, 0x20, 3, 0x1f, 0, 0, 1, 2, 3),
    'corrupt',
    0,
    Number.POSITIVE_INFINITY,
  ],
  [
    'a reserved bit',
    Buffer.of(...MAGIC, 0x28, 3, 0x19, 0, 0, 1, 2, 3),
    'corrupt',
    0,
    Number.POSITIVE_INFINITY,
  ],
  [
    'a dictionary',
    Buffer.of(...MAGIC, 0x21, 9, 3, 0x19, 0, 0, 1, 2, 3),
    'unsupported',
    0,
    Number.POSITIVE_INFINITY,
  ],
  [
    'a window of 16 MiB',
    Buffer.of(...MAGIC, 0x00, 0x70, 0x01, 0, 0),
    'unsupported',
    0,
    Number.POSITIVE_INFINITY,
  ],
  ['more than was allowed, which the frame says', bird, 'limit', 0, 90],
  ['more than was allowed, in two frames', Buffer.concat([RAW, RAW]), 'limit', RAW.length, 5],
  ['more than was allowed, in a run', Buffer.of(...MAGIC, 0x00, 0x58, 0x63, 0x09, 0, 7), 'limit', 0, 299],
];

const { built } = await builtAccelerators();
const subjects: (readonly [string, Kernels])[] = built.map(({ name, host }) => [name, hostKernels(host)]);
const nodeHasZstd = hasZstd(process.versions.node);
if (nodeHasZstd) subjects.push(['js', jsKernels]);
else console.warn(`zstd: this Node has none, so accelerators are compared with each other only`);

describe.each(subjects)('%s', (name, { zstdDecode }) => {
  test.each(CONTENT)('%s', (_, input, content) => {
    expect(content.equals(zstdDecode(input))).toBe(true);
    expect(content.equals(zstdDecode(input, content.length))).toBe(true);
  });

  test.each(FAULTS)('%s', (_, input, code, offset, maxOutput) => {
    expect(() => zstdDecode(input, maxOutput)).toThrow(expect.objectContaining({ code, offset }) as Error);
  });

  test('damaged frames have the same outcome everywhere', { timeout: 120_000 }, () => {
    const [, reference] = subjects.at(-1)!;
    const random = new Random(seed);
    let good = 0;
    for (let round = 0; round < rounds; round++) {
      const input = mutate(
        random.pick(random.chance(20) ? [foxes] : [bird, plainBird, RAW, RLE]),
        random,
        bird,
      );
      const maxOutput = random.chance(4) ? random.below(400) : 1_000_000;
      const expected = outcome(() => reference.zstdDecode(input, maxOutput));
      const what = `${input.toString('base64')} up to ${maxOutput}`;
      expect({ what, outcome: outcome(() => zstdDecode(input, maxOutput)) }).toEqual({
        what,
        outcome: expected,
      });
      if (typeof expected === 'string') good++;
    }
    console.log(`kernels ${name} zstdDecode: ${rounds} frames, ${good} with a result (seed ${seed})`);
    expect(good).toBeGreaterThan(rounds / 20);
  });
});

test('TypeScript says when it cannot', () => {
  const attempt = outcome(() => jsKernels.zstdDecode(RAW));
  expect(attempt).toEqual(nodeHasZstd ? '\u0001\u0002\u0003' : { code: 'unsupported', offset: 0 });
});

function outcome(call: () => Uint8Array): unknown {
  try {
    // As a string, because those are compared fast.
    return decodeLatin1(call());
  } catch (error) {
    if (error instanceof KernelFault) return { code: error.code, offset: error.offset };
    throw error;
  }
}

function decodeLatin1({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString('latin1');
}
