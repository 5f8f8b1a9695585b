import { InvalidArgument } from '../errors/invalid-argument.ts';
import { type Combinator, parseSelectors, type SelectorCondition } from './css-selector.ts';
import { encode } from './octets.ts';
import { ProgramWriter } from './program-writer.ts';

/**
 * What is taken of an element: its text, what stands between its tags, itself with its tags, an attribute; `element`
 * takes its start tag, to know that it is there.
 */
type HTMLTake = 'element' | 'inner' | 'outer' | 'text' | { readonly attribute: string };

export interface HTMLField {
  /** A list of selectors; null takes the element of the row itself. */
  readonly select: string | null;
  readonly take: HTMLTake;
  /** All matches and not just the first one in each row. */
  readonly all?: boolean;
}

/** What is wanted of a document. */
export interface HTMLQuery {
  /** Selector of the elements that make the rows; without it there is one row, the document. */
  readonly rows?: string;
  /** Inside a row, but selectors see the whole document, as `querySelectorAll` has it. */
  readonly fields: Readonly<Record<string, HTMLField>>;
}

/** A query, compiled once. */
export interface HTMLProgram {
  readonly states: readonly SelectorState[];
  readonly fields: readonly CompiledField[];
  readonly hasRows: boolean;
  /** The form that accelerators read. */
  readonly bytes: Uint8Array;
}

/** A compound in its place in a selector; the compound in front is the state before it. */
export interface SelectorState {
  readonly combinator: number;
  /** Empty for any element. */
  readonly tag: Uint8Array;
  readonly conditions: readonly Condition[];
  /** The field that a match of the whole selector gives; {@link ROW} or {@link NONE}. */
  readonly target: number;
}

export interface Condition {
  readonly kind: number;
  readonly name: Uint8Array;
  readonly value: Uint8Array;
  readonly step: number;
  readonly offset: number;
  readonly ignoresCase: boolean;
  readonly isNegated: boolean;
}

interface CompiledField {
  readonly name: string;
  readonly take: number;
  readonly attribute: Uint8Array;
  readonly isFirst: boolean;
  /** The field is taken of the element of the row. */
  readonly isSelf: boolean;
}

export const NONE = 0xffff_ffff;
export const ROW = 0xffff_fffe;

export const TAKES = { TEXT: 1, INNER: 2, OUTER: 3, ATTRIBUTE: 4, ELEMENT: 5 } as const;
export const COMBINATORS = { NONE: 0, DESCENDANT: 1, CHILD: 2, NEXT: 3, LATER: 4 } as const;
export const CONDITIONS = {
  ID: 1,
  CLASS: 2,
  HAS: 3,
  EQUALS: 4,
  INCLUDES: 5,
  DASH: 6,
  PREFIX: 7,
  SUFFIX: 8,
  SUBSTRING: 9,
  NTH_CHILD: 10,
  TAG: 11,
} as const;

const COMBINATOR_OF: Readonly<Record<Combinator, number>> = {
  ' ': COMBINATORS.DESCENDANT,
  '>': COMBINATORS.CHILD,
  '+': COMBINATORS.NEXT,
  '~': COMBINATORS.LATER,
};
const CONDITION_OF = {
  id: CONDITIONS.ID,
  class: CONDITIONS.CLASS,
  tag: CONDITIONS.TAG,
  '=': CONDITIONS.EQUALS,
  '~=': CONDITIONS.INCLUDES,
  '|=': CONDITIONS.DASH,
  '^=': CONDITIONS.PREFIX,
  '$=': CONDITIONS.SUFFIX,
  '*=': CONDITIONS.SUBSTRING,
} as const;

/** Compounds of all selectors together, conditions of a compound, and fields, at most. */
const MAX_STATES = 1024;
const MAX_CONDITIONS = 256;
const MAX_FIELDS = 1024;

const HEADER = 5;
const WORDS_OF_STATE = 6;
const WORDS_OF_CONDITION = 6;

/**
 * Compiles a query.
 *
 * @throws InvalidArgument for a selector that is not understood, and for a field that cannot be
 */
