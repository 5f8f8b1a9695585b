/** A member of a {@link LinkedList}; made once for a thing that enters and leaves lists often. */
export interface Node<T> {
  readonly value: T;
  previous: Node<T> | null;
  next: Node<T> | null;
  list: LinkedList<T> | null;
}

export function newNode<T>(value: T): Node<T> {
  return { value, previous: null, next: null, list: null };
}

/** Doubly linked list: adding at the end and removing anywhere take constant time. */
export class LinkedList<T> {
  head: Node<T> | null = null;
  tail: Node<T> | null = null;
  size = 0;

  /** All members, as they are now. */
  get members(): T[] {
    const members: T[] = [];
    for (let node = this.head; node !== null; node = node.next) members.push(node.value);
    return members;
  }

  push(node: Node<T>): void {
    node.list = this;
    node.previous = this.tail;
    node.next = null;
    if (this.tail === null) this.head = node;
    else this.tail.next = node;
    this.tail = node;
    this.size++;
  }

  /** Removes a member; does nothing if it is not one. */
  remove(node: Node<T>): void {
    if (node.list !== this) return;
    if (node.previous === null) this.head = node.next;
    else node.previous.next = node.next;
    if (node.next === null) this.tail = node.previous;
    else node.next.previous = node.previous;
    node.list = null;
    node.previous = null;
    node.next = null;
    this.size--;
  }
}
