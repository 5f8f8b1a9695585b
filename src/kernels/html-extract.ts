import { findAttribute, matchesState } from './html-conditions.ts';
import { COMBINATORS, type HTMLProgram, NONE, ROW, TAKES } from './html-program.ts';
import { type HTMLTable, RUN } from './html-table.ts';
import { lookUpTag, TAG_FLAGS } from './html-tags.ts';
import { HTMLTokenizer } from './html-tokenizer.ts';
import { HTMLTree, MAX_DEPTH } from './html-tree.ts';
import { KernelFault } from './kernel-fault.ts';
import { MAX_TABLE } from './kernel-host.ts';

const LF = 0x0a;
const CR = 0x0d;

const { VOID, RAW, ESCAPABLE_RAW, NEWLINE, PLAIN } = TAG_FLAGS;

/**
 * Finds elements by selectors and says where what is wanted of them is. The document is read once, from front to end,
 * as octets of an encoding that contains ASCII; no tree is built.
 *
 * @throws KernelFault `limit` for a table of more than `maxOutput` octets
 */
export function extractHTML(
  input: Uint8Array,
  program: HTMLProgram,
  maxOutput: number = MAX_TABLE,
): HTMLTable {
  const extractor = new Extractor(input, program, maxOutput);
  extractor.document();
  return extractor.table();
}

/** What of the selectors matched at one depth, as sets of states. */
interface Level {
  /** By the element or one around it. */
  readonly around: Uint32Array;
  /** By the element. */
  readonly own: Uint32Array;
  /** By its last child. */
  readonly last: Uint32Array;
  /** By any of its children. */
  readonly children: Uint32Array;
  count: number;
}

interface OpenRow {
  readonly number: number;
  readonly depth: number;
  /** For each field whether it has been found. */
  readonly found: boolean[];
}

/** A record whose end is not known yet. */
interface OpenRecord {
  /** Place of its last word. */
  readonly place: number;
  readonly depth: number;
  readonly take: number;
}

class Extractor {
  readonly #program: HTMLProgram;
  readonly #maxOutput: number;
  readonly #tokens: HTMLTokenizer;
  readonly #tree: HTMLTree;
  /** By depth; the first is the document. Those deeper than what is open are kept to be used again. */
  readonly #levels: Level[];
  readonly #matched: Uint32Array;
  #hasMatch = false;
  readonly #isTarget: boolean[];
  readonly #open: OpenRecord[] = [];
  #openTexts = 0;
  readonly #openRows: OpenRow[] = [];
  /** Fields that are still to be found; Infinity if it does not matter. */
  #missing: number;
  #rows = 0;
  readonly #records: number[] = [];
  readonly #runs: number[] = [];

  constructor(input: Uint8Array, program: HTMLProgram, maxOutput: number) {
    const { states, fields, hasRows } = program;
    this.#program = program;
    this.#maxOutput = maxOutput;
    this.#tokens = new HTMLTokenizer(input);
    this.#tree = new HTMLTree(input);
    const words = Math.ceil(states.length / 32);
    this.#levels = [newLevel(words)];
    this.#matched = new Uint32Array(words);
    this.#isTarget = fields.map(() => false);
    const areFirst = !hasRows && fields.every(({ isFirst }) => isFirst);
    this.#missing = areFirst ? fields.length : Number.POSITIVE_INFINITY;
    if (!hasRows) this.#beginRow(0);
  }

  table(): HTMLTable {
    return {
      rows: this.#rows,
      records: Uint32Array.from(this.#records),
      runs: Uint32Array.from(this.#runs),
    };
  }

  document(): void {
    const tokens = this.#tokens;
    const tree = this.#tree;
    let skipsNewline = false;
    while (this.#missing > 0 || this.#open.length > 0) {
      const token = tokens.next(tree.holdsForeign);
      if (token === null) break;
      const skips = skipsNewline;
      skipsNewline = false;
      if (token === 'text') this.#text(skips);
      else if (token === 'start') skipsNewline = this.#start();
      else {
        const { text, nameStart, nameEnd, start, end } = tokens;
        const index = tree.closedBy(lookUpTag(text, nameStart, nameEnd), nameStart, nameEnd);
        if (index !== -1) {
          this.#closeTo(index + 1, start);
          this.#close(start, end);
        }
      }
    }
    this.#closeTo(0, tokens.text.length);
  }

  #beginRow(depth: number): void {
    this.#openRows.push({ number: this.#rows++, depth, found: this.#program.fields.map(() => false) });
  }

  /** The text that the tokenizer has read. */
  #text(skipsNewline: boolean): void {
    const { text, start, end, isRaw } = this.#tokens;
    let from = start;
    if (skipsNewline && from < end) {
      if (text[from] === CR) from += text[from + 1] === LF && from + 1 < end ? 2 : 1;
      else if (text[from] === LF) from++;
    }
    if (this.#openTexts === 0 || from >= end) return;
    this.#runs.push(from, end, isRaw ? 1 : 0);
    this.#check(start);
  }

  /** A start tag. Whether a line break behind it is no content. */
  #start(): boolean {
    const tokens = this.#tokens;
    const tree = this.#tree;
    const { text, nameStart, nameEnd, start, end, isSelfClosing } = tokens;
    tree.prepare(lookUpTag(text, nameStart, nameEnd));
    const { id, flags, isForeign } = tree;
    if ((id === 'html' || id === 'head' || id === 'body') && tree.contains(id)) return false;
    this.#closeTo(tree.heightForStart(), start);
    this.#match();
    const depth = tree.height;
    const hasContent = depth < MAX_DEPTH && (isForeign ? !isSelfClosing : (flags & VOID) === 0);
    this.#emit(depth);
    tree.push(nameStart, nameEnd);
    if (hasContent) this.#openLevel(depth);
    else this.#close(end, end);
    // At the greatest depth too, because a tag in a text is none.
    if ((flags & PLAIN) !== 0) {
      tokens.rest();
      this.#text(false);
    } else if ((flags & (RAW | ESCAPABLE_RAW)) !== 0) {
      tokens.rawText(id === 'script', (flags & RAW) !== 0);
      this.#text((flags & NEWLINE) !== 0);
      return false;
    }
    return (flags & NEWLINE) !== 0;
  }

