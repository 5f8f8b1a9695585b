import { reply } from '../../fixtures/reply-server.ts';
import type { Client, ClientOptions, Transport } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

/** A transport that answers with a name. */
function named(t: CaseContext, name: string): Transport {
  return new t.tern.MockTransport(() => new t.tern.Response(200, { text: name }));
}

/** A client on whose mounts each pattern answers with itself, and everything else with an empty text. */
function mounted(t: CaseContext, patterns: readonly string[], options: ClientOptions = {}): Client {
  const mounts = Object.fromEntries(patterns.map((pattern) => [pattern, named(t, pattern)]));
  const client = new t.tern.Client({ transport: named(t, ''), mounts, ...options });
  t.defer(() => client.close());
  return client;
}

/** Asserts whether each pattern fits each URL. */
async function fits(t: CaseContext, table: readonly (readonly [string, string, boolean])[]): Promise<void> {
  for (const [pattern, url, expected] of table) {
    const { text } = await mounted(t, [pattern]).get(url);
    t.assert.equal(text === pattern, expected, `${pattern} ${url}`);
  }
}

/** Asserts which of several patterns serves each URL, in whichever order they are given. */
async function serves(
  t: CaseContext,
  patterns: readonly string[],
  table: readonly (readonly [url: string, pattern: string])[],
): Promise<void> {
  for (const given of [patterns, patterns.toReversed()]) {
    const client = mounted(t, given);
    for (const [url, expected] of table) t.assert.equal((await client.get(url)).text, expected, url);
  }
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'MT-01',
    rows: ['MT-01'],
    title: 'a pattern has a scheme, a host and a port, each of which may be left open; a path is ignored',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      await fits(t, [
        ['all://', 'http://example.com', true],
        ['all://', 'https://example.com', true],
        ['://', 'https://example.com', true],
        ['http://', 'http://example.com', true],
        ['http://', 'https://example.com', false],
        ['HTTP://', 'http://example.com', true],
        ['all://*', 'https://example.com:1', true],
        ['https://*', 'https://example.com', true],
        ['https://*', 'http://example.com', false],
        ['all://*:8080', 'http://example.com:8080', true],
        ['all://*:8080', 'http://example.com', false],
        ['all://:8080', 'http://example.com:8080', true],
        ['://example.com', 'http://example.com', true],
        ['all://example.com/path?q', 'https://example.com/other', true],
        ['http://example.com', 'http://example.com', true],
        ['http://example.com', 'https://example.com', false],
        ['http://example.com', 'http://other.com', false],
      ]);
    },
  },
  {
    id: 'MT-01.addresses',
    rows: ['MT-01'],
    title: 'hosts are compared as URLs have them: letters, scripts, addresses, the dot of the root',
    verdict: 'fixed:D40',
    layer: 'model',
    async run(t) {
      await fits(t, [
        ['all://EXAMPLE.com', 'http://example.COM', true],
        ['all://[::1]', 'http://[::1]:8080', true],
        ['all://[0:0::1]', 'http://[::1]', true],
        ['all://[::1]:8080', 'http://[::1]:8080', true],
        ['all://[::1]:8080', 'http://[::1]', false],
        ['all://127.1', 'http://127.0.0.1', true],
        ['all://königsgäßchen.de', 'http://xn--knigsgchen-b4a3dun.de', true],
        ['all://*.中国.icom.museum', 'http://www.xn--fiqs8s.icom.museum', true],
        ['all://example.com.', 'http://example.com', true],
        ['all://example.com', 'http://example.com.', true],
        ['all://*.example.com', 'http://www.example.com.', true],
      ]);
    },
  },
  {
    id: 'MT-02',
    rows: ['MT-02'],
    title: 'what is not a pattern is refused, with the spelling that was probably meant',
    verdict: 'same',
    layer: 'model',
    run(t) {
      t.assert.throws(
        () => mounted(t, ['http']),
        (error: unknown) => {
          t.assert.ok(error instanceof t.tern.InvalidArgument);
          t.assert.match((error as Error).message, /Instead of 'http', use 'http:\/\/'/);
          return true;
        },
      );
      for (const pattern of [
        '',
        'example.com',
        'http:',
        'http:/x',
        'a b://',
        'http://a b',
        'http://x:port',
        'http://[::1',
      ])
        t.assert.throws(() => mounted(t, [pattern]), t.tern.InvalidArgument, pattern);
      for (const pattern of ['http://x:65536', 'http://[::g]', 'http://a%zz', 'all://*.'])
        t.assert.throws(() => mounted(t, [pattern]), t.tern.InvalidArgument, pattern);
    },
  },
  {
    id: 'MT-03',
    rows: ['MT-03'],
    title: 'a host fits only itself',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      await fits(t, [
        ['all://example.com', 'http://example.com', true],
        ['all://example.com', 'https://example.com:1', true],
        ['all://example.com', 'https://www.example.com', false],
        ['all://example.com', 'https://notexample.com', false],
        ['all://example.com', 'https://example.com.org', false],
      ]);
    },
  },
  {
    id: 'MT-04',
    rows: ['MT-04'],
    title: 'a star and a dot fit subdomains of every depth, not the host itself',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      await fits(t, [
        ['http://*.example.com', 'http://www.example.com', true],
        ['all://*.example.com', 'https://a.b.example.com', true],
        ['all://*.example.com', 'https://example.com', false],
        ['all://*.example.com', 'https://notexample.com', false],
        ['all://*.example.com', 'https://example.com.org', false],
      ]);
    },
  },
  {
    id: 'MT-05',
    rows: ['MT-05'],
    title: 'a star alone before a host fits it and its subdomains, by whole labels',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      await fits(t, [
        ['all://*example.com', 'https://example.com', true],
        ['all://*example.com', 'https://www.example.com', true],
        ['http://*example.com', 'http://a.b.example.com', true],
        ['all://*example.com', 'https://notexample.com', false],
        ['all://*example.com', 'https://example.com.org', false],
        ['all://*example.com:81', 'http://www.example.com:81', true],
        ['all://*example.com:81', 'http://www.example.com', false],
      ]);
    },
  },
  {
    id: 'MT-06',
    rows: ['MT-06'],
    title: 'a star in another place is only a star',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      await fits(t, [
        ['all://www.*', 'https://www.example.com', false],
        ['all://www.*.com', 'https://www.example.com', false],
        ['all://ex*mple.com', 'https://example.com', false],
        ['all://example.*', 'https://example.com', false],
        ['all://www.*.com', 'https://www.*.com', true],
      ]);
    },
  },
  {
    id: 'MT-07',
    rows: ['MT-07'],
    title: 'a port must be equal; the default port counts as if it were written, on both sides',
    verdict: 'fixed:D40',
    layer: 'model',
    async run(t) {
      await fits(t, [
        ['https://example.com:443', 'https://example.com', true],
        ['https://example.com:443', 'https://example.com:443', true],
        ['https://example.com:443', 'https://example.com:8443', false],
        ['http://example.com:80', 'http://example.com', true],
        ['all://example.com:80', 'http://example.com', true],
        ['all://example.com:80', 'https://example.com', false],
        ['all://example.com:443', 'https://example.com', true],
        ['all://example.com:443', 'http://example.com:443', true],
        ['all://example.com:123', 'https://example.com:123', true],
        ['all://example.com:123', 'https://example.com', false],
        ['http://example.com', 'http://example.com:8080', true],
      ]);
    },
  },
  {
    id: 'MT-08',
    rows: ['MT-08'],
    title: 'a pattern with a port goes first, then a longer host, then a longer scheme',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      await serves(
        t,
        [
          'all://',
          'http://',
          'http://example.com',
          'http://example.com:123',
          'all://example.com:123',
          'https://',
        ],
        [
          ['http://example.com:123/', 'http://example.com:123'],
          ['https://example.com:123/', 'all://example.com:123'],
          ['http://example.com/', 'http://example.com'],
          ['https://example.com/', 'https://'],
          ['http://other.com/', 'http://'],
          ['ftp://other.com/', 'all://'],
        ],
      );
      await serves(
        t,
        ['all://*.com', 'all://*.example.com', 'all://www.example.com', 'https://*.example.com'],
        [
          ['http://www.example.com/', 'all://www.example.com'],
          ['http://api.example.com/', 'all://*.example.com'],
          ['https://api.example.com/', 'https://*.example.com'],
          ['https://www.example.com/', 'all://www.example.com'],
          ['http://other.com/', 'all://*.com'],
        ],
      );
    },
  },
  {
    id: 'MT-08.narrow',
    rows: ['MT-08'],
    title: 'of patterns for one host the narrower goes first',
    verdict: 'differs:httpx counts the star as a letter, so that *host would win over the host itself',
    layer: 'model',
    async run(t) {
      await serves(
        t,
        ['all://*example.com', 'all://example.com', 'all://*.example.com', 'https://*example.com'],
        [
          ['http://example.com/', 'all://example.com'],
          ['http://www.example.com/', 'all://*.example.com'],
          ['https://www.example.com/', 'all://*.example.com'],
        ],
      );
    },
  },
  {
    id: 'MT-08.ties',
    rows: ['MT-08'],
    title: 'patterns of the same rank are tried in the order in which they were given',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      for (const patterns of [
        ['http://*', 'http://'],
        ['http://', 'http://*'],
      ])
        t.assert.equal((await mounted(t, patterns).get('http://a.test/')).text, patterns[0]);
    },
  },
  {
    id: 'MT-09',
    rows: ['MT-09'],
    title: 'a pattern with null is left to the transport of the client',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(200, [], 'network'));
      const client = t.client({
        mounts: {
          'all://': named(t, 'mock'),
          [`all://127.0.0.1:${server.port}`]: null,
          'all://*.local': null,
        },
      });
      t.assert.equal((await client.get(server.url())).text, 'network');
      t.assert.equal((await client.get('http://other.test/')).text, 'mock');
    },
  },
  {
    id: 'MT-10',
    rows: ['MT-10'],
    title: 'mounts of an extended client replace those of the client that it extends',
    verdict: 'differs:there is no map of proxies yet that mounts could be added to',
    layer: 'model',
    async run(t) {
      const client = mounted(t, ['all://a.test', 'all://b.test']);
      const child = client.extend({ mounts: { 'all://a.test': named(t, 'new') } });
      t.assert.equal((await child.get('http://a.test/')).text, 'new');
      t.assert.equal((await client.get('http://a.test/')).text, 'all://a.test');
    },
  },
  {
    id: 'MT-11',
    rows: ['MT-11'],
    title: 'a mount serves a scheme of its own, also as the target of a redirect',
    verdict: 'same',
    layer: 'live',
    async run(t) {
      const server = await t.replies(reply(302, [['Location', 'custom://Host:7/end?q']]));
      const seen: string[] = [];
      const custom = new t.tern.MockTransport(({ url }) => {
        seen.push(url.href);
        return new t.tern.Response(200, { text: 'custom' });
      });
      const client = t.client({ redirect: true, mounts: { 'custom://': custom } });
      t.assert.equal((await client.get('custom://somewhere/x')).text, 'custom');
      t.assert.equal((await client.get(server.url())).text, 'custom');
      t.assert.deepEqual(seen, ['custom://somewhere/x', 'custom://Host:7/end?q']);
      await t.assert.rejects(client.get('other://somewhere/'), t.tern.UnsupportedProtocol);
      const hosts = t.client({ mounts: { 'custom://HOST:7': custom } });
      t.assert.equal((await hosts.get('custom://Host:7/')).text, 'custom');
    },
  },
  {
    id: 'MT-11.hops',
    rows: ['MT-11', 'TR-02'],
    title: 'each hop of a chain goes to the transport of its own URL',
    verdict: 'same',
    layer: 'model',
    async run(t) {
      const seen: string[] = [];
      const to = (name: string, location?: string): Transport =>
        new t.tern.MockTransport(() => {
          seen.push(name);
          return location === undefined
            ? new t.tern.Response(200)
            : new t.tern.Response(302, { headers: { Location: location } });
        });
      const client = new t.tern.Client({
        redirect: true,
        transport: to('default', 'https://b.test/'),
        mounts: { 'all://a.test': to('a', 'https://other.test/'), 'all://b.test': to('b') },
      });
      t.defer(() => client.close());
      await client.get('https://a.test/');
      t.assert.deepEqual(seen, ['a', 'default', 'b']);
    },
  },
];
