/** A member of an {@link IndexedHeap}. */
export interface HeapItem {
  /** Smaller comes first. Call {@link IndexedHeap.update} after changing it. */
  readonly priority: number;
  /** Place in the heap, -1 outside; kept by the heap. */
  heapIndex: number;
}

/** Binary heap whose members can be removed and moved: each operation takes logarithmic time. */
export class IndexedHeap<T extends HeapItem> {
  readonly #items: T[] = [];

  /** The first one, or undefined. */
  get top(): T | undefined {
    return this.#items[0];
  }

  get size(): number {
    return this.#items.length;
  }

  /** Puts an item in its place, whether it was in the heap or not. */
  update(item: T): void {
    if (item.heapIndex === -1) {
      item.heapIndex = this.#items.length;
      this.#items.push(item);
    }
    this.#down(this.#up(item.heapIndex));
  }

  remove(item: T): void {
    const index = item.heapIndex;
    if (index === -1) return;
    const last = this.#items.pop()!;
    item.heapIndex = -1;
    if (last === item) return;
    this.#items[index] = last;
    last.heapIndex = index;
    this.#down(this.#up(index));
  }

  #up(start: number): number {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.#items[parent]!.priority <= this.#items[index]!.priority) break;
      this.#swap(index, parent);
      index = parent;
    }
    return index;
  }

  #down(start: number): void {
    let index = start;
    for (;;) {
      let first = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        const item = this.#items[child];
        if (item !== undefined && item.priority < this.#items[first]!.priority) first = child;
      }
      if (first === index) return;
      this.#swap(index, first);
      index = first;
    }
  }

  #swap(a: number, b: number): void {
    const first = this.#items[a]!;
    const second = this.#items[b]!;
    this.#items[a] = second;
    this.#items[b] = first;
    second.heapIndex = a;
    first.heapIndex = b;
  }
}
