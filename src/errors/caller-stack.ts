import { TernError } from './tern-error.ts';

/**
 * Adds the lines of the waiting program to the stack of an error that was made where none of them was left: in an
 * event of a socket, in a timer. To be called in a `catch` of an async function, before anything else is awaited:
 * there V8 still knows who awaits the function. Errors that are not of this library keep the stack that they have.
 */
export function addCallerStack(error: unknown): void {
  if (!(error instanceof TernError)) return;
  const here: { stack?: string } = {};
  Error.captureStackTrace(here, addCallerStack);
  const frames = (here.stack ?? '').split('\n').slice(1);
  const outermost = frames.at(-1);
  const stack = error.stack ?? String(error);
  // With the outermost line the others are there too: the error was made, or has been caught, with its caller in sight.
  if (outermost === undefined || stack.includes(outermost)) return;
  // A frozen error stays as it is.
  Reflect.set(error, 'stack', `${stack}\n${frames.join('\n')}`);
}
