import { afterEach, describe, expect, test } from 'vitest';
import { addCallerStack } from './caller-stack.ts';
import { ReadError } from './read-error.ts';
import { StreamClosed } from './stream-closed.ts';

const { stackTraceLimit } = Error;

afterEach(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

/** Fails as a socket does: in an event, with no caller in sight. */
function failLater(make: () => Error): Promise<never> {
  return new Promise((_resolve, reject) => {
    setImmediate(() => reject(make()));
  });
}

async function request(make: () => Error): Promise<void> {
  try {
    await failLater(make);
  } catch (error) {
    addCallerStack(error);
    throw error;
  }
}

async function callerOfRequest(make: () => Error): Promise<void> {
  await request(make);
}

async function stackOf(make: () => Error): Promise<string> {
  try {
    await callerOfRequest(make);
  } catch (error) {
    return (error as Error).stack ?? '';
  }
  throw new Error('nothing failed');
}

function count(stack: string, name: string): number {
  return stack.split('\n').filter((line) => line.includes(`${name} `)).length;
}

describe('addCallerStack', () => {
  test('adds whoever waits, and keeps where the error was made', async () => {
    function makeError(): Error {
      return new ReadError({ reason: 'connection reset' });
    }
    const stack = await stackOf(makeError);
    expect(stack).toMatch(/^ReadError: connection reset \[phase read\]\n/);
    expect(count(stack, 'makeError')).toBe(1);
    expect(count(stack, 'callerOfRequest')).toBe(1);
    expect(stack.indexOf('makeError')).toBeLessThan(stack.indexOf('callerOfRequest'));
  });

  test('adds nothing a second time', async () => {
    async function outer(): Promise<void> {
      try {
        await callerOfRequest(() => new ReadError({ reason: 'x' }));
      } catch (error) {
        addCallerStack(error);
        throw error;
      }
    }
    const error = await outer().catch((caught: unknown) => caught);
    expect(count((error as Error).stack ?? '', 'callerOfRequest')).toBe(1);
  });

  test('leaves an error alone that has its caller already', async () => {
    const error = new StreamClosed('made here');
    const before = error.stack;
    addCallerStack(error);
    expect(error.stack).toBe(before);
  });

  test('leaves what is not of this library alone', async () => {
    expect(count(await stackOf(() => new Error('foreign')), 'callerOfRequest')).toBe(0);
    for (const value of [undefined, null, 'text', { stack: 'x' }]) addCallerStack(value);
  });

  test('lives with frozen errors and without stacks', async () => {
    // Where the stack is an accessor, from Node 22 on, it can be completed all the same.
    const isAccessor = Object.getOwnPropertyDescriptor(new Error('x'), 'stack')?.get !== undefined;
    const frozen = await stackOf(() => Object.freeze(new ReadError({ reason: 'x' })));
    expect(count(frozen, 'callerOfRequest')).toBe(isAccessor ? 1 : 0);
    Error.stackTraceLimit = 0;
    const error = new ReadError({ reason: 'x' });
    addCallerStack(error);
    expect(error.stack).not.toContain('    at ');
  });
});
