import { isPromise } from '../body/is-promise.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { Auth, AuthInit } from './auth.ts';
import type { Request } from '../message/request.ts';
import { basicAuth } from './basic-auth.ts';

/**
 * The flow that an option stands for.
 *
 * @throws InvalidArgument if it is none of the forms that are accepted
 */
export function resolveAuth(init: AuthInit): Auth {
  if (typeof init === 'function') {
    return {
      flow(request) {
        const signed = init(request);
        // A client that blocks can do with a request that is there, and refuses one that has to be waited for.
        return isPromise(signed) ? laterFlow(signed) : flowOf(signed);
      },
    };
  }
  if (isPair(init)) return basicAuth(init[0], init[1]);
  if (typeof init === 'object' && init !== null && 'flow' in init && typeof init.flow === 'function')
    return init;
  throw new InvalidArgument(
    "Invalid 'auth': give a pair [username, password], an object with a flow (basicAuth(), bearerAuth(), your own), a function, or null.",
  );
}

function* flowOf(request: Request): Generator<Request, void> {
  yield request;
}

async function* laterFlow(request: PromiseLike<Request>): AsyncGenerator<Request, void> {
  yield await request;
}

function isPair(init: AuthInit): init is Extract<AuthInit, readonly unknown[]> {
  return (
    Array.isArray(init) &&
    init.length === 2 &&
    init.every((item) => typeof item === 'string' || item instanceof Uint8Array)
  );
}