export function compileHTMLQuery({ rows, fields }: HTMLQuery): HTMLProgram {
  const states: SelectorState[] = [];
  if (rows !== undefined) addStates(rows, ROW, states);
  const entries = Object.entries(fields);
  if (entries.length > MAX_FIELDS) {
    throw new InvalidArgument(`'fields' has ${entries.length} fields; at most ${MAX_FIELDS} are possible.`);
  }
  const compiled = entries.map(([name, { select, take, all = false }], index): CompiledField => {
    if (select !== null) addStates(select, index, states);
    else if (rows === undefined) {
      throw new InvalidArgument(`'fields.${name}.select' is null, which needs 'rows'; pass a selector.`);
    }
    return {
      name,
      take: takeOf(name, take),
      attribute: encode(typeof take === 'object' ? take.attribute : ''),
      isFirst: !all,
      isSelf: select === null,
    };
  });
  if (states.length > MAX_STATES) {
    throw new InvalidArgument(
      `The selectors have ${states.length} compounds; at most ${MAX_STATES} are possible.`,
    );
  }
  const program = { states, fields: compiled, hasRows: rows !== undefined };
  return { ...program, bytes: write(program) };
}

function takeOf(name: string, take: HTMLTake): number {
  switch (take) {
    case 'text':
      return TAKES.TEXT;
    case 'inner':
      return TAKES.INNER;
    case 'outer':
      return TAKES.OUTER;
    case 'element':
      return TAKES.ELEMENT;
    default:
      if (typeof take === 'object' && take !== null && typeof take.attribute === 'string')
        return TAKES.ATTRIBUTE;
      throw new InvalidArgument(
        `'fields.${name}.take' must be 'text', 'inner', 'outer', 'element' or { attribute: 'href' }.`,
      );
  }
}

function addStates(source: string, target: number, states: SelectorState[]): void {
  for (const selector of parseSelectors(source)) {
    selector.forEach(({ combinator, tag, conditions }, index) => {
      if (conditions.length > MAX_CONDITIONS) {
        throw new InvalidArgument(
          `The selector has a compound of ${conditions.length} conditions; at most ${MAX_CONDITIONS} are possible.`,
        );
      }
      states.push({
        combinator: combinator === null ? COMBINATORS.NONE : COMBINATOR_OF[combinator],
        tag: encode(tag ?? ''),
        conditions: conditions.map(compileCondition),
        target: index === selector.length - 1 ? target : NONE,
      });
    });
  }
}

const EMPTY = new Uint8Array(0);

function compileCondition(condition: SelectorCondition): Condition {
  const { isNegated } = condition;
  const base = { name: EMPTY, value: EMPTY, step: 0, offset: 0, ignoresCase: false, isNegated };
  switch (condition.kind) {
    case 'nth':
      return { ...base, kind: CONDITIONS.NTH_CHILD, step: condition.step, offset: condition.offset };
    case 'attribute':
      return { ...base, kind: CONDITIONS.HAS, name: encode(condition.name) };
    case 'value':
      return {
        ...base,
        kind: CONDITION_OF[condition.operator],
        name: encode(condition.name),
        value: encode(condition.value),
        ignoresCase: condition.ignoresCase,
      };
    case 'tag':
      return { ...base, kind: CONDITIONS.TAG, name: encode(condition.name) };
    default:
      return {
        ...base,
        kind: CONDITION_OF[condition.kind],
        name: encode(condition.kind),
        value: encode(condition.name),
      };
  }
}

function write({ states, fields, hasRows }: Omit<HTMLProgram, 'bytes'>): Uint8Array {
  const writer = new ProgramWriter();
  const firstCondition = HEADER + states.length * WORDS_OF_STATE;
  const conditions = states.flatMap((state) => state.conditions);
  writer.push(
    1,
    states.length,
    fields.length,
    firstCondition + conditions.length * WORDS_OF_CONDITION,
    hasRows ? 1 : 0,
  );
  let next = firstCondition;
  for (const state of states) {
    writer.push(state.combinator);
    writer.pushText(state.tag);
    writer.push(next, state.conditions.length, state.target);
    next += state.conditions.length * WORDS_OF_CONDITION;
  }
  for (const { kind, name, value, step, offset, ignoresCase, isNegated } of conditions) {
    writer.push(kind);
    if (kind === CONDITIONS.NTH_CHILD) writer.push(step >>> 0, offset >>> 0, 0, 0);
    else {
      writer.pushText(name);
      writer.pushText(value);
    }
    writer.push((ignoresCase ? 1 : 0) | (isNegated ? 2 : 0));
  }
  for (const { take, attribute, isFirst, isSelf } of fields) {
    writer.push(take);
    writer.pushText(attribute);
    writer.push((isFirst ? 1 : 0) | (isSelf ? 2 : 0));
  }
  return writer.finish();
}
