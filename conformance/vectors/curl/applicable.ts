import { networkInterfaces } from 'node:os';
import { hasZstd } from '../../../src/body/content-coding.ts';
import { contentOf, type CurlCase } from './case.ts';
import { OWN_CODES } from './exit-codes.ts';

/** Options that are about something that the client does not have, or that is curl's own business. */
const FOREIGN: Readonly<Record<string, string>> = {
  'connect-to': '--connect-to: a connection to another port than that of the URL is no option of the client',
  'http0.9': 'HTTP/0.9',
  'http1.0': 'requests in HTTP/1.0',
  raw: '--raw: transfer codings that are not undone',
  'haproxy-protocol': 'the PROXY protocol of HAProxy',
  'haproxy-clientip': 'the PROXY protocol of HAProxy',
  'location-trusted': '--location-trusted: credentials that go wherever a redirect leads',
  'path-as-is': '--path-as-is: URLs are normalised (D06)',
  'proxy1.0': 'requests in HTTP/1.0',
  socks4: 'SOCKS4, which is refused (PX-22)',
  'tr-encoding': '--tr-encoding: transfer codings besides chunked',
};

/**
 * What curl is expected to do and a standard says otherwise, or forbids to send: a client that keeps to the standard
 * cannot pass, and has cases of its own for what it does instead.
 */
const AGAINST_STANDARDS: Readonly<Record<number, string>> = {
  168: 'an absolute URL in the request line is one in the uri of Digest (RFC 7616 §3.4.6)',
  478: 'Basic with control characters (RFC 7617 §2)',
  679: 'Basic with control characters (RFC 7617 §2)',
  796: 'after 302 only POST may become GET (RFC 9110 §15.4.3)',
  1105: 'a tab in a cookie is allowed, and a Path without a slash is the default one (RFC 6265bis §5.6)',
  1147: 'a field name with spaces (RFC 9110 §5.1)',
  1296: 'Basic with control characters (RFC 7617 §2)',
  1685: 'a tab in a Path is allowed (RFC 6265bis §5.6)',
  2113: 'a field name with spaces (RFC 9110 §5.1)',
  2311: 'prefixes of cookie names are matched without regard to case (RFC 6265bis §5.7)',
  3221: 'a quoted string with line breaks (RFC 9110 §5.6.4)',
};

/** What is curl's own, or that of its test suite. */
const OWN: Readonly<Record<number, string>> = {
  206: 'a digest over a host that ends in a number, which the URL standard takes for an IPv4 address',
  442: "curl's own limit of 150 cookies in a request",
  477: '--max-filesize with redirects: it bounds what is written, decode.maxBytes each body that is kept',
  1221: 'the case of percent-encoded digits that were given, which curl changes',
};

/**
 * Why a case says nothing about the client, or null if it has to pass. Whether a case is hard does not matter here;
 * an option that has no counterpart does.
 */
export function whyNotApplicable(one: CurlCase): string | null {
  if (one.servers.includes('socks4')) return FOREIGN['socks4']!;
  if (one.id in AGAINST_STANDARDS) return `against a standard: ${AGAINST_STANDARDS[one.id]!}`;
  if (one.id in OWN) return OWN[one.id]!;
  const variables = (one.env ?? []).join('\n');
  if (
    /^no_proxy=/im.test(variables) &&
    one.options.some(([name]) => name === 'proxy' || name === 'noproxy')
  ) {
    return 'NO_PROXY beside a proxy of the command line, which does not count here (PX-02)';
  }
  const isRepeated = (): boolean => (one.verify.protocol?.requests.length ?? 0) > one.urls.length;
  for (const [option] of one.options) {
    if (option === 'location' && isRepeated() && one.options.some(([name]) => name === 'retry')) {
      return 'retries of a chain of redirects: curl begins it anew, the client repeats the hop';
    }
    if (option in FOREIGN) return FOREIGN[option]!;
  }
  for (const code of one.verify.errorcode ?? []) {
    if (code in OWN_CODES) return `exit code ${code}: ${OWN_CODES[code]!}`;
  }
  const replies = repliesOf(one);
  if (!hasZstd(process.versions.node) && replies.some((text) => /^Content-Encoding: zstd/im.test(text))) {
    return 'Zstandard, which this version of Node does not have';
  }
  const has = (option: string): boolean => one.options.some(([name]) => name === option);
  if (has('netrc-file') && has('digest')) return 'netrc for other schemes than Basic';
  if (resumesDownload(one)) return '--continue-at: the part of a file that curl has already';
  if (judgesDate(one)) return '--time-cond: curl judges the date of the response itself';
  const requests = one.verify.protocol === undefined ? '' : contentOf(one.verify.protocol, EVERYTHING);
  if (/^Content-Type: multipart\/mixed/im.test(requests)) {
    return 'files nested in one part of a form (RFC 7578 §4.3 deprecates that)';
  }
  if (one.options.some(([name, value]) => name === 'form' && value!.startsWith('='))) {
    return 'a part of a form without a name (RFC 7578 §4.2 demands one)';
  }
  if (one.servers.includes('http-ipv6') && !hasIPv6()) return 'IPv6, which this machine does not have';
  return null;
}

/** Nothing of what is looked for stands in a placeholder. */
const EVERYTHING: Readonly<Record<string, string>> = new Proxy({}, { get: () => '' });

function repliesOf({ reply }: CurlCase): string[] {
  return Object.values(reply).flatMap((part) =>
    part === undefined || typeof part === 'string' ? [] : [contentOf(part, EVERYTHING)],
  );
}

/** The output begins with what was there before, or curl judges that there is no more: not what the client delivers. */
function resumesDownload(one: CurlCase): boolean {
  const offset = one.options.find(([name]) => name === 'continue-at')?.[1];
  if (offset === undefined) return false;
  return (
    offset === '-' ||
    (one.files ?? []).some(({ name }) => /\/curl\d+\.out$/.test(name)) ||
    repliesOf(one).some((text) => text.startsWith('HTTP/1.1 416 '))
  );
}

/** curl keeps the content of a response back whose Last-Modified does not meet the condition. */
function judgesDate(one: CurlCase): boolean {
  const output = one.options.find(([name]) => name === 'output')?.[1];
  return (
    one.options.some(([name]) => name === 'time-cond') &&
    (one.files ?? []).some(({ name }) => output !== undefined && name === output)
  );
}

function hasIPv6(): boolean {
  return Object.values(networkInterfaces()).some(
    (list) => list?.some(({ address }) => address === '::1') === true,
  );
}
