import type { ConformanceCase } from '../case.ts';
import { parse, refuses, targets } from '../support/urls.ts';

/** A URL of so many characters. */
function urlOf(length: number): string {
  return `http://h/${'a'.repeat(length - 9)}`;
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'UP-01',
    rows: ['UP-01'],
    title: 'the scheme is lower-cased, and may have digits, plus, dot and hyphen',
    verdict: 'same',
    rfc: 'RFC 3986 §3.1',
    layer: 'model',
    run(t) {
      const url = parse(t, 'HTTPS://EXAMPLE.com:443/');
      t.assert.deepEqual([url.protocol, url.hostname, url.port], ['https:', 'example.com', '']);
      t.assert.equal(parse(t, 'Http+x-1.2://h/').protocol, 'http+x-1.2:');
    },
  },
  {
    id: 'UP-01.missing',
    rows: ['UP-01'],
    title: 'a URL without a scheme cannot be requested without a base URL',
    verdict: 'differs:the URL of the platform has always a scheme',
    layer: 'model',
    run(t) {
      t.assert.throws(() => parse(t, '://example.com'), t.tern.InvalidURL);
      for (const text of ['//example.com/path', '/path', 'path', '']) {
        t.assert.throws(() => parse(t, text), { code: 'ERR_UNSUPPORTED_PROTOCOL', phase: 'build' }, text);
      }
      refuses(t, ['1http://h/', 'ht tp://h/', 'h@ttp://h/']);
    },
  },
  {
    id: 'UP-21',
    rows: ['UP-21'],
    title: 'a backslash is a slash, so it cannot hide a host',
    verdict: 'fixed:D09',
    layer: 'model',
    run(t) {
      t.assert.equal(parse(t, 'http:\\\\h\\a\\b').href, 'http://h/a/b');
      t.assert.equal(parse(t, 'http://good.test\\@evil.test/').hostname, 'good.test');
      t.assert.equal(parse(t, 'http://h/a?b\\c#d\\e').href, 'http://h/a?b\\c#d\\e');
    },
  },
  {
    id: 'UP-22',
    rows: ['UP-22'],
    title: 'control characters are refused with their place, in every part',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const client = new t.tern.Client({ baseURL: 'http://h/api' });
      for (let code = 0; code < 128; code++) {
        if (code >= 32 && code < 127) continue;
        const character = String.fromCharCode(code);
        const expected = { code: 'ERR_INVALID_URL', message: /position 10/ };
        t.assert.throws(() => parse(t, `http://h/a${character}b`), expected, `U+${code}`);
        t.assert.throws(() => client.buildRequest('GET', `0123456789${character}`), expected);
        t.assert.throws(() => t.tern.joinURL('http://h/', `0123456789${character}`), expected);
      }
      refuses(t, [
        '\nhttp://h/',
        'http://h/\n',
        'ht\ntp://h/',
        'http://e\tvil.test/',
        'http://u\r:p@h/',
        'http://h/?\0',
        'http://h/#\n',
      ]);
      for (const part of ['scheme', 'host', 'path', 'query', 'fragment', 'username', 'password']) {
        t.assert.throws(() => t.tern.withParts('http://h/', { [part]: 'a\nb' }), {
          code: 'ERR_INVALID_URL',
          message: new RegExp(`${part}.*position 1`),
        });
      }
      await t.assert.rejects(client.get('x\r\nInjected: 1'), t.tern.InvalidURL);
    },
  },
  {
    id: 'UP-23',
    rows: ['UP-23'],
    title: 'spaces around a URL are dropped',
    verdict: 'fixed:D09',
    layer: 'model',
    run(t) {
      t.assert.equal(parse(t, '  http://h/x  ').href, 'http://h/x');
      const client = new t.tern.Client({ baseURL: ' http://h/api ' });
      t.assert.equal(client.buildRequest('GET', ' users ').url.href, 'http://h/api/users');
      t.assert.equal(client.buildRequest('GET', ' http://other/ ').url.href, 'http://other/');
      t.assert.equal(client.buildRequest('GET', 'a b').url.href, 'http://h/api/a%20b');
    },
  },
  {
    id: 'UP-24',
    rows: ['UP-24'],
    title: 'a URL, or a part, of more than 65,536 characters is refused',
    verdict: 'same',
    layer: 'model',
    run(t) {
      t.assert.equal(parse(t, urlOf(65_536)).href.length, 65_536);
      const expected = { code: 'ERR_INVALID_URL', message: /too long/ };
      t.assert.throws(() => parse(t, urlOf(65_537)), expected);
      t.assert.throws(() => parse(t, urlOf(100_000)), expected);
      t.assert.throws(() => t.tern.withParts('http://h/', { path: 'a'.repeat(65_537) }), expected);
      t.assert.throws(
        () => t.tern.withParts('http://h/', { path: 'a'.repeat(40_000), query: 'b'.repeat(40_000) }),
        expected,
      );
      t.assert.throws(() => t.tern.withParams('http://h/', { a: 'b'.repeat(65_537) }), expected);
      t.assert.throws(
        () => new t.tern.Client().buildRequest('GET', 'http://h/', { params: { a: 'b'.repeat(65_537) } }),
        expected,
      );
    },
  },
  {
    id: 'UP-25',
    rows: ['UP-25'],
    title: 'host:port without a scheme is not guessed, but the error says what is meant',
    verdict: 'same',
    layer: 'model',
    run(t) {
      t.assert.throws(() => parse(t, 'example.com:8080/x'), {
        code: 'ERR_UNSUPPORTED_PROTOCOL',
        message: /'example\.com:'.*http:\/\/example\.com:8080\/x/,
      });
      t.assert.throws(() => parse(t, 'localhost:3000'), { code: 'ERR_UNSUPPORTED_PROTOCOL' });
      t.assert.throws(() => parse(t, 'mailto:joe@example.com'), { code: 'ERR_UNSUPPORTED_PROTOCOL' });
    },
  },
  {
    id: 'UP-26',
    rows: ['UP-26'],
    title: 'the number of slashes after http: does not matter',
    verdict: 'fixed:D09',
    layer: 'model',
    run(t) {
      for (const text of ['http:///path', 'http:/path', 'http:path', 'http:////path']) {
        t.assert.equal(parse(t, text).href, 'http://path/');
      }
      refuses(t, ['http://', 'http:', 'https:///', 'http://?x', 'http://#x', 'http://:80/', 'http://u@/']);
    },
  },
  {
    id: 'UP-27',
    rows: ['UP-27'],
    title: 'a path that is put into a URL can become neither host nor scheme',
    verdict: 'differs:the path of a URL with a host begins with a slash, so one is put in front',
    layer: 'model',
    run(t) {
      const { withParts } = t.tern;
      const paths = {
        a: '/a',
        '//evil.test/x': '//evil.test/x',
        ':80': '/:80',
        'http://evil.test': '/http://evil.test',
        '': '/',
        '@evil': '/@evil',
      };
      for (const [path, expected] of Object.entries(paths)) {
        const url = withParts('http://u@h:8/old?q', { path });
        t.assert.deepEqual([url.host, url.pathname, url.search], ['h:8', expected, '?q']);
        t.assert.equal(new URL(url.href).pathname, expected);
      }
      t.assert.throws(() => withParts('mailto:x', { path: '/a' }), t.tern.InvalidURL);
    },
  },
  {
    id: 'UP-28',
    rows: ['UP-28'],
    title: 'a URL without a path is written with a slash',
    verdict: 'differs:serialisation of the URL standard',
    layer: 'bytes',
    splits: ['whole'],
    async run(t) {
      t.assert.equal(parse(t, 'http://example.com').href, 'http://example.com/');
      t.assert.equal(parse(t, 'http://example.com').pathname, '/');
      t.assert.deepEqual(await targets(t, ['', '?x']), ['/', '/?x']);
    },
  },
  {
    id: 'UP-29',
    rows: ['UP-29'],
    title: 'URLs that mean the same have the same href',
    verdict: 'differs:a URL of the platform is compared by its href',
    layer: 'model',
    run(t) {
      const same = ['http://h/a?b', 'HTTP://H:80/a?b', new URL('http://h/x/../a?b').href, ' http://h/./a?b'];
      t.assert.equal(new Set(same.map((text) => parse(t, text).href)).size, 1);
      const different = [
        'http://h/a',
        'http://h/A',
        'http://h/a?',
        'http://h/a#',
        'http://h/a/',
        'http://h:81/a',
        'http://h/%61',
      ];
      t.assert.equal(new Set(different.map((text) => parse(t, text).href)).size, different.length);
    },
  },
  {
    id: 'UP-31',
    rows: ['UP-31'],
    title: 'what is no URL, and a part that does not exist, are refused by name',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const client = new t.tern.Client({ baseURL: 'http://h/' });
      for (const url of [undefined, null, 5, {}, [], Symbol('url'), new t.tern.Request('GET', 'http://h/')]) {
        await t.assert.rejects(client.get(url as never), { code: 'ERR_INVALID_ARGUMENT', message: /'url'/ });
      }
      t.assert.throws(() => t.tern.withParts('http://h/', { hostname: 'x' } as never), {
        code: 'ERR_INVALID_ARGUMENT',
        message: /'hostname'/,
      });
      t.assert.throws(() => t.tern.withParts('http://h/', { path: 5 } as never), {
        code: 'ERR_INVALID_ARGUMENT',
        message: /path.*number/,
      });
      t.assert.throws(() => t.tern.withParts('http://h/', null as never), t.tern.InvalidArgument);
      t.assert.throws(
        () => t.tern.withParts('http://h/', { query: 'a', params: {} }),
        t.tern.InvalidArgument,
      );
    },
  },
  {
    id: 'UP-32',
    rows: ['UP-32'],
    title: 'absolute is what has a scheme and a host; the rest is relative to the base',
    verdict: 'differs:there is no property for it, but it decides whether the base URL counts',
    layer: 'model',
    run(t) {
      const client = new t.tern.Client({ baseURL: 'http://h/b' });
      const hrefs = {
        'http://o/': 'http://o/',
        'Custom+1.0-x://o/': 'custom+1.0-x://o/',
        '//o/': 'http://o/',
        'o/': 'http://h/b/o/',
        '/http://o/': 'http://h/b/http://o/',
        '?http://o/': 'http://h/b/?http://o/',
        'x/http://o/': 'http://h/b/x/http://o/',
        'http:o': 'http://h/b/http:o',
        '1http://o/': 'http://h/b/1http://o/',
        'mailto:o': 'http://h/b/mailto:o',
      };
      for (const [text, expected] of Object.entries(hrefs)) {
        t.assert.equal(client.buildRequest('GET', text).url.href, expected);
      }
    },
  },
];
