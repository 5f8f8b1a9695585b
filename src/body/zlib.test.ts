import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { hasUsage, loadZlib, octetsOf } from './zlib.ts';

test('it is the zlib of this Node', () => {
  expect(loadZlib().gunzipSync).toBe(zlib.gunzipSync);
  expect(loadZlib()).toBe(loadZlib());
});

test('with info the octets that were used are known', () => {
  const bytes = Buffer.concat([zlib.deflateRawSync('hello'), Buffer.from('rest')]);
  const options = { info: true };
  const decoded: unknown = zlib.inflateRawSync(bytes, options);
  expect(hasUsage(decoded) && decoded.engine.bytesWritten).toBe(bytes.length - 4);
  expect(hasUsage(zlib.inflateRawSync(bytes))).toBe(false);
});

test('octets are the same memory, and no Buffer', () => {
  const buffer = Buffer.from('hello');
  const octets = octetsOf(buffer.subarray(1, 3));
  expect(octets).not.toBeInstanceOf(Buffer);
  expect([...octets]).toEqual([...Buffer.from('el')]);
  buffer[1] = 0x61;
  expect(octets[0]).toBe(0x61);
});
