/**
 * Work that may have to wait, written once for a client that waits and for one that blocks: a generator that yields
 * what it waits for, a promise or a value that is there already, and is resumed with the outcome.
 */
export type Steps<T> = Generator<unknown, T, unknown>;

/** Takes steps to their end, waiting for every promise. */
export async function runAsync<T>(steps: Steps<T>): Promise<T> {
  let step = steps.next();
  while (step.done !== true) {
    let value: unknown;
    try {
      value = await step.value;
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(value);
  }
  return step.value;
}

/** Takes steps to their end at once. Whoever yields sees to it that there is nothing to wait for. */
export function runSync<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (step.done !== true) step = steps.next(step.value);
  return step.value;
}
