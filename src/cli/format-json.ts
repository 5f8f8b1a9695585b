import type { Palette } from './colours.ts';

const INDENT = '    ';
/** Deeper levels are not indented further: what a server nests without end must not grow by the square. */
const MAX_INDENT = 64;

/**
 * JSON with four spaces of indentation for each level. Only white space is changed: numbers keep all their digits,
 * strings their escapes, objects the order of their names and the names that are there twice.
 *
 * @param clean applied to every string
 * @returns `null` if the text is no JSON
 */
export function formatJSON(
  text: string,
  palette: Palette,
  clean: (text: string) => string = String,
): string | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const output: string[] = [];
  let depth = 0;
  let position = 0;
  const breakLine = (): void => void output.push(`\n${INDENT.repeat(Math.min(depth, MAX_INDENT))}`);
  while (position < text.length) {
    const character = text[position]!;
    switch (character) {
      case ' ':
      case '\t':
      case '\n':
      case '\r':
        position++;
        break;
      case '{':
      case '[': {
        const next = skipSpace(text, position + 1);
        const isEmpty = text[next] === '}' || text[next] === ']';
        output.push(isEmpty ? character + text[next]! : character);
        position = isEmpty ? next + 1 : next;
        if (!isEmpty) {
          depth++;
          breakLine();
        }
        break;
      }
      case '}':
      case ']':
        depth--;
        breakLine();
        output.push(character);
        position++;
        break;
      case ',':
        output.push(character);
        breakLine();
        position++;
        break;
      case ':':
        output.push(': ');
        position++;
        break;
      case '"': {
        const end = endOfString(text, position);
        const isName = text[skipSpace(text, end)] === ':';
        output.push((isName ? palette.blue : palette.green)(clean(text.slice(position, end))));
        position = end;
        break;
      }
      default: {
        const end = endOfLiteral(text, position);
        const isNumber = character === '-' || (character >= '0' && character <= '9');
        output.push((isNumber ? palette.cyan : palette.magenta)(text.slice(position, end)));
        position = end;
      }
    }
  }
  return output.join('');
}

function skipSpace(text: string, from: number): number {
  let position = from;
  while (' \t\n\r'.includes(text[position] ?? '"')) position++;
  return position;
}

function endOfString(text: string, start: number): number {
  let position = start + 1;
  while (text[position] !== '"') position += text[position] === '\\' ? 2 : 1;
  return position + 1;
}

function endOfLiteral(text: string, start: number): number {
  let position = start + 1;
  while (position < text.length && !',]} \t\n\r'.includes(text[position]!)) position++;
  return position;
}
