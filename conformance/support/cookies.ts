import type { Client, ClientOptions, CookieJar, CookieJarOptions, Request } from '../../src/index.ts';
import type { CaseContext } from '../case.ts';

/** What a made-up site answers: the cookies that it sets, and where it sends the client next. */
interface Page {
  readonly sets?: readonly string[];
  readonly location?: string;
  readonly status?: number;
}

/** A client whose requests never leave the process, with the Cookie field of each of them. */
interface Visit {
  readonly client: Client;
  /** `GET https://h/path -> a=1; b=2` or `-> nothing`, one for each request in turn. */
  readonly log: string[];
}

/** Visits made-up pages by their URLs. */
export function visit(
  t: CaseContext,
  pages: Readonly<Record<string, Page>>,
  options: ClientOptions = {},
): Visit {
  const log: string[] = [];
  const transport = new t.tern.MockTransport((request: Request) => {
    const { href } = request.url;
    log.push(`${request.method} ${href} -> ${request.headers.get('cookie') ?? 'nothing'}`);
    const { sets = [], location, status = location === undefined ? 200 : 302 } = pages[href] ?? {};
    const headers: Record<string, string | readonly string[]> = { 'Set-Cookie': sets };
    if (location !== undefined) headers['Location'] = location;
    return new t.tern.Response(status, { headers });
  });
  return { client: new t.tern.Client({ redirect: true, ...options, transport }), log };
}

/** A jar that has received these fields from a URL. */
export function received(
  t: CaseContext,
  url: string,
  fields: readonly string[],
  options?: CookieJarOptions,
): CookieJar {
  const jar = new t.tern.CookieJar(null, options);
  jar.setCookies(fields, url);
  return jar;
}
