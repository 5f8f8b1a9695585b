import type { Options } from './command.ts';

/** Characters that the URL standard writes otherwise, and that curl sends as they are. */
const SENT_AS_GIVEN = /["\\^`{|}]/;

/**
 * The request target as curl sends it, where the client would write it otherwise: that is what `target` among the
 * extensions is for.
 */
export function targetAsGiven(url: string): string | null {
  const target = /^[a-z]+:\/\/[^/?#]*([^#]*)/i.exec(url)?.[1] ?? '';
  return SENT_AS_GIVEN.test(target) && /^\/[\x21-\x7e]*$/.test(target) ? target : null;
}

/** The host in a Host field of the command line, to which curl's cookies belong instead of that of the URL. */
export function cookieHost(options: Options): string | null {
  if (!options.has('cookie') && !options.has('cookie-jar')) return null;
  for (const line of options.all('header')) {
    const host = /^host:\s*([^\s:]+)/i.exec(line)?.[1];
    if (host !== undefined) return host;
  }
  return null;
}

/** The URL with another host; where that is, a lookup has to know. */
export function withHost(url: string, host: string | null): string {
  return host === null ? url : url.replace(/^([a-z]+:\/\/)[^/:?#]+/i, `$1${host}`);
}
