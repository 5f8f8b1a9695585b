import { InvalidArgument } from '../errors/invalid-argument.ts';

/** Refuses a name that means nothing, so that nothing asked for is ignored in silence. */
export function checkKeys(argument: string, object: object, names: readonly string[]): void {
  for (const name of Object.keys(object)) {
    if (!names.includes(name)) {
      throw new InvalidArgument(`'${argument}.${name}' does not exist; there are ${names.join(', ')}.`);
    }
  }
}
