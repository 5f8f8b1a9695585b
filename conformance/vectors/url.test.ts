import { deepEqual, equal, throws } from 'node:assert/strict';
import { InvalidURL } from '../../src/errors/invalid-url.ts';
import { joinURL, withParts } from '../../src/models/url-helpers.ts';
import { parseURL } from '../../src/models/url.ts';
import type { VectorCase } from './runner.ts';
import { vectors } from './runner.ts';

/*
 * Not run: `setters_tests.json` is about the setters of the class `URL`, which is the platform's; the parts that
 * `withParts` replaces have rules of their own (it throws where a setter does nothing). `IdnaTestV2.json` is about the
 * tables of Unicode that a version of Node has; `toascii.json` shows that they are asked.
 */

interface Parsing {
  readonly input: string;
  readonly base: string | null;
  readonly failure?: boolean;
  readonly href: string;
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly host: string;
  readonly hostname: string;
  readonly port: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
}

/** Inputs as programs give them: through the parser without a base, joined to the base with one. */
function* parsing(cases: readonly (Parsing | string)[]): Generator<VectorCase> {
  for (const [index, entry] of cases.entries()) {
    if (typeof entry === 'string') continue;
    const { input, base, failure } = entry;
    yield {
      id: `${index} ${JSON.stringify(input)}${base === null ? '' : ` on ${JSON.stringify(base)}`}`,
      run: () => {
        const parse = (): string => (base === null ? parseURL(input).href : joinURL(base, input));
        if (failure === true) {
          throws(parse, InvalidURL);
          return;
        }
        equal(parse(), entry.href);
        const parsed = parseURL(entry.href);
        const { hostname } = parsed;
        deepEqual(
          {
            href: parsed.href,
            protocol: `${parsed.scheme}:`,
            host: parsed.host,
            hostname: hostname.includes(':') ? `[${hostname}]` : hostname,
            path: parsed.path,
            target: parsed.target.replace(/\?$/, ''),
            hash: parsed.fragment,
          },
          {
            href: entry.href,
            protocol: entry.protocol,
            host: entry.host,
            hostname: entry.hostname,
            path: entry.pathname,
            target: entry.pathname + entry.search,
            hash: entry.hash,
          },
        );
        if (entry.port !== '') equal(parsed.port, Number(entry.port));
        equal(parsed.credentials === null, entry.username === '' && entry.password === '');
      },
    };
  }
}

interface Conversion {
  readonly input: string;
  /** Null if the host is refused. */
  readonly output: string | null;
}

/** Hosts of a URL, and as a part to replace. */
function* hosts(cases: readonly (Conversion | string)[]): Generator<VectorCase> {
  for (const [index, entry] of cases.entries()) {
    if (typeof entry === 'string') continue;
    const { input, output } = entry;
    yield {
      id: `${index} ${JSON.stringify(input)}`,
      run: () => {
        const ways = [
          () => parseURL(`https://${input}/x`).hostname,
          () => withParts('https://old.test/x', { host: input }).hostname,
        ];
        for (const way of ways) {
          if (output === null) throws(way, InvalidURL);
          else equal(way(), output);
        }
      },
    };
  }
}

interface Encoding {
  readonly input: string;
  readonly output: Readonly<Record<string, string>>;
}

vectors('url-parsing', 'url/urltestdata.json', parsing);
vectors('url-parsing-httpx', 'url/httpx-whatwg.json', parsing);
vectors('url-hosts', 'url/toascii.json', hosts);
// The other encodings are those of web pages; a URL of a program is always in UTF-8.
vectors(
  'url-percent-encoding',
  'url/percent-encoding.json',
  function* load(cases: readonly (Encoding | string)[]) {
    for (const entry of cases) {
      if (typeof entry === 'string') continue;
      const { input, output } = entry;
      yield {
        id: JSON.stringify(input),
        run: () => {
          const { target, fragment } = parseURL(`https://h/?${input}#${input}`);
          deepEqual([target, fragment], [`/?${output['utf-8']!}`, `#${output['utf-8']!}`]);
        },
      };
    }
  },
);
