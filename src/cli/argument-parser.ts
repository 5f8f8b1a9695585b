import { InvalidArgument } from '../errors/invalid-argument.ts';
import { closest } from './closest.ts';

/** One option of a command. */
export interface OptionSpec {
  /** The long form without its dashes, under which the values are found. */
  readonly name: string;
  /** The short form without its dash. */
  readonly short?: string;
  /** Other long forms. */
  readonly aliases?: readonly string[];
  /** Names of the values, for help and messages; none for a switch. */
  readonly values?: readonly string[];
  /** May be given more than once. */
  readonly isRepeatable?: boolean;
  /** The first value may hold the second one too, behind this separator. */
  readonly separator?: string;
  /** What it does. */
  readonly help: string;
}

/** Arguments taken apart, not yet interpreted. */
export interface ParsedArguments {
  readonly positionals: readonly string[];
  /** The values of every occurrence of an option, by its name. */
  readonly options: ReadonlyMap<string, readonly (readonly string[])[]>;
}

/**
 * Takes a command line apart: `--name VALUE`, `--name=VALUE`, `-n VALUE`, `-nVALUE`, switches in one (`-vL`), and
 * `--` before arguments that only look like options. A value may begin with a dash, but not be the name of an option.
 *
 * @throws InvalidArgument for an option that does not exist, lacks a value or may not be repeated
 */
export function parseArguments(argv: readonly string[], specs: readonly OptionSpec[]): ParsedArguments {
  const long = new Map<string, OptionSpec>(
    specs.flatMap((spec) => namesOf(spec).map((name) => [`--${name}`, spec] as const)),
  );
  const short = new Map<string, OptionSpec>(
    specs.flatMap((spec) => (spec.short === undefined ? [] : [[spec.short, spec] as const])),
  );
  const positionals: string[] = [];
  const options = new Map<string, string[][]>();
  let position = 0;

  function take(spec: OptionSpec, written: string, attached: string | undefined): void {
    const wanted = spec.values ?? [];
    const values = attached === undefined ? [] : [attached];
    while (values.length < wanted.length && !isComplete(spec, values)) {
      const value = argv[position++];
      if (value === undefined) throw new InvalidArgument(`'${written}' needs ${wanted.join(' and ')}.`);
      if (long.has(value)) {
        throw new InvalidArgument(
          `'${written}' needs ${wanted.join(' and ')}, but the option '${value}' follows; ` +
            `if that is the value, write it as '${written.startsWith('--') ? `${written}=` : written}${value}'.`,
        );
      }
      values.push(value);
    }
    const earlier = options.get(spec.name);
    if (earlier === undefined) options.set(spec.name, [values]);
    else if (spec.isRepeatable === true || wanted.length === 0) earlier.push(values);
    else throw new InvalidArgument(`'--${spec.name}' is given twice.`);
  }

  function takeLong(argument: string): void {
    const equals = argument.indexOf('=');
    const name = equals === -1 ? argument : argument.slice(0, equals);
    const spec = long.get(name);
    if (spec === undefined) throw unknownOption(name, [...long.keys()]);
    if (equals !== -1 && spec.values === undefined) {
      throw new InvalidArgument(`'${name}' is a switch and takes no value.`);
    }
    take(spec, name, equals === -1 ? undefined : argument.slice(equals + 1));
  }

  function takeShort(argument: string): void {
    for (let index = 1; index < argument.length; index++) {
      const letter = argument[index]!;
      const spec = short.get(letter);
      if (spec === undefined) throw unknownOption(`-${letter}`, [...long.keys()]);
      if (spec.values === undefined) {
        take(spec, `-${letter}`, undefined);
        continue;
      }
      const attached = argument.slice(index + 1);
      take(spec, `-${letter}`, attached === '' ? undefined : attached);
      return;
    }
  }

  while (position < argv.length) {
    const argument = argv[position++]!;
    if (argument === '--') {
      positionals.push(...argv.slice(position));
      break;
    }
    if (argument.startsWith('--')) takeLong(argument);
    else if (argument.startsWith('-') && argument !== '-') takeShort(argument);
    else positionals.push(argument);
  }
  return { positionals, options };
}

function namesOf(spec: OptionSpec): readonly string[] {
  return [spec.name, ...(spec.aliases ?? [])];
}

function isComplete(spec: OptionSpec, values: readonly string[]): boolean {
  return spec.separator !== undefined && values.length === 1 && values[0]!.includes(spec.separator);
}

function unknownOption(name: string, known: readonly string[]): InvalidArgument {
  const near = name.startsWith('--') ? closest(name, known) : undefined;
  const hint = near === undefined ? '' : `; did you mean '${near}'?`;
  return new InvalidArgument(`There is no option '${name}'${hint === '' ? '.' : hint}`);
}
