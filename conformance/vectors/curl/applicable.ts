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
 * Why a case says nothing about the client, or null if it has to pass. Whether a case is hard does not matter here;
 * an option that has no counterpart does.
 */
export function whyNotApplicable(one: CurlCase): string | null {
  if (one.servers.includes('socks4')) return FOREIGN['socks4']!;
  if (one.tier === 'tls') return 'a TLS server, which the replay does not have yet';
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
