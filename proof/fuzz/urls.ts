import { isIP } from 'node:net';
import { InvalidArgument, InvalidURL, TernError } from '../../src/index.ts';
import { mergeParams, parseBaseURL, resolveURL } from '../../src/models/base-url.ts';
import { QueryParams } from '../../src/models/query-params.ts';
import { MAX_URL_LENGTH, parseURL, resolveReference } from '../../src/models/url.ts';
import { redactURL } from '../../src/models/url-helpers.ts';
import { AddressRange } from '../../src/transport/address-range.ts';
import { BypassList } from '../../src/transport/bypass-list.ts';
import { isPrivateAddress, isPrivateHost } from '../../src/transport/private-address.ts';
import { ensure, ensureSame, type FuzzTarget, unless } from './target.ts';

const PIECES = [
  '/',
  '//',
  '..',
  '.',
  '?',
  '#',
  '%2e',
  '%',
  '@',
  ':',
  '[',
  ']',
  '\\',
  'http://',
  '&',
  '=',
  '+',
  '%zz',
  '\u00e9',
  'xn--',
];
const BASES = ['https://example.com/api/v1?key=1', 'http://u:p@[::1]:8080/', 'https://ex\u00e4mple.com'];

/** Parsers of URLs, queries, and of what is said about hosts. */
export const URL_TARGETS: readonly FuzzTarget[] = [
  {
    name: 'URLs',
    seeds: [
      ...BASES,
      'items/1?a=b#c',
      '//other.example/x',
      '../up',
      'http://127.0.0.1:80/',
      'ftp://a/b',
      '?q=1',
    ],
    pieces: PIECES,
    check(input) {
      const parsed = unless(InvalidURL, () => parseURL(input));
      // Percent-encoding may make it longer than what is accepted.
      if (parsed !== null && /^https?$/.test(parsed.scheme) && parsed.href.length <= MAX_URL_LENGTH) {
        ensureSame(parseURL(parsed.href).href, parsed.href, 'a URL parsed again');
        // oxlint-disable-next-line no-control-regex -- they are what must not be there
        ensure(!/[\0-\x20\x7f]/.test(parsed.target + parsed.host), 'a character in the head that ends it');
        const { password = '' } = parsed.credentials ?? {};
        if (password.length > 6) ensure(!redactURL(parsed.href).includes(password), 'a password that shows');
      }
      for (const text of BASES) {
        const base = parseBaseURL(text);
        const joined = unless(TernError, () => resolveURL(input, base));
        if (joined !== null && joined.href.length <= MAX_URL_LENGTH)
          ensureSame(parseURL(joined.href).href, joined.href, 'a joined URL parsed again');
        const resolved = unless(InvalidURL, () => resolveReference(input, base.parsed));
        if (resolved !== null && resolved.href.length <= MAX_URL_LENGTH)
          ensureSame(parseURL(resolved.href).href, resolved.href, 'a resolved URL parsed again');
      }
    },
  },
  {
    name: 'queries',
    seeds: ['a=1&b=2&a=3', 'a=%20+b&c', '', 'x=%E4%BD%A0'],
    pieces: ['&', '=', '+', '%20', '%', '%zz', ';', '\u00e9', '\ud83d'],
    check(input) {
      const params = new QueryParams(input);
      ensureSame([...new QueryParams(params.toString())], [...params], 'parameters written and parsed');
      const merged = mergeParams(input.replaceAll('#', ''), new QueryParams({ key: 'v' }));
      ensureSame(new QueryParams(merged).getAll('key'), ['v'], 'a parameter that was merged');
    },
  },
  {
    name: 'hosts without proxy',
    seeds: [
      'example.com, .b.test, 10.0.0.0/8',
      '*',
      '::1 [::1]:443 2001:db8::/32',
      'http://a.test:8080',
      'localhost',
    ],
    pieces: [',', ' ', '.', '*', '/', '/8', '/129', ':', '[', ']', '::', '10.1.2.3', '://'],
    check(input) {
      const list = new BypassList(input, null);
      for (const text of ['http://example.com/', 'https://10.1.2.3:8443/', 'http://[2001:db8::1]/']) {
        const url = parseURL(text);
        const has = list.has(url);
        if (input.includes('*,') || input === '*') ensure(has || input !== '*', '* does not have it');
        unless(InvalidArgument, () =>
          ensureSame(new BypassList(input, 'bypass').has(url), has, 'a strict list'),
        );
      }
    },
  },
  {
    name: 'addresses',
    seeds: [
      '10.0.0.0/8',
      '127.0.0.1',
      '::1',
      '::ffff:10.0.0.1',
      'fe80::1',
      '2001:db8::/32',
      '64:ff9b::a00:1',
      '0x7f.1',
    ],
    pieces: ['.', ':', '/', '::', 'ffff', '0', '255', '256', '[', ']', '%eth0', '0x', '010'],
    check(input) {
      const range = AddressRange.parse(input);
      if (range !== null) ensure(range.bits >= 0 && range.bits <= 128, 'a range of too many bits');
      isPrivateAddress(input);
      isPrivateHost(input);
      const url = unless(InvalidURL, () => parseURL(`http://${input}/`));
      // However this machine is written, the URL standard makes one text of it.
      if (url !== null && isIP(url.hostname) !== 0 && /^(?:127\.|::1$)/.test(url.hostname))
        ensure(isPrivateHost(url.hostname), `${url.hostname} is not private`);
    },
  },
];
