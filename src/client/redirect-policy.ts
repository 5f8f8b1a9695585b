import { InvalidArgument } from '../errors/invalid-argument.ts';
import type { Request } from '../message/request.ts';
import type { StreamResponse } from '../message/stream-response.ts';

/** How redirects are followed. */
export interface RedirectPolicy {
  /** Hops before `TooManyRedirects`; 20 by default. */
  readonly max: number;
  /** Header fields, besides credentials and cookies, that must not reach another origin. */
  readonly sensitiveHeaders: readonly string[];
  /** Whether https may redirect to http; it is another origin in any case. True by default. */
  readonly allowDowngrade: boolean;
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
  keepMethod: false,
  rewrite: null,
});

/** The policy that an option stands for; null means that redirects are not followed. */
export function resolveRedirect(init: RedirectInit | undefined): RedirectPolicy | null {
  if (init === undefined || init === null || init === false) return null;
  if (init === true) return DEFAULT_POLICY;
  if (typeof init !== 'object')
    throw new InvalidArgument(`'redirect' must be true, false or a policy, not ${typeof init}.`);
  for (const name of Object.keys(init)) {
    if (!(name in DEFAULT_POLICY)) {
      throw new InvalidArgument(
        `'redirect.${name}' does not exist; there are ${Object.keys(DEFAULT_POLICY).join(', ')}.`,
      );
    }
  }
  const policy = { ...DEFAULT_POLICY, ...init };
  if (!(Number.isInteger(policy.max) && policy.max >= 0)) {
    throw new InvalidArgument(
      `'redirect.max' must be a whole number of 0 or more, not ${String(policy.max)}.`,
    );
  }
  return policy;
}
