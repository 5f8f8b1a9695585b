import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { inspectAs } from './inspect.ts';

class Box {
  readonly #content: unknown;

  constructor(content: unknown) {
    this.#content = content;
  }

  static {
    inspectAs(Box, (box, show) => `Box ${show(box.#content)}`);
  }
}

test('decides what is shown, of subclasses and inside of others too', () => {
  class Crate extends Box {}
  expect(inspect(new Box({ a: 'b' }))).toBe("Box { a: 'b' }");
  expect(inspect([new Crate(1)])).toBe('[ Box 1 ]');
  expect(inspect(new Box(new Box('x')))).toBe("Box Box 'x'");
});

test('passes the options of the caller on', () => {
  expect(inspect(new Box(1), { colors: true })).toContain('\u001b[');
  expect(inspect(new Box(1), { colors: false })).not.toContain('\u001b[');
});

test('is not seen when the members of an instance are listed', () => {
  expect(Reflect.ownKeys(new Box(1))).toEqual([]);
  expect(Object.keys(Box.prototype)).toEqual([]);
});
