import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { Request } from '../message/request.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import { isToken } from '../models/field-syntax.ts';

/** How redirects are followed. */
export interface RedirectPolicy {
  /** Hops before `TooManyRedirects`; 20 by default. Auth rounds before a hop count too. */
  readonly max: number;
  /**
   * Header fields that must not reach another origin, besides those that never do: credentials, cookies and whatever
   * else the client takes for a secret (`X-Api-Key` and its like, and the names in `redact.headers`).
   */
  readonly sensitiveHeaders: readonly string[];
  /** Whether https may redirect to http; it is another origin in any case. True by default. */
  readonly allowDowngrade: boolean;
  /**
   * Whether redirects may lead to this machine, to a private network, or to any other address that is none of the
   * public internet. If not, they are refused by host, and by the address that a name turns out to have, before the
   * request is sent; a name that a proxy resolves is judged by its text alone. True by default.
   */
  readonly allowPrivate: boolean;
  /** Sends the same method and body again after 301, 302 and 303 too. False by default. */
  readonly keepMethod: boolean;
  /** Changes the request of the next hop, or refuses to follow by returning null. */
  readonly rewrite:
    | ((next: Request, response: StreamResponse) => Promise<Request | null> | Request | null)
    | null;
}

/** True follows redirects, an object does with changes to the policy. */
export type RedirectInit = Partial<RedirectPolicy> | boolean | null;

const DEFAULT_POLICY: RedirectPolicy = Object.freeze({
  max: 20,
  sensitiveHeaders: [],
  allowDowngrade: true,
  allowPrivate: true,
  keepMethod: false,
  rewrite: null,
});

/** The rules by which `nextRequest` is made where redirects are not followed. */
export const UNFOLLOWED: RedirectPolicy = DEFAULT_POLICY;

/**
 * The policy that an option stands for; null means that redirects are not followed.
 *
 * @throws InvalidArgument if it is none
 */
export function resolveRedirect(init: RedirectInit | undefined): RedirectPolicy | null {
  if (init === undefined || init === null || init === false) return null;
  if (init === true) return DEFAULT_POLICY;
  if (typeof init !== 'object')
    throw new InvalidArgument(`'redirect' must be true, false or a policy, not ${typeof init}.`);
  const policy: Record<string, unknown> = { ...DEFAULT_POLICY };
  for (const [name, value] of Object.entries(init)) {
    if (!Object.hasOwn(DEFAULT_POLICY, name)) {
      throw new InvalidArgument(
        `'redirect.${name}' does not exist; there are ${Object.keys(DEFAULT_POLICY).join(', ')}.`,
      );
    }
    if (value !== undefined) policy[name] = value;
  }
  return checkPolicy(policy as unknown as RedirectPolicy);
}

function checkPolicy(policy: RedirectPolicy): RedirectPolicy {
  const { max, sensitiveHeaders, rewrite } = policy;
  if (!((Number.isInteger(max) || max === Infinity) && max >= 0)) {
    throw new InvalidArgument(`'redirect.max' must be a whole number of 0 or more, not ${String(max)}.`);
  }
  if (!Array.isArray(sensitiveHeaders)) {
    throw new InvalidArgument(
      `'redirect.sensitiveHeaders' must be a list of field names, not ${typeof sensitiveHeaders}.`,
    );
  }
  for (const name of sensitiveHeaders) {
    if (typeof name !== 'string' || !isToken(name))
      throw new InvalidArgument(
        `'redirect.sensitiveHeaders' must be a list of field names; ${JSON.stringify(name)} is none.`,
      );
  }
  for (const name of ['allowDowngrade', 'allowPrivate', 'keepMethod'] as const) {
    if (typeof policy[name] !== 'boolean')
      throw new InvalidArgument(`'redirect.${name}' must be true or false, not ${String(policy[name])}.`);
  }
  if (rewrite !== null && typeof rewrite !== 'function')
    throw new InvalidArgument(`'redirect.rewrite' must be a function or null, not ${typeof rewrite}.`);
  return { ...policy, sensitiveHeaders: [...sensitiveHeaders] };
}
