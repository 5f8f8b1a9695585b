import { InvalidArgument } from '../errors/invalid-argument.ts';

/** How an element stands to the one that the compound in front matched: inside it, its child, its next or a later sibling. */
export type Combinator = '+' | '>' | ' ' | '~';

/** A selector of elements without relation to others: `a.external[href]`. */
export interface CompoundSelector {
  /** Null for the first compound. */
  readonly combinator: Combinator | null;
  /** In lower case; null for any. */
  readonly tag: string | null;
  readonly conditions: readonly SelectorCondition[];
}

type AttributeOperator = '$=' | '*=' | '=' | '^=' | '|=' | '~=';

export type SelectorCondition =
  | { readonly kind: 'attribute'; readonly name: string; readonly isNegated: boolean }
  | {
      readonly kind: 'value';
      readonly name: string;
      readonly operator: AttributeOperator;
      readonly value: string;
      readonly ignoresCase: boolean;
      readonly isNegated: boolean;
    }
  | { readonly kind: 'class' | 'id' | 'tag'; readonly name: string; readonly isNegated: boolean }
  | { readonly kind: 'nth'; readonly step: number; readonly offset: number; readonly isNegated: boolean };

/**
 * Parses a list of selectors (Selectors Level 4) that can be matched while a document is read once from front to end:
 * elements, ids, classes, attributes, `:first-child`, `:nth-child()`, `:not()` of one condition, and the four combinators.
 *
 * @throws InvalidArgument that says what is not understood, and where
 */
export function parseSelectors(source: string): readonly (readonly CompoundSelector[])[] {
  return new SelectorParser(source).list();
}

const NAME = /(?:[-\w\u0080-\u{10ffff}]|\\(?:[\da-fA-F]{1,6}[ \t\n\r\f]?|[^\da-fA-F\n\r\f]))+/uy;
const SPACE = /[ \t\n\r\f]*/y;
const COMBINATOR = /[ \t\n\r\f]*([>+~])[ \t\n\r\f]*|[ \t\n\r\f]+(?=[^,)])/y;
const OPERATOR = /[$*^|~]?=/y;
const STRING = /"((?:[^"\\\n\r\f]|\\[^])*)"|'((?:[^'\\\n\r\f]|\\[^])*)'/y;
const NTH = /\(\s*(?:(odd|even)|([+-]?\d*)n\s*(?:([+-])\s*(\d+))?|([+-]?\d+))\s*\)/iy;
const ESCAPE = /\\(?:([\da-fA-F]{1,6})[ \t\n\r\f]?|(\n|\r\n?|\f)|([^]))/gu;

const MAX_NTH = 2 ** 30;

