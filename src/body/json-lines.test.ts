import { describe, expect, test } from 'vitest';
import { failWithoutRequest } from './fail.ts';
import { jsonLines } from './json-lines.ts';

describe('jsonLines', () => {
  async function* iterate(lines: readonly string[], log: string[] = []): AsyncGenerator<string> {
    try {
      yield* lines;
    } finally {
      log.push('closed');
    }
  }

  async function collect(lines: readonly string[]): Promise<unknown[]> {
    const values: unknown[] = [];
    for await (const value of jsonLines(iterate(lines), failWithoutRequest)) values.push(value);
    return values;
  }

  test('one value for each line, blank lines skipped', async () => {
    expect(await collect(['{"a":1}', '', ' \t\r', 'null', '[2]'])).toEqual([{ a: 1 }, null, [2]]);
    expect(await collect([])).toEqual([]);
  });

  test('the error names the line, counting blank ones, and shows nothing of it', async () => {
    await expect(collect(['1', '', '{"secret":}'])).rejects.toMatchObject({
      code: 'ERR_INVALID_JSON',
      message: 'line 3 is no valid JSON: a value is expected at position 10 [phase decode]',
    });
    await expect(collect(['\u00a0'])).rejects.toMatchObject({ code: 'ERR_INVALID_JSON' });
  });

  test('leaving closes the lines', async () => {
    const log: string[] = [];
    for await (const value of jsonLines(iterate(['1', '2'], log), failWithoutRequest)) {
      expect(value).toBe(1);
      break;
    }
    expect(log).toEqual(['closed']);
  });

  test('calls that do not wait for each other get the values in their order', async () => {
    const values = jsonLines(iterate(['1', '', '', '2', 'null', '3']), failWithoutRequest);
    const results = await Promise.all(Array.from({ length: 5 }, () => values.next()));
    expect(results.map(({ done, value }) => (done === true ? 'end' : value))).toEqual([1, 2, null, 3, 'end']);
  });

  test('return() lets go of the lines also before the first one, throw() and disposal too', async () => {
    for (const leave of ['return', 'throw', 'dispose'] as const) {
      const log: string[] = [];
      const lines = {
        next: async () => ({ done: false, value: '1' }) as const,
        return: async () => {
          log.push('closed');
          return { done: true, value: undefined } as const;
        },
      };
      const values = jsonLines(lines, failWithoutRequest);
      const failure = new Error('thrown in');
      if (leave === 'return') expect(await values.return()).toEqual({ done: true, value: undefined });
      else if (leave === 'throw') await expect(values.throw(failure)).rejects.toBe(failure);
      else await values[Symbol.asyncDispose]();
      expect(log).toEqual(['closed']);
    }
  });

  test('after an error there is nothing more', async () => {
    const values = jsonLines(iterate(['1', 'no', '2']), failWithoutRequest);
    await values.next();
    await expect(values.next()).rejects.toMatchObject({ code: 'ERR_INVALID_JSON' });
    expect(await values.next()).toEqual({ done: true, value: undefined });
  });
});
