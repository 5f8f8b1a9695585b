import { isPromise } from '../body/is-promise.ts';
import { UnsupportedOption } from '../errors/unsupported-option.ts';

/**
 * @param what the option whose function gave the value
 * @throws UnsupportedOption for a promise, which a client that blocks cannot wait for
 */
export function refusePromise(what: string, value: unknown): void {
  if (!isPromise(value)) return;
  // What becomes of it concerns nobody any more.
  value.then(undefined, () => {});
  throw new UnsupportedOption('sync', {
    option: what,
    reason:
      'its function returned a promise, which a client that blocks cannot wait for. Return the value itself, or use the Client of the package ternhttp.',
  });
}
