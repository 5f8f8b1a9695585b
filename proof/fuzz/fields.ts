import { InvalidArgument, TernError } from '../../src/index.ts';
import { chooseDigestChallenge } from '../../src/auth/digest-challenge.ts';
import { parseAuthParameters, parseChallenges } from '../../src/auth/challenge.ts';
import { parseNetRC } from '../../src/auth/netrc.ts';
import { parseChunkSize } from '../../src/backends/js/http1/chunk-size.ts';
import { contentCodings } from '../../src/body/content-coding.ts';
import { resolveCharset } from '../../src/body/charset.ts';
import { retryAfterOf } from '../../src/client/retry-after.ts';
import { parseContentDisposition, suggestedFilename } from '../../src/models/content-disposition.ts';
import { parseContentRange } from '../../src/models/content-range.ts';
import { parseCookieDate } from '../../src/models/cookie-date.ts';
import { CookieJar } from '../../src/models/cookie-jar.ts';
import { decodeExtendedValue } from '../../src/models/extended-value.ts';
import { quote, splitList, unquote } from '../../src/models/field-list.ts';
import { Headers } from '../../src/models/headers.ts';
import { formatHTTPDate, parseHTTPDate } from '../../src/models/http-date.ts';
import { parseLinks } from '../../src/models/link.ts';
import { charsetOf, parseMediaType } from '../../src/models/media-type.ts';
import { parseSetCookie } from '../../src/models/set-cookie.ts';
import { ensure, ensureSame, type FuzzTarget, isWellFormed, unless } from './target.ts';

const DIGEST = { algorithms: ['MD5', 'SHA-256', 'SHA-512-256'], qop: null, allowMD5: true } as never;
const LIST = [',', ';', '=', '"', '\\', ' ', '\t', '""', '\\"', ', ', '; '];

