import { type CookieJar, InvalidArgument } from '../../../src/index.ts';

/** A line of a cookie file in Netscape's format. */
export interface CookieLine {
  readonly domain: string;
  readonly hostOnly: boolean;
  readonly path: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  /** Seconds since the epoch; 0 for a session cookie. */
  readonly expires: number;
  readonly name: string;
  readonly value: string;
}

/** The cookies of a file: seven fields a line, separated by tabs. Other lines are comments. */
export function parseCookieFile(text: string): CookieLine[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const httpOnly = line.startsWith('#HttpOnly_');
    if (line.startsWith('#') && !httpOnly) return [];
    const fields = (httpOnly ? line.slice('#HttpOnly_'.length) : line).split('\t');
    if (fields.length !== 7) return [];
    const [domain, tail, path, secure, expires, name, value] = fields as unknown as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    return [
      {
        domain: domain.replace(/^\./, '').toLowerCase(),
        hostOnly: tail !== 'TRUE',
        path,
        secure: secure === 'TRUE',
        httpOnly,
        expires: Number(expires),
        name,
        value,
      },
    ];
  });
}

/** Puts the cookies of a file into a jar. As in curl, one that the jar refuses is left out. */
export function loadCookies(jar: CookieJar, lines: readonly CookieLine[]): void {
  for (const { name, value, expires, ...attributes } of lines) {
    try {
      jar.set(name, value, { ...attributes, expires: expires === 0 ? null : expires * 1000 });
    } catch (error) {
      if (!(error instanceof InvalidArgument)) throw error;
    }
  }
}

/** The cookies of a jar as curl would write them, in an order that does not depend on the jar. */
export function dumpCookies(jar: CookieJar): CookieLine[] {
  return sortCookies(
    Array.from(jar, ({ name, value, domain, hostOnly, path, secure, httpOnly, expires }) => ({
      domain,
      hostOnly,
      path,
      secure,
      httpOnly,
      expires: expires === null ? 0 : Math.floor(expires / 1000),
      name,
      value,
    })),
  );
}

export function sortCookies(lines: readonly CookieLine[]): CookieLine[] {
  const key = ({ domain, path, name }: CookieLine): string => `${domain} ${path} ${name}`;
  return lines.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
