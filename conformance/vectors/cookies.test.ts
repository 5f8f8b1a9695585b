import { expect } from 'vitest';

import { parseCookieDate } from '../../src/models/cookie-date.ts';
import { CookieJar } from '../../src/models/cookie-jar.ts';
import { vectors, type VectorCase } from './runner.ts';

interface ParserSet {
  readonly clock: string;
  readonly cases: readonly {
    readonly test: string;
    readonly request_url: string;
    readonly set_cookie: readonly string[];
    readonly next_url: string;
    readonly cookie_header: string | null;
  }[];
}

interface DateCase {
  readonly test: string;
  readonly expected: string | null;
}

vectors<ParserSet>('cookies/parser', 'cookies-http-state/parser.json', parserCases);
for (const name of ['dates-examples', 'dates-bsd-examples']) {
  vectors<readonly DateCase[]>(`cookies/${name}`, `cookies-http-state/${name}.json`, dateCases);
}

function* parserCases({ clock, cases }: ParserSet): Iterable<VectorCase> {
  const now = Date.parse(clock);
  for (const vector of cases) {
    yield {
      id: vector.test,
      run: () => {
        const jar = new CookieJar(null, { now: () => now });
        jar.setCookies(vector.set_cookie.map(octets), vector.request_url);
        const header = jar.cookieHeader(new URL(vector.next_url, vector.request_url));
        expect(header).toBe(vector.cookie_header === null ? null : octets(vector.cookie_header));
      },
    };
  }
}

function* dateCases(cases: readonly DateCase[]): Iterable<VectorCase> {
  for (const [index, { test, expected }] of cases.entries()) {
    yield {
      // Two of the cases have the same text.
      id: `${index} ${test}`,
      run: () => {
        const date = parseCookieDate(test);
        expect(date === null ? null : new Date(date).toUTCString()).toBe(expected);
      },
    };
  }
}

/** Field values are octets as Latin-1 text; the set is written in UTF-8. */
function octets(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
