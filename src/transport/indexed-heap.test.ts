import { expect, test } from 'vitest';
import { createRandom, seedFromEnvironment } from '../../fixtures/random.ts';
import { IndexedHeap } from './indexed-heap.ts';

function item(priority: number): { priority: number; heapIndex: number } {
  return { priority, heapIndex: -1 };
}

test('the smallest is first', () => {
  const heap = new IndexedHeap<ReturnType<typeof item>>();
  expect([heap.top, heap.size]).toEqual([undefined, 0]);
  const [five, three, eight] = [item(5), item(3), item(8)];
  for (const one of [five, three, eight]) heap.update(one);
  expect([heap.top, heap.size]).toEqual([three, 3]);
  three.priority = 9;
  heap.update(three);
  expect([heap.top, heap.size]).toEqual([five, 3]);
  heap.remove(five);
  heap.remove(five);
  expect([heap.top, heap.size, five.heapIndex]).toEqual([eight, 2, -1]);
});

test('agrees with a sorted list, whatever is done to it', () => {
  const random = createRandom(seedFromEnvironment());
  const heap = new IndexedHeap<ReturnType<typeof item>>();
  const items = Array.from({ length: 40 }, () => item(0));
  const inside = new Set<ReturnType<typeof item>>();
  for (let step = 0; step < 4000; step++) {
    const one = random.pick(items);
    if (random.chance(0.7)) {
      one.priority = random.int(0, 1000);
      heap.update(one);
      inside.add(one);
    } else {
      heap.remove(one);
      inside.delete(one);
    }
    const smallest = Math.min(...Array.from(inside, ({ priority }) => priority));
    expect(heap.size).toBe(inside.size);
    expect(heap.top?.priority ?? Infinity).toBe(smallest);
    for (const other of items) expect(other.heapIndex === -1).toBe(!inside.has(other));
  }
});

test('an item costs a logarithm of its neighbours', () => {
  let looks = 0;
  const heap = new IndexedHeap<{ readonly priority: number; heapIndex: number }>();
  const count = 4096;
  const make = (priority: number) => ({
    heapIndex: -1,
    get priority(): number {
      looks++;
      return priority;
    },
  });
  const items = Array.from({ length: count }, (_, index) => make((index * 7919) % count));
  for (const one of items) heap.update(one);
  looks = 0;
  for (const one of items) heap.update(one);
  for (const one of items) heap.remove(one);
  // Twice the depth of the tree, two comparisons for each level.
  expect(looks / count).toBeLessThan(2 * 2 * 2 * Math.log2(count));
});