  /** Finds the states that an element inside the innermost open one matches. */
  #match(): void {
    const level = this.#levels[this.#tree.height]!;
    const matched = this.#matched;
    const { states } = this.#program;
    level.count++;
    this.#hasMatch = false;
    matched.fill(0);
    for (let number = 0; number < states.length; number++) {
      const state = states[number]!;
      if (state.combinator !== COMBINATORS.NONE && !has(before(level, state.combinator), number - 1))
        continue;
      if (!matchesState(state, this.#tokens, level.count)) continue;
      matched[number >> 5]! |= 1 << (number & 31);
      this.#hasMatch = true;
    }
    level.last.set(matched);
    for (let index = 0; index < matched.length; index++) level.children[index]! |= matched[index]!;
  }

  /** Makes the level of the content of an element that is the child of the one at `depth`. */
  #openLevel(depth: number): void {
    const parent = this.#levels[depth]!;
    const matched = this.#matched;
    const level = (this.#levels[depth + 1] ??= newLevel(matched.length));
    level.count = 0;
    level.last.fill(0);
    level.children.fill(0);
    level.own.set(matched);
    for (let index = 0; index < matched.length; index++)
      level.around[index] = matched[index]! | parent.around[index]!;
  }

  /** Writes the records of an element that is about to be opened. */
  #emit(depth: number): void {
    if (!this.#hasMatch) return;
    const { states, fields, hasRows } = this.#program;
    const isTarget = this.#isTarget.fill(false);
    let isRow = false;
    let isAny = false;
    for (let number = 0; number < states.length; number++) {
      const { target } = states[number]!;
      if (target === NONE || !has(this.#matched, number)) continue;
      if (target === ROW) isRow = true;
      else isTarget[target] = isAny = true;
    }
    if (isAny) {
      for (const row of this.#openRows) {
        for (let field = 0; field < fields.length; field++) {
          if (isTarget[field]! && !fields[field]!.isSelf) this.#record(field, row, depth);
        }
      }
    }
    if (!isRow || !hasRows) return;
    this.#beginRow(depth + 1);
    const row = this.#openRows.at(-1)!;
    for (let field = 0; field < fields.length; field++) {
      if (fields[field]!.isSelf) this.#record(field, row, depth);
    }
    this.#check(this.#tokens.start);
  }

  #record(field: number, row: OpenRow, depth: number): void {
    const { take, attribute, isFirst } = this.#program.fields[field]!;
    if (isFirst && row.found[field]!) return;
    const tokens = this.#tokens;
    let from = tokens.start;
    let to = tokens.end;
    if (take === TAKES.TEXT) from = to = this.#runs.length / RUN;
    else if (take === TAKES.INNER) from = to;
    else if (take === TAKES.ATTRIBUTE) {
      const at = findAttribute(tokens, attribute);
      if (at === -1) return;
      from = tokens.attributes[at + 2]!;
      to = tokens.attributes[at + 3]!;
    }
    if (!row.found[field]!) {
      row.found[field] = true;
      this.#missing--;
    }
    this.#records.push(field, row.number, take, from, to);
    if (take === TAKES.TEXT || take === TAKES.INNER || take === TAKES.OUTER) {
      this.#open.push({ place: this.#records.length - 1, depth: depth + 1, take });
      if (take === TAKES.TEXT) this.#openTexts++;
    }
    this.#check(tokens.start);
  }

  #check(at: number): void {
    if ((this.#records.length + this.#runs.length) * 4 > this.#maxOutput) throw new KernelFault('limit', at);
  }

  /** Closes elements until so many are open. */
  #closeTo(height: number, at: number): void {
    while (this.#tree.height > height) this.#close(at, at);
  }

  /** Closes the innermost element. */
  #close(contentEnd: number, end: number): void {
    const depth = this.#tree.height--;
    const open = this.#open;
    while (open.length > 0 && open.at(-1)!.depth === depth) {
      const { place, take } = open.pop()!;
      if (take === TAKES.TEXT) {
        this.#openTexts--;
        this.#records[place] = this.#runs.length / RUN;
      } else this.#records[place] = take === TAKES.INNER ? contentEnd : end;
    }
    if (!this.#program.hasRows) return;
    while (this.#openRows.length > 0 && this.#openRows.at(-1)!.depth === depth) this.#openRows.pop();
  }
}

function newLevel(words: number): Level {
  return {
    around: new Uint32Array(words),
    own: new Uint32Array(words),
    last: new Uint32Array(words),
    children: new Uint32Array(words),
    count: 0,
  };
}

function before(level: Level, combinator: number): Uint32Array {
  switch (combinator) {
    case COMBINATORS.DESCENDANT:
      return level.around;
    case COMBINATORS.CHILD:
      return level.own;
    case COMBINATORS.NEXT:
      return level.last;
    default:
      return level.children;
  }
}

function has(set: Uint32Array, number: number): boolean {
  return ((set[number >> 5]! >>> (number & 31)) & 1) === 1;
}
