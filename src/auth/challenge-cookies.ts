import type { Request } from '../message/request.ts';
import { CookieJar } from '../models/cookie-jar.ts';

/**
 * The `Cookie` field for answering a challenge that has set cookies: servers tie a nonce to a session by them. Those of
 * the challenge replace others of the same names. Null if the challenge has set none for this URL.
 *
 * @param setCookies the `Set-Cookie` fields of the challenge
 */
export function cookieForAnswer(request: Request, setCookies: readonly string[]): string | null {
  if (setCookies.length === 0) return null;
  const { scheme, hostname, target } = request.parsedURL;
  const added = CookieJar.fromResponse(setCookies, scheme, hostname, target).headerFor(
    scheme,
    hostname,
    target,
  );
  if (added === null) return null;
  const names = new Set(pairsOf(added).map(nameOf));
  const kept = pairsOf(request.headers.get('cookie') ?? '').filter((pair) => !names.has(nameOf(pair)));
  return [...kept, added].join('; ');
}

function pairsOf(field: string): string[] {
  return field
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair !== '');
}

function nameOf(pair: string): string {
  return pair.split('=', 1)[0]!;
}
