import { isPromise } from '../body/is-promise.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { Request } from '../message/request.ts';
import type { Auth } from './auth.ts';
import { type AuthTarget, ORIGIN_TARGET } from './auth-target.ts';

/**
 * A bearer token (RFC 6750), or a function that gives the one to use now.
 *
 * @example
 * ```ts
 * import { bearerAuth, Client } from 'ternhttp';
 *
 * const client = new Client({ baseURL: 'https://api.example.com', auth: bearerAuth(() => 'token-of-the-hour') });
 * await client.close();
 * ```
 */
export function bearerAuth(token: string | (() => Promise<string> | string)): Auth {
  if (typeof token === 'function') {
    return {
      flow(request, target = ORIGIN_TARGET) {
        const now = token();
        // A client that blocks can do with a token that is there, and refuses one that has to be waited for.
        return isPromise(now) ? laterFlow(request, target, now) : flowOf(request, target, now);
      },
    };
  }
  bearerCredentials(token);
  return { flow: (request, target = ORIGIN_TARGET) => flowOf(request, target, token) };
}

function* flowOf(request: Request, target: AuthTarget, token: string): Generator<Request, void> {
  yield request.with({ headers: { [target.credentialsField]: bearerCredentials(token) } });
}

async function* laterFlow(
  request: Request,
  target: AuthTarget,
  token: PromiseLike<string>,
): AsyncGenerator<Request, void> {
  yield request.with({ headers: { [target.credentialsField]: bearerCredentials(await token) } });
}

/** `b64token` of RFC 6750 §2.1, read generously: whatever fits into a field without white space. */
function bearerCredentials(token: string): string {
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    throw new InvalidArgument('A bearer token must be visible ASCII without spaces (RFC 6750 §2.1).');
  }
  return `Bearer ${token}`;
}
