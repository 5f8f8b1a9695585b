import { expect, test } from 'vitest';
import { PendingBytes } from './pending-bytes.ts';

test('keeps octets until they are cleared', () => {
  const pending = new PendingBytes();
  const bytes = Buffer.from('0123456789');
  pending.add(bytes, 2, 5);
  pending.add(bytes, 8, 9);
  bytes.fill(0);
  expect([pending.length, pending.toString(), pending.at(3)]).toEqual([4, '2348', 56]);
  pending.clear();
  expect([pending.length, pending.toString()]).toEqual([0, '']);
  pending.add(Buffer.from('x'), 0, 1);
  expect(pending.toString()).toBe('x');
});

test('grows', () => {
  const pending = new PendingBytes();
  const bytes = Buffer.alloc(1000, 'ab');
  for (let i = 0; i < 20; i++) pending.add(bytes, 0, 1000);
  expect(pending.toString()).toBe('ab'.repeat(10_000));
  pending.clear();
  expect(pending.length).toBe(0);
});
