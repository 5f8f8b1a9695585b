import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';

/** Refuses what is no object, or names something that does not exist. */
export function checkNames(argument: string, init: object, names: readonly string[]): void {
  if (typeof init !== 'object' || init === null || Array.isArray(init))
    throw new InvalidArgument(`'${argument}' must be an object, not ${describeValue(init)}.`);
  for (const name of Object.keys(init)) {
    if (!names.includes(name))
      throw new InvalidArgument(`'${argument}.${name}' does not exist; there are ${names.join(', ')}.`);
  }
}

/** A whole number from `least` on, or `Infinity`. */
export function checkCount(argument: string, value: number, least: number): number {
  if ((Number.isInteger(value) || value === Infinity) && value >= least) return value;
  throw new InvalidArgument(
    `'${argument}' must be a whole number of ${least} or more, not ${describeNumber(value)}.`,
  );
}

/** A number from `least` on. */
export function checkNumber(argument: string, value: number, least: number): number {
  if (typeof value === 'number' && value >= least) return value;
  throw new InvalidArgument(
    `'${argument}' must be a number of ${least} or more, not ${describeNumber(value)}.`,
  );
}

function describeNumber(value: unknown): string {
  return typeof value === 'number' ? String(value) : describeValue(value);
}
