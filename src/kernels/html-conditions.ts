import { type Condition, CONDITIONS, type SelectorState } from './html-program.ts';
import { isSameName } from './html-tags.ts';
import { ATTRIBUTE, type HTMLTokenizer, isSpace } from './html-tokenizer.ts';

const AMPERSAND = 0x26;
const DASH = 0x2d;

/** Names of the character references that selectors see; numbers come on top. */
const REFERENCES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};
const REFERENCE = /&(?:#(?:[xX]([\da-fA-F]+)|(\d+));?|(amp|lt|gt|quot|apos|nbsp);)/g;

/** What 128 to 159 stand for (§13.2.5.80). */
const C1 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Whether a compound matches the element of the last tag, which is the `index`th child of its parent. */
export function matchesState(state: SelectorState, tokens: HTMLTokenizer, index: number): boolean {
  const { tag, conditions } = state;
  if (tag.length > 0 && !isSameName(tokens.text, tokens.nameStart, tokens.nameEnd, tag)) return false;
  for (const condition of conditions) {
    if (holds(condition, tokens, index) === condition.isNegated) return false;
  }
  return true;
}

function holds(condition: Condition, tokens: HTMLTokenizer, index: number): boolean {
  const { kind, name } = condition;
  if (kind === CONDITIONS.TAG) return isSameName(tokens.text, tokens.nameStart, tokens.nameEnd, name);
  if (kind === CONDITIONS.NTH_CHILD) return isNth(condition, index);
  const at = findAttribute(tokens, name);
  if (at === -1) return false;
  if (kind === CONDITIONS.HAS) return true;
  return hasValue(
    condition,
    decodeValue(tokens.text, tokens.attributes[at + 2]!, tokens.attributes[at + 3]!),
  );
}

function isNth({ step, offset }: Condition, index: number): boolean {
  const distance = index - offset;
  return step === 0 ? distance === 0 : distance % step === 0 && distance / step >= 0;
}

/** The place of the attribute of a name, or -1; of several the first one counts. */
export function findAttribute({ text, attributes }: HTMLTokenizer, name: Uint8Array): number {
  for (let at = 0; at < attributes.length; at += ATTRIBUTE) {
    if (isSameName(text, attributes[at]!, attributes[at + 1]!, name)) return at;
  }
  return -1;
}

function hasValue(condition: Condition, found: Uint8Array): boolean {
  const { length } = condition.value;
  switch (condition.kind) {
    case CONDITIONS.ID:
    case CONDITIONS.EQUALS:
      return found.length === length && isAt(condition, found, 0);
    case CONDITIONS.CLASS:
    case CONDITIONS.INCLUDES:
      return hasWord(condition, found);
    case CONDITIONS.DASH:
      return isAt(condition, found, 0) && (found.length === length || found[length] === DASH);
    // An empty prefix, suffix or part is in nothing.
    case CONDITIONS.PREFIX:
      return length > 0 && isAt(condition, found, 0);
    case CONDITIONS.SUFFIX:
      return length > 0 && isAt(condition, found, found.length - length);
    default:
      if (length === 0) return false;
      for (let at = 0; at + length <= found.length; at++) if (isAt(condition, found, at)) return true;
      return false;
  }
}

function hasWord(condition: Condition, found: Uint8Array): boolean {
  for (let start = 0; start < found.length;) {
    if (isSpace(found[start]!)) {
      start++;
      continue;
    }
    let end = start;
    while (end < found.length && !isSpace(found[end]!)) end++;
    if (end - start === condition.value.length && isAt(condition, found, start)) return true;
    start = end;
  }
  return false;
}

function isAt({ value, ignoresCase }: Condition, found: Uint8Array, at: number): boolean {
  if (at < 0 || at + value.length > found.length) return false;
  if (ignoresCase) return isSameName(found, at, at + value.length, value);
  for (let index = 0; index < value.length; index++) {
    if (found[at + index] !== value[index]) return false;
  }
  return true;
}

function decodeValue(text: Uint8Array, start: number, end: number): Uint8Array {
  const value = text.subarray(start, end);
  if (!value.includes(AMPERSAND)) return value;
  // One character for one octet keeps those that are not UTF-8 as they are.
  const octets = Buffer.from(value).toString('latin1');
  const decoded = octets.replace(REFERENCE, (_, hex?: string, decimal?: string, name?: string) => {
    const character = name === undefined ? characterOf(hex, decimal) : REFERENCES[name]!;
    return Buffer.from(character).toString('latin1');
  });
  return Buffer.from(decoded, 'latin1');
}

function characterOf(hex: string | undefined, decimal: string | undefined): string {
  const code = hex === undefined ? Number.parseInt(decimal!, 10) : Number.parseInt(hex, 16);
  if (code >= 0x80 && code <= 0x9f) return C1[code - 0x80]!;
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return '\ufffd';
  return String.fromCodePoint(code);
}
