/** One URL or file name that a pattern stands for. */
export interface Expanded {
  readonly text: string;
  /** What each part of the pattern stands for here, by number from 1 and by name if it has one. */
  readonly parts: ReadonlyMap<string, string>;
}

/**
 * Expands a pattern of curl's command line: `{one,two}`, `[a-d]`, `[1-9]`, `[01-10:2]`; each may begin with a name,
 * `{<name>one,two}`. A backslash takes the meaning of a bracket or brace away.
 *
 * @throws Error for a range that is not understood
 */
export function expandGlob(pattern: string): Expanded[] {
  let expanded: Expanded[] = [{ text: '', parts: new Map() }];
  let count = 0;
  for (const { text, choices, name } of piecesOf(pattern)) {
    if (choices === null) {
      expanded = expanded.map((one) => ({ ...one, text: one.text + text }));
      continue;
    }
    const keys = [String(++count), ...(name === null ? [] : [name])];
    // The last part changes fastest.
    expanded = expanded.flatMap((one) =>
      choices.map((choice) => ({
        text: one.text + choice,
        parts: new Map([...one.parts, ...keys.map((key) => [key, choice] as const)]),
      })),
    );
  }
  return expanded;
}

/** Puts the parts of an expansion in the place of `#1`, `#2` and `#<name>`. */
export function fillOutputName(pattern: string, { parts }: Expanded): string {
  return pattern.replaceAll(/#(?:(\d)|<(\w+)>)/g, (match, number?: string, name?: string) => {
    return parts.get(number ?? name ?? '') ?? match;
  });
}

interface Piece {
  readonly text: string;
  readonly choices: readonly string[] | null;
  readonly name: string | null;
}

function* piecesOf(pattern: string): Generator<Piece> {
  let text = '';
  for (let index = 0; index < pattern.length; index++) {
    const char = pattern[index]!;
    const next = pattern[index + 1];
    if (char === '\\' && next !== undefined && '{}[]'.includes(next)) {
      text += next;
      index++;
      continue;
    }
    // The brackets of an IPv6 address are none of these.
    const address = char === '[' ? /^\[[\da-f:.]*:[\da-f:.]*\]/i.exec(pattern.slice(index))?.[0] : undefined;
    if (address !== undefined && !/^\[\d+-/.test(address)) {
      text += address;
      index += address.length - 1;
      continue;
    }
    const closing = char === '{' ? '}' : char === '[' ? ']' : null;
    const end = closing === null ? -1 : pattern.indexOf(closing, index);
    if (end === -1) {
      text += char;
      continue;
    }
    yield { text, choices: null, name: null };
    text = '';
    const [, name = null, inside = ''] = /^(?:<(\w+)>)?(.*)$/s.exec(pattern.slice(index + 1, end))!;
    yield { text: '', name, choices: char === '{' ? inside.split(',') : rangeOf(inside) };
    index = end;
  }
  yield { text, choices: null, name: null };
}

function rangeOf(text: string): string[] {
  const parts = /^(?:([a-z])-([a-z])|(\d+)-(\d+))(?::(\d+))?$/i.exec(text);
  if (parts === null) throw new Error(`not a range: [${text}]`);
  const [, firstLetter, lastLetter, firstNumber = '', lastNumber = '', step = '1'] = parts;
  const choices: string[] = [];
  if (firstLetter !== undefined) {
    for (let code = firstLetter.charCodeAt(0); code <= lastLetter!.charCodeAt(0); code += Number(step)) {
      choices.push(String.fromCharCode(code));
    }
    return choices;
  }
  const width = firstNumber.startsWith('0') ? firstNumber.length : 0;
  for (let number = Number(firstNumber); number <= Number(lastNumber); number += Number(step)) {
    choices.push(String(number).padStart(width, '0'));
  }
  return choices;
}
