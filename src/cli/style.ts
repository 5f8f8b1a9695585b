import { palette, type Palette, wantsColour } from './colours.ts';
import type { Output } from './io.ts';
import { harmless } from './terminal-text.ts';

/** How text is written to one of the outputs. */
export interface Style {
  readonly palette: Palette;
  /** Somebody looks at it: control characters of the server must not reach the terminal. */
  readonly isForEyes: boolean;
  /** Makes text of the server fit for this output. */
  readonly clean: (text: string) => string;
}

export function styleOf(
  output: Output,
  colour: boolean | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Style {
  const hasColour = wantsColour(colour, env, output.isTTY);
  // Forced colours mean a pager or a recording: eyes in the end.
  const isForEyes = output.isTTY || hasColour;
  return { palette: palette(hasColour), isForEyes, clean: isForEyes ? harmless : String };
}
