import { createTextStream, type TextStream } from '../body/charset.ts';
import type { Fail } from '../body/fail.ts';
import { isBlank, parseJSONLine } from '../body/json-lines.ts';
import type { LineSplitter } from '../body/lines.ts';
import type { Cutter } from '../body/rechunk.ts';
import { SyncGenerator, type SyncPuller } from './sync-generator.ts';

/** The text of octets that come in pieces: characters that are cut in two are joined, and no piece is empty. */
export function textOf(source: Generator<Uint8Array, void, void>, charset: string): SyncGenerator<string> {
  const decoder: TextStream = createTextStream(charset);
  let hasEnded = false;
  return over(source, () => {
    while (!hasEnded) {
      const { done, value } = source.next();
      hasEnded = done === true;
      const text = done === true ? decoder.end() : decoder.push(value);
      if (text !== '') return text;
    }
    return null;
  });
}

/** The lines of a text that comes in pieces, each as soon as its end has come. */
export function linesOf(
  source: Generator<string, void, void>,
  splitter: LineSplitter,
): SyncGenerator<string> {
  let lines: readonly string[] = [];
  let given = 0;
  let hasEnded = false;
  return over(source, () => {
    while (given === lines.length) {
      if (hasEnded) return null;
      const { done, value } = source.next();
      hasEnded = done === true;
      lines = done === true ? splitter.end() : splitter.push(value);
      given = 0;
    }
    return lines[given++]!;
  });
}

/** The values of lines of JSON; blank lines are skipped. */
export function jsonLinesOf(
  lines: Generator<string, void, void>,
  fail: Fail,
): Generator<unknown, void, void> {
  let number = 0;
  const boxes = over(lines, (): Box | null => {
    for (;;) {
      const { done, value } = lines.next();
      if (done === true) return null;
      number++;
      if (!isBlank(value)) return { value: parseJSONLine(value, number, fail) };
    }
  });
  return new Unboxed(boxes);
}

/** A value on its way through a generator for which null is the end. */
interface Box {
  readonly value: unknown;
}

class Unboxed implements Generator<unknown, void, void> {
  readonly #boxes: SyncGenerator<Box>;

  constructor(boxes: SyncGenerator<Box>) {
    this.#boxes = boxes;
  }

  next(): IteratorResult<unknown, void> {
    const result = this.#boxes.next();
    return result.done === true ? result : { done: false, value: result.value.value };
  }

  return(): IteratorResult<unknown, void> {
    this.#boxes.return();
    return { done: true, value: undefined };
  }

  throw(error: unknown): IteratorResult<unknown, void> {
    this.#boxes.return();
    throw error;
  }

  [Symbol.iterator](): this {
    return this;
  }

  [Symbol.dispose](): void {
    this.#boxes.return();
  }
}

/** Pieces cut into chunks of one size. */
export function cut<T>(source: Generator<T, void, void>, cutter: Cutter<T>): SyncGenerator<T> {
  return over(source, () => {
    for (;;) {
      const chunk = cutter.take();
      if (chunk !== null) return chunk;
      const { done, value } = source.next();
      if (done === true) return cutter.rest();
      cutter.add(value);
    }
  });
}

function over<T>(source: Generator<unknown, void, void>, pull: () => T | null): SyncGenerator<T> {
  const puller: SyncPuller<T> = { pull, close: () => void source.return() };
  return new SyncGenerator(puller);
}
