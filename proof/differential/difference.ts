/** What the two made of the same thing, where it is not the same. */
export interface Difference {
  readonly input: string;
  readonly js: string;
  readonly native: string;
}

/** The lines in which two records are not alike. */
export function linesApart({ js, native }: Difference): string {
  const [left, right] = [js.split('\n'), native.split('\n')];
  const apart: string[] = [];
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    if (left[at] !== right[at])
      apart.push(`    js      ${left[at] ?? '-'}\n    native  ${right[at] ?? '-'}`.slice(0, 1500));
  }
  return apart.slice(0, 8).join('\n');
}
