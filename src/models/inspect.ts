/** Turns a part of a value into text, as `util.inspect` does. */
export type Inspect = (part: unknown) => string;

/**
 * Decides what `console.log` and `util.inspect` show of the instances of a class. Called in its static block, so
 * that `show` can look at private fields.
 */
export function inspectAs<T>(
  shownClass: { readonly prototype: T },
  show: (value: T, inspect: Inspect) => string,
): void {
  Object.defineProperty(shownClass.prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value(
      this: T,
      _depth: number,
      options: object,
      inspect: (part: unknown, options: object) => string,
    ): string {
      return show(this, (part) => inspect(part, options));
    },
  });
}
