/* oxlint-disable no-await-in-loop -- lines come one after another */
import type { Fail } from './fail.ts';
import { findJSONFault } from './json-syntax.ts';
import { describeJSONFault } from './parse-json.ts';
import { type OnError, type Puller, PullGenerator } from './pull-generator.ts';
import { SourceReader } from './source-reader.ts';

/**
 * Parses lines of JSON (NDJSON, JSON Lines), one value for each. Blank lines are skipped. `return()` is passed on to
 * the lines at once.
 *
 * @throws what `fail` makes, with `ERR_INVALID_JSON`; it names the line, counted from 1, blank ones included
 */
export function jsonLines(
  lines: AsyncIterator<string>,
  fail: Fail,
  onError?: OnError,
): AsyncGenerator<unknown, void, void> {
  return new ValueGenerator(new PullGenerator(new JSONLinePuller(lines, fail), onError));
}

/** A value on its way through a generator for which null is the end. */
interface Box {
  readonly value: unknown;
}

class JSONLinePuller implements Puller<Box> {
  readonly #lines: SourceReader<string>;
  readonly #fail: Fail;
  #number = 0;

  constructor(lines: AsyncIterator<string>, fail: Fail) {
    this.#lines = new SourceReader(lines);
    this.#fail = fail;
  }

  async pull(): Promise<Box | null> {
    for (;;) {
      const line = await this.#lines.read();
      if (line === null) return null;
      this.#number++;
      if (!isBlank(line)) return { value: parseJSONLine(line, this.#number, this.#fail) };
    }
  }

  close(): Promise<void> {
    return this.#lines.close();
  }
}

class ValueGenerator implements AsyncGenerator<unknown, void, void> {
  readonly #boxes: AsyncGenerator<Box, void, void>;

  constructor(boxes: AsyncGenerator<Box, void, void>) {
    this.#boxes = boxes;
  }

  async next(): Promise<IteratorResult<unknown, void>> {
    return unboxed(await this.#boxes.next());
  }

  async return(): Promise<IteratorResult<unknown, void>> {
    return unboxed(await this.#boxes.return());
  }

  async throw(error: unknown): Promise<IteratorResult<unknown, void>> {
    return unboxed(await this.#boxes.throw(error));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#boxes.return();
  }
}

function unboxed(result: IteratorResult<Box, void>): IteratorResult<unknown, void> {
  return result.done === true ? result : { done: false, value: result.value.value };
}

/**
 * The value of one line.
 *
 * @param number of the line, from 1
 */
export function parseJSONLine(line: string, number: number, fail: Fail): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    const fault = findJSONFault(line);
    if (fault === null) throw error;
    const reason = `line ${number} is no valid JSON: ${describeJSONFault(fault, line)}`;
    throw fail(reason, 'ERR_INVALID_JSON');
  }
}

/** Whether a line has nothing but white space. */
export function isBlank(line: string): boolean {
  for (let index = 0; index < line.length; index++) {
    const code = line.charCodeAt(index);
    if (code !== 0x20 && code !== 0x09 && code !== 0x0d && code !== 0x0a) return false;
  }
  return true;
}