class SelectorParser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    if (typeof source !== 'string') {
      throw new InvalidArgument(`A selector must be a string, not ${typeof source}.`);
    }
    this.#source = source;
  }

  list(): CompoundSelector[][] {
    const list = [];
    do {
      this.#take(SPACE);
      list.push(this.#complex());
      this.#take(SPACE);
    } while (this.#takeCharacter(','));
    if (this.#at < this.#source.length) throw this.#wrong();
    return list;
  }

  #complex(): CompoundSelector[] {
    const compounds: CompoundSelector[] = [this.#compound(null)];
    for (;;) {
      const found = this.#match(COMBINATOR);
      if (found === null) return compounds;
      compounds.push(this.#compound((found[1] ?? ' ') as Combinator));
    }
  }

  #compound(combinator: Combinator | null): CompoundSelector {
    const start = this.#at;
    const name = this.#takeCharacter('*') ? null : this.#take(NAME);
    const conditions: SelectorCondition[] = [];
    for (let condition = this.#condition(false); condition !== null; condition = this.#condition(false))
      conditions.push(condition);
    if (this.#at === start) throw this.#wrong();
    return { combinator, tag: name ? lowerCase(unescape(name)) : null, conditions };
  }

  #condition(isNegated: boolean): SelectorCondition | null {
    if (this.#takeCharacter('#')) return { kind: 'id', name: this.#name(), isNegated };
    if (this.#takeCharacter('.')) return { kind: 'class', name: this.#name(), isNegated };
    if (this.#takeCharacter('[')) return this.#attribute(isNegated);
    if (!this.#takeCharacter(':')) return null;
    const start = this.#at - 1;
    const name = this.#name().toLowerCase();
    if (name === 'first-child') return { kind: 'nth', step: 0, offset: 1, isNegated };
    if (name === 'nth-child') return this.#nth(isNegated);
    if (name === 'not' && !isNegated && this.#takeCharacter('(')) {
      this.#take(SPACE);
      const tag = this.#take(NAME);
      const condition = tag
        ? ({ kind: 'tag', name: lowerCase(unescape(tag)), isNegated: true } as const)
        : this.#condition(true);
      this.#take(SPACE);
      if (condition !== null && this.#takeCharacter(')')) return condition;
      throw this.#wrong();
    }
    this.#at = start;
    throw this.#wrong();
  }

  #attribute(isNegated: boolean): SelectorCondition {
    this.#take(SPACE);
    const name = lowerCase(this.#name());
    this.#take(SPACE);
    const operator = this.#take(OPERATOR);
    if (operator === '') {
      if (!this.#takeCharacter(']')) throw this.#wrong();
      return { kind: 'attribute', name, isNegated };
    }
    this.#take(SPACE);
    const quoted = this.#match(STRING);
    const value = quoted === null ? this.#name() : unescape(quoted[1] ?? quoted[2]!);
    this.#take(SPACE);
    const flag = this.#take(NAME).toLowerCase();
    this.#take(SPACE);
    if ((flag !== '' && flag !== 'i' && flag !== 's') || !this.#takeCharacter(']')) throw this.#wrong();
    return {
      kind: 'value',
      name,
      operator: operator as AttributeOperator,
      value,
      ignoresCase: flag === 'i',
      isNegated,
    };
  }

  #nth(isNegated: boolean): SelectorCondition {
    const found = this.#match(NTH);
    if (found === null) throw this.#wrong();
    const [, word, step, sign, offset, index] = found;
    if (word !== undefined) {
      return { kind: 'nth', step: 2, offset: word.toLowerCase() === 'odd' ? 1 : 0, isNegated };
    }
    if (index !== undefined) return { kind: 'nth', step: 0, offset: bounded(Number(index)), isNegated };
    const factor = step === '' || step === '+' ? 1 : step === '-' ? -1 : Number(step);
    const shift = offset === undefined ? 0 : Number(offset) * (sign === '-' ? -1 : 1);
    return { kind: 'nth', step: bounded(factor), offset: bounded(shift), isNegated };
  }

  #name(): string {
    const name = this.#take(NAME);
    if (name === '') throw this.#wrong();
    return unescape(name);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source);
    if (found !== null) this.#at += found[0].length;
    return found;
  }

  #take(pattern: RegExp): string {
    return this.#match(pattern)?.[0] ?? '';
  }

  #takeCharacter(character: string): boolean {
    if (this.#source[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #wrong(): InvalidArgument {
    const rest = this.#source.slice(this.#at, this.#at + 20);
    const where = rest === '' ? 'its end' : `position ${this.#at} (${JSON.stringify(rest)})`;
    return new InvalidArgument(
      `The selector ${JSON.stringify(this.#source)} is not understood at ${where}. There are elements, #id, .class, ` +
        `[attribute], :first-child, :nth-child(2n+1), :not(.class) and the combinators ' ', '>', '+' and '~'.`,
    );
  }
}

function unescape(name: string): string {
  if (!name.includes('\\')) return name;
  return name.replace(ESCAPE, (_, hex: string | undefined, lineBreak: string | undefined, other: string) => {
    if (lineBreak !== undefined) return '';
    if (hex === undefined) return other;
    const code = Number.parseInt(hex, 16);
    return code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)
      ? '\ufffd'
      : String.fromCodePoint(code);
  });
}

/** Names in HTML differ in the case of ASCII letters only. */
function lowerCase(name: string): string {
  return name.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function bounded(number: number): number {
  return Math.max(-MAX_NTH, Math.min(MAX_NTH, number));
}
