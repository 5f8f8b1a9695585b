import { parseArgs } from 'node:util';

/** What the programs that sabotage are told: all of them take the same. */
interface SabotageOptions {
  /** Only to check the lists. */
  readonly isList: boolean;
  /** Those whose name contains a word of `--only`. */
  readonly named: <T extends { readonly name: string }>(sabotages: readonly T[]) => readonly T[];
  /** One in so many. */
  readonly thinned: <T>(sabotages: readonly T[]) => readonly T[];
}

/**
 * `--only WORD`, as often as one likes, `--every N` and `--list`.
 *
 * @throws RangeError for an `--every` that is no count
 */
export function readSabotageOptions(args?: readonly string[]): SabotageOptions {
  const { values } = parseArgs({
    ...(args === undefined ? {} : { args: [...args] }),
    options: {
      only: { type: 'string', multiple: true },
      every: { type: 'string', default: '1' },
      list: { type: 'boolean', default: false },
    },
  });
  const only = values.only ?? [''];
  const every = Number(values.every);
  if (!Number.isInteger(every) || every < 1) throw new RangeError(`--every ${values.every}: pass 1, 2, ...`);
  return {
    isList: values.list,
    named: (sabotages) => sabotages.filter(({ name }) => only.some((word) => name.includes(word))),
    thinned: (sabotages) => sabotages.filter((_, index) => index % every === 0),
  };
}
