import { expect, test } from 'vitest';
import { ZstdFrame } from './zstd-frame.ts';

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];

test.each<[string, number[], number | undefined]>([
  ['no content size, one empty block', [...MAGIC, 0x00, 0x58, 0x01, 0, 0], undefined],
  ['single segment, raw block', [...MAGIC, 0x20, 3, 0x19, 0, 0, 1, 2, 3], 3],
  ['two octets of size, RLE block', [...MAGIC, 0x60, 0x2c, 0x00, 0x63, 0x09, 0, 7], 300],
  ['four octets of size', [...MAGIC, 0xa0, 1, 2, 3, 4, 0x01, 0, 0], 0x0403_0201],
  ['eight octets of size', [...MAGIC, 0xe0, 0, 0, 0, 0, 1, 0, 0, 0, 0x01, 0, 0], 2 ** 32],
  [
    'window, dictionary, size, checksum',
    [...MAGIC, 0x47, 0x58, 1, 2, 3, 4, 9, 0, 0x01, 0, 0, 5, 6, 7, 8],
    265,
  ],
  [
    'several blocks',
    [...MAGIC, 0x00, 0x58, 0x10, 0, 0, 1, 2, 0x02, 1, 0, 9, 0x0c, 0, 0, 9, 0x01, 0, 0],
    undefined,
  ],
  ['skippable', [0x5f, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3], undefined],
  ['empty skippable', [0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0], undefined],
])('%s: the end is found, whole and byte by byte', (name, octets, contentSize) => {
  const bytes = Uint8Array.from([...octets, ...MAGIC]);
  const whole = new ZstdFrame();
  expect(whole.read(bytes, 0)).toBe(octets.length);
  expect(whole).toMatchObject({ isDone: true, isSkippable: name.endsWith('skippable'), contentSize });

  const single = new ZstdFrame();
  for (let at = 0; at < octets.length; at++) {
    expect(single.isDone).toBe(false);
    expect(single.read(bytes.subarray(at, at + 1), 0)).toBe(1);
  }
  expect(single).toMatchObject({ isDone: true, contentSize });
});

test.each([
  ['unknown magic number', [0x28, 0xb5, 0x2f, 0xfc]],
  ['unknown magic number', [0x60, 0x2a, 0x4d, 0x18]],
  ['reserved block type', [...MAGIC, 0x00, 0x58, 0x07, 0, 0]],
])('%s', (message, octets) => {
  expect(() => new ZstdFrame().read(Uint8Array.from(octets), 0)).toThrow(message);
});
