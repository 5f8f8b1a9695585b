import type { OptionSpec } from './argument-parser.ts';
import type { Palette } from './colours.ts';
import type { OptionGroup } from './request-specs.ts';

const LABEL_WIDTH = 34;

/** The help text: how to call the command, its options in groups, and what else is to be known. */
export function formatHelp(
  usage: readonly string[],
  groups: readonly OptionGroup[],
  notes: readonly string[],
  palette: Palette,
): string {
  const options = groups.map(({ title, specs }) =>
    [palette.bold(title), ...specs.map((spec) => optionLine(spec, palette))].join('\n'),
  );
  return `${[usage.join('\n'), ...options, ...notes].join('\n\n')}\n`;
}

function optionLine(spec: OptionSpec, palette: Palette): string {
  const short = spec.short === undefined ? '    ' : `-${spec.short}, `;
  const long = [spec.name, ...(spec.aliases ?? [])].map((name) => `--${name}`).join(', ');
  const label = `  ${short}${long}${(spec.values ?? []).map((value) => ` ${value}`).join('')}`;
  const indent = ' '.repeat(LABEL_WIDTH + 2);
  const [first = '', ...rest] = wrap(spec.help, 80 - LABEL_WIDTH);
  const opening =
    label.length <= LABEL_WIDTH
      ? `${palette.cyan(label)}${' '.repeat(LABEL_WIDTH + 2 - label.length)}${first}`
      : `${palette.cyan(label)}\n${indent}${first}`;
  return [opening, ...rest.map((line) => indent + line)].join('\n');
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