/** Parsers of the values of fields. */
export const FIELD_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'lists',
    seeds: ['a, b;c="d, e", f', '"a\\"b", c', 'gzip, br', 'a,,b', ''],
    pieces: [...LIST, 'gzip', 'x-gzip'],
    check(input) {
      const elements = splitList(input);
      for (const element of elements)
        ensure(element !== '' && !/^[ \t]|[ \t]$/.test(element), 'an empty element, or white space');
      // What has been split stays as it is, unless a quoted string is open to the end.
      ensureSame(splitList(elements.join(', ')), elements, 'split again');
      const quoted = unless(InvalidArgument, () => quote(input));
      if (quoted !== null) ensureSame(unquote(quoted), input, 'quoted and unquoted');
      ensure(
        contentCodings(input).every((coding) => coding === coding.toLowerCase()),
        'a coding in upper case',
      );
    },
  },
  {
    name: 'Link',
    seeds: [
      '</a?page=2>; rel="next"; title="x, y", <b>; rel=last',
      "<c>; rel=a; title*=UTF-8''%e2%82%ac",
      '<>;rel',
    ],
    pieces: [...LIST, '<', '>', 'rel=', 'title*=', "UTF-8''%41", '<a>;rel=next,'],
    check(input) {
      for (const { rel, parameters, url } of parseLinks(input)) {
        ensure(new Set(rel).size === rel.length, 'a relation twice');
        ensure(!url.includes('>'), 'a target with its end');
        ensure(Object.getPrototypeOf(parameters) === null, 'parameters with a prototype');
      }
    },
  },
  {
    name: 'Content-Disposition',
    seeds: [
      'attachment; filename="a b.txt"',
      "attachment; filename=x; filename*=UTF-8''na%C3%AFve.txt",
      'form-data; name="a"; filename*0*=UTF-8\'\'a; filename*1=b',
      'inline; filename="../../etc/passwd"',
    ],
    pieces: [...LIST, 'filename', 'filename*', "UTF-8''", '%2F', '..', '/', '\\', 'CON', '\u202e', '.'],
    check(input) {
      const parsed = parseContentDisposition(input);
      for (const name of [suggestedFilename(input), suggestedFilename(parsed)]) {
        if (name === undefined) continue;
        ensure(
          // oxlint-disable-next-line no-control-regex -- they are what must not be there
          !/[\0-\x1f\x7f/\\<>:"|?*\u202a-\u202e\u2066-\u2069]/.test(name),
          `a file name like ${JSON.stringify(name)}`,
        );
        ensure(
          name !== '.' && name !== '..' && !/[. ]$/.test(name),
          `a file name like ${JSON.stringify(name)}`,
        );
        ensure(Buffer.byteLength(name) <= 255, 'a file name that is too long');
        ensureSame(suggestedFilename(`attachment; filename="${name}"`), name, 'a safe name again');
      }
      const decoded = decodeExtendedValue(input);
      ensure(decoded === undefined || isWellFormed(decoded), 'half a character');
    },
  },
  {
    name: 'Content-Type',
    seeds: [
      'text/html; charset=utf-8',
      'application/json',
      'text/plain;charset="utf-8";x=y',
      'multipart/form-data; boundary=a',
    ],
    pieces: [...LIST, 'charset=', 'utf-8', '/', 'text/html', 'windows-1252'],
    check(input) {
      const parsed = parseMediaType(input);
      if (parsed !== null) {
        ensure(
          parsed.essence === `${parsed.type}/${parsed.subtype}`.toLowerCase(),
          'an essence that is none',
        );
        const parameters = [...parsed.parameters].map(([name, value]) =>
          unless(InvalidArgument, () => `;${name}=${quote(value)}`),
        );
        if (!parameters.includes(null)) {
          const again = parseMediaType(parsed.essence + parameters.join(''));
          ensureSame(
            again && [again.essence, [...again.parameters]],
            [parsed.essence, [...parsed.parameters]],
            'written and parsed',
          );
        }
      }
      const charset = charsetOf(input);
      const known = resolveCharset(charset);
      ensure(known === undefined || resolveCharset(known) === known, 'a charset that has another name');
    },
  },
  {
    name: 'challenges',
    seeds: [
      'Basic realm="a"',
      'Digest realm="a", nonce="b", qop="auth,auth-int", algorithm=SHA-256, Bearer error="x"',
      'Negotiate YWJj==, NTLM',
      'nextnonce="a", rspauth="b"',
    ],
    pieces: [...LIST, 'realm=', 'nonce=', 'qop=', 'Digest ', 'Basic ', '==', 'stale=true', 'algorithm='],
    check(input) {
      for (const { scheme } of parseChallenges([input]))
        ensure(/^[!#$%&'*+.^_`|~\w-]+$/.test(scheme), 'a scheme that is no token');
      parseAuthParameters([input]);
      chooseDigestChallenge([input], DIGEST);
    },
  },
  {
    name: 'dates',
    seeds: [
      'Sun, 06 Nov 1994 08:49:37 GMT',
      'Sunday, 06-Nov-94 08:49:37 GMT',
      'Sun Nov  6 08:49:37 1994',
      'Wed, 09-Jun-2021 10:18:14 GMT',
      '120',
      '1.5',
    ],
    pieces: ['GMT', ' ', ':', '-', ',', '00', '60', '31', '99', '2038', 'Feb', '0', '1e9', '999999999999999'],
    check(input) {
      const time = parseHTTPDate(input);
      if (time !== null) ensureSame(parseHTTPDate(formatHTTPDate(time)), time, 'a date written and parsed');
      const expires = parseCookieDate(input);
      ensure(expires === null || Number.isFinite(expires), 'a date of a cookie that is no number');
      for (const name of ['Retry-After', 'RateLimit-Reset', 'RateLimit']) {
        const wait = unless(TernError, () => retryAfterOf(429, new Headers([[name, input]])));
        ensure(wait === null || (wait >= 0 && Number.isFinite(wait)), `a wait of ${wait}`);
      }
      const range = parseContentRange(`bytes ${input}`);
      ensure(
        range === null || (range.start >= 0 && range.end >= range.start),
        'a range that ends before it starts',
      );
    },
  },
  {
    name: 'cookies',
    seeds: [
      'a=b; Path=/; Domain=example.com; Max-Age=10; Secure; HttpOnly; SameSite=Lax',
      '__Host-a=b; Secure; Path=/',
      'c="d e"; Expires=Wed, 09 Jun 2088 10:18:14 GMT',
      '=x',
      'a',
    ],
    pieces: [
      ';',
      '=',
      ' ',
      '; ',
      'Domain=',
      'Path=',
      'Max-Age=',
      '.com',
      'example.com',
      '__Secure-',
      '__Host-',
      'Secure',
      '/',
      '\r\n',
    ],
    check(input) {
      parseSetCookie(input);
      const jar = new CookieJar();
      jar.store([input], 'https', 'www.example.com', '/a/b');
      for (const cookie of jar) {
        const { domain } = cookie;
        ensure(domain === 'www.example.com' || domain === 'example.com', `a cookie for ${domain}`);
      }
      const header = jar.headerFor('https', 'www.example.com', '/a/b');
      // oxlint-disable-next-line no-control-regex -- they are what must not be there
      ensure(header === null || !/[\0-\x08\x0a-\x1f\x7f]/.test(header), 'a control character in a field');
      ensure(jar.headerFor('https', 'www.example.org', '/a/b') === null, 'a cookie for another site');
      const again = CookieJar.fromJSON(JSON.parse(JSON.stringify(jar)));
      ensureSame(again, jar, 'a jar that was stored');
    },
  },
  {
    name: 'netrc',
    seeds: [
      'machine a.example login b password c',
      'default login x',
      'machine "a b" password "c\\"d"\nmacdef m\nls\n\nmachine b login c # d',
    ],
    pieces: ['machine ', 'default ', 'login ', 'password ', 'macdef ', '\n', '\n\n', '"', '\\', '#', ' '],
    check(input) {
      const entries = unless(InvalidArgument, () => parseNetRC(input));
      for (const { machine } of entries ?? [])
        ensure(machine === null || machine === machine.toLowerCase(), 'a machine in upper case');
    },
  },
  {
    name: 'chunk sizes',
    seeds: ['5\r\n', '1f;a=b\r\n', 'FFFFFFFFFFFFF\r\n', '0\r\n'],
    pieces: ['0', 'f', ';', ' ', '\t', '\r', '\n', '-', '+', '0x', '\0'],
    check(input) {
      const size = parseChunkSize(input);
      ensure(size === -1 || Number.isSafeInteger(size), `a size of ${size}`);
      if (size > 0) ensure(size === Number.parseInt(input, 16), 'a size that is another');
    },
  },
];
