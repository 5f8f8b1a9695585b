import assert from 'node:assert/strict';
import type { Delivered } from './delivered.ts';

/** What of a transfer goes into an output. */
export interface OutputOptions {
  /** Heads of responses stand in front of the content. */
  readonly hasHeads: boolean;
  /** The content is in it. */
  readonly hasContent: boolean;
  /** The transfer failed on the way: of the content only the beginning must be there. */
  readonly isCut: boolean;
}

/**
 * Compares what a client delivered with an output of curl: heads line by line (without line ends and the white
 * space around values), content octet by octet, trailers line by line.
 *
 * @param output as Latin-1 text
 * @throws AssertionError
 */
export function compareOutput(delivered: readonly Delivered[], output: string, options: OutputOptions): void {
  let rest = output;
  for (const { heads, content, trailers } of delivered) {
    if (options.hasHeads) {
      for (const head of heads) {
        const taken = takeLines(rest);
        assert.deepEqual(head.map(normalLine), taken.lines);
        rest = taken.rest;
      }
    }
    if (options.hasContent) {
      if (options.isCut) {
        assert.ok(
          rest.startsWith(content),
          `the content '${content.slice(0, 200)}' is not the beginning of '${rest.slice(0, 200)}'`,
        );
        return;
      }
      assert.equal(rest.slice(0, content.length), content);
      rest = rest.slice(content.length);
    }
    if (options.hasHeads && trailers.length > 0) {
      const lines = rest.split('\n').map(normalLine);
      assert.deepEqual(lines.slice(0, trailers.length), trailers.map(normalLine));
      rest = rest.split('\n').slice(trailers.length).join('\n');
    }
  }
  assert.equal(rest, '', 'curl delivers more');
}

/** Takes lines up to an empty one. */
function takeLines(text: string): { readonly lines: string[]; readonly rest: string } {
  const end = /\r?\n\r?\n/.exec(text);
  assert.ok(end !== null, `no head at '${text.slice(0, 100)}'`);
  return {
    lines: text.slice(0, end.index).split('\n').map(normalLine),
    rest: text.slice(end.index + end[0].length),
  };
}

/** `Name:value` and `Name:  value ` are the same line. */
function normalLine(line: string): string {
  return line.replace(/^([^\s:]+):[ \t]*/, '$1: ').trimEnd();
}
