/** Puts a text into a colour, or leaves it as it is. */
export type Paint = (text: string) => string;

/** The colours of the output: the sixteen of the terminal's own scheme, so that they fit its background. */
export interface Palette {
  /** False: every paint leaves its text alone. */
  readonly isOn: boolean;
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly blue: Paint;
  readonly magenta: Paint;
  readonly cyan: Paint;
}

const PLAIN: Palette = {
  isOn: false,
  bold: String,
  dim: String,
  red: String,
  green: String,
  yellow: String,
  blue: String,
  magenta: String,
  cyan: String,
};

const COLOURED: Palette = {
  isOn: true,
  bold: paint(1, 22),
  dim: paint(2, 22),
  red: paint(31, 39),
  green: paint(32, 39),
  yellow: paint(33, 39),
  blue: paint(34, 39),
  magenta: paint(35, 39),
  cyan: paint(36, 39),
};

export function palette(isOn: boolean): Palette {
  return isOn ? COLOURED : PLAIN;
}

/**
 * Whether to write colours. The option decides; else `FORCE_COLOR` (0 and false say no), else `NO_COLOR` if it is
 * not empty; else a terminal gets them, unless it is a dumb one.
 *
 * @param option `--color` is true, `--no-color` false, neither undefined
 */
export function wantsColour(
  option: boolean | undefined,
  env: Readonly<Record<string, string | undefined>>,
  isTTY: boolean,
): boolean {
  if (option !== undefined) return option;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '') return false;
  return isTTY && env['TERM'] !== 'dumb';
}

function paint(on: number, off: number): Paint {
  return (text) => (text === '' ? text : `\u001B[${on}m${text}\u001B[${off}m`);
}
