import { isSameName, type Tag, TAG_FLAGS, type TagId } from './html-tags.ts';

/** Elements that can be open; deeper ones are closed at once. */
export const MAX_DEPTH = 512;

const { VOID, SPECIAL, SCOPE, CLOSES_P, HEADING, TABLE_PART, INTEGRATION } = TAG_FLAGS;

/**
 * The elements that are open, and which of them tags close. Misnested formatting is not repaired, and nothing is
 * moved out of tables.
 */
export class HTMLTree {
  height = 0;
  /** What the last start tag that was looked at makes: no flags if the element is foreign. */
  id: TagId = 'other';
  flags = 0;
  isForeign = false;
  #isIntegration = false;
  readonly #text: Uint8Array;
  readonly #ids: TagId[] = [];
  readonly #flags: number[] = [];
  readonly #names: Uint8Array[] = [];
  /** Whether what is inside is foreign. */
  readonly #holdsForeign: boolean[] = [];

  constructor(text: Uint8Array) {
    this.#text = text;
  }

  /** Whether what comes next is inside a foreign element and not HTML. */
  get holdsForeign(): boolean {
    return this.height > 0 && this.#holdsForeign[this.height - 1]!;
  }

  contains(id: TagId): boolean {
    for (let index = 0; index < this.height; index++) if (this.#ids[index] === id) return true;
    return false;
  }

  /** Looks at a start tag. */
  prepare(tag: Tag): void {
    this.isForeign = tag.id === 'foreign' || this.holdsForeign;
    this.id = this.isForeign ? 'other' : tag.id;
    this.flags = this.isForeign ? 0 : tag.flags;
    this.#isIntegration = this.isForeign && (tag.flags & INTEGRATION) !== 0;
  }

  /** Opens the element of the start tag that was looked at. */
  push(nameStart: number, nameEnd: number): void {
    const index = this.height++;
    this.#ids[index] = this.id;
    this.#flags[index] = this.flags;
    this.#names[index] = this.#text.subarray(nameStart, nameEnd);
    this.#holdsForeign[index] = this.isForeign && !this.#isIntegration;
  }

  /** How many elements are still open once the start tag has closed those that cannot hold it. */
  heightForStart(): number {
    let { height } = this;
    if (this.isForeign) return height;
    const { id } = this;
    if (id === 'li') height = this.#upTo(height, 'li', 'li', isListBoundary);
    else if (id === 'dt' || id === 'dd') height = this.#upTo(height, 'dt', 'dd', isListBoundary);
    else if (id === 'button') height = this.#upTo(height, id, id, isScope);
    else if (id === 'tr' || id === 'tableSection') height = this.#upTo(height, id, id, isTableBoundary);
    else if (id === 'td') height = this.#upTo(height, id, id, isCellBoundary);
    if ((this.flags & CLOSES_P) !== 0) height = this.#upTo(height, 'p', 'p', isParagraphBoundary);
    while (height > 0 && this.#closesTop(height - 1)) height--;
    return height;
  }

  #closesTop(index: number): boolean {
    const top = this.#ids[index]!;
    switch (this.id) {
      case 'option':
      case 'rubyPart':
      case 'a':
        return top === this.id;
      case 'optgroup':
        return top === 'option' || top === 'optgroup';
      case 'body':
        return top === 'head';
      default:
        return (this.flags & this.#flags[index]! & HEADING) !== 0;
    }
  }

  /** The place of the element that an end tag closes, or -1. */
  closedBy(tag: Tag, nameStart: number, nameEnd: number): number {
    if ((tag.flags & VOID) !== 0 || tag.id === 'html' || tag.id === 'body') return -1;
    for (let index = this.height - 1; index >= 0; index--) {
      const flags = this.#flags[index]!;
      if (isSameName(this.#text, nameStart, nameEnd, this.#names[index]!)) return index;
      if ((flags & tag.flags & HEADING) !== 0) return index;
      const id = this.#ids[index]!;
      const isBoundary =
        (tag.flags & TABLE_PART) !== 0
          ? isTableBoundary(id)
          : (tag.flags & SPECIAL) !== 0
            ? (flags & SCOPE) !== 0 || (tag.id === 'li' && id === 'list')
            : (flags & SPECIAL) !== 0;
      if (isBoundary) return -1;
    }
    return -1;
  }

  /** The height without the nearest of two kinds of elements, if no boundary is in between. */
  #upTo(height: number, one: TagId, other: TagId, isBoundary: (id: TagId, flags: number) => boolean): number {
    for (let index = height - 1; index >= 0; index--) {
      const id = this.#ids[index]!;
      if (id === one || id === other) return index;
      if (isBoundary(id, this.#flags[index]!)) return height;
    }
    return height;
  }
}

function isListBoundary(id: TagId, flags: number): boolean {
  return (flags & SPECIAL) !== 0 && id !== 'address' && id !== 'div' && id !== 'p';
}

function isScope(_: TagId, flags: number): boolean {
  return (flags & SCOPE) !== 0;
}

function isParagraphBoundary(id: TagId, flags: number): boolean {
  return (flags & SCOPE) !== 0 || id === 'button';
}

function isTableBoundary(id: TagId): boolean {
  return id === 'table' || id === 'template' || id === 'html';
}

function isCellBoundary(id: TagId): boolean {
  return id === 'tr' || isTableBoundary(id);
}
