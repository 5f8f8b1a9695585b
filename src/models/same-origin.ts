import type { ParsedURL } from './url.ts';

/** Scheme, host and port are the same; or only the scheme differs, from http to https on their default ports. */
export function isSameOrigin(from: ParsedURL, to: ParsedURL): boolean {
  if (from.origin === to.origin) return true;
  const isUpgrade = from.scheme === 'http' && from.port === 80 && to.scheme === 'https' && to.port === 443;
  return isUpgrade && from.hostname === to.hostname;
}
