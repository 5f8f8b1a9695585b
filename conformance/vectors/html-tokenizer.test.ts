import assert from 'node:assert/strict';
import { ATTRIBUTE, HTMLTokenizer } from '../../src/kernels/html-tokenizer.ts';
import { vectors } from './runner.ts';

type Output = readonly [kind: string, ...content: unknown[]];

interface Vector {
  readonly description: string;
  readonly input: string;
  readonly output: readonly Output[];
  readonly initialStates?: readonly string[];
  readonly doubleEscaped?: boolean;
}

/**
 * Text and values are given as they stand, so cases about character references, line breaks and NUL concern who reads
 * them; elements whose content is text are tested with whole documents. Comments and doctypes are left out.
 */
function isOfTokens({ input, initialStates, doubleEscaped }: Vector): boolean {
  return !/[&\r\0]/.test(input) && initialStates === undefined && doubleEscaped !== true;
}

vectors<Record<string, readonly Vector[]>>(
  'html-tokenizer',
  'html/html5lib-tokenizer.json',
  function* (files) {
    for (const [file, cases] of Object.entries(files)) {
      for (const [index, vector] of cases.entries()) {
        if (!isOfTokens(vector)) continue;
        yield {
          id: `${file} ${index} ${vector.description}`,
          run: () => assert.deepEqual(tokenize(vector.input), expected(vector.output)),
        };
      }
    }
  },
);

function expected(output: readonly Output[]): unknown[] {
  return merge(
    output
      .filter(([kind]) => kind === 'StartTag' || kind === 'EndTag' || kind === 'Character')
      .map(([kind, content, attributes, isSelfClosing = false]) =>
        kind === 'StartTag' ? [kind, content, attributes, isSelfClosing] : [kind, content],
      ),
  );
}

function tokenize(input: string): unknown[] {
  const text = Buffer.from(input);
  const tokens = new HTMLTokenizer(text);
  const found: unknown[][] = [];
  for (let token = tokens.next(false); token !== null; token = tokens.next(false)) {
    if (token === 'text') found.push(['Character', text.toString('utf8', tokens.start, tokens.end)]);
    else {
      const name = lowerCase(text.toString('utf8', tokens.nameStart, tokens.nameEnd));
      found.push(
        token === 'end' ? ['EndTag', name] : ['StartTag', name, attributes(tokens), tokens.isSelfClosing],
      );
    }
  }
  return merge(found);
}

function attributes({ text, attributes: places }: HTMLTokenizer): Record<string, string> {
  const found: Record<string, string> = {};
  const octets = Buffer.from(text);
  for (let at = 0; at < places.length; at += ATTRIBUTE) {
    const name = lowerCase(octets.toString('utf8', places[at], places[at + 1]));
    found[name] ??= octets.toString('utf8', places[at + 2], places[at + 3]);
  }
  return found;
}

function lowerCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** Text on both sides of a comment is one text to the vectors. */
function merge(tokens: unknown[][]): unknown[] {
  const merged: unknown[][] = [];
  for (const token of tokens) {
    const last = merged.at(-1);
    if (token[0] === 'Character' && last?.[0] === 'Character')
      last[1] = `${String(last[1])}${String(token[1])}`;
    else merged.push([...token]);
  }
  return merged;
}
