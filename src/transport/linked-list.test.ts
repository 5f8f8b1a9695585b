import { expect, test } from 'vitest';
import { createRandom, seedFromEnvironment } from '../../fixtures/random.ts';
import { LinkedList, newNode, type Node } from './linked-list.ts';

function values<T>(list: LinkedList<T>): T[] {
  const found: T[] = [];
  let previous: Node<T> | null = null;
  for (let node = list.head; node !== null; node = node.next) {
    expect(node.previous).toBe(previous);
    expect(node.list).toBe(list);
    found.push(node.value);
    previous = node;
  }
  expect(list.tail).toBe(previous);
  expect(list.size).toBe(found.length);
  return found;
}

test('adds at the end and removes anywhere', () => {
  const list = new LinkedList<string>();
  const [a, b, c] = ['a', 'b', 'c'].map((name) => newNode(name)) as [
    Node<string>,
    Node<string>,
    Node<string>,
  ];
  for (const node of [a, b, c]) list.push(node);
  expect(values(list)).toEqual(['a', 'b', 'c']);
  list.remove(b);
  list.remove(b);
  expect([values(list), b]).toEqual([['a', 'c'], { value: 'b', previous: null, next: null, list: null }]);
  list.push(b);
  list.remove(a);
  expect(values(list)).toEqual(['c', 'b']);
  list.remove(b);
  list.remove(c);
  expect(values(list)).toEqual([]);
});

test('a node of another list is left alone', () => {
  const one = new LinkedList<number>();
  const other = new LinkedList<number>();
  const node = newNode(1);
  one.push(node);
  other.remove(node);
  expect([values(one), values(other)]).toEqual([[1], []]);
});

test('agrees with an array, whatever is done to it', () => {
  const random = createRandom(seedFromEnvironment());
  const list = new LinkedList<number>();
  const nodes = Array.from({ length: 20 }, (_, index) => newNode(index));
  let model: number[] = [];
  for (let step = 0; step < 2000; step++) {
    const node = random.pick(nodes);
    if (node.list === null && random.chance()) {
      list.push(node);
      model.push(node.value);
    } else {
      list.remove(node);
      model = model.filter((value) => value !== node.value);
    }
    expect(values(list)).toEqual(model);
  }
});
