import assert from 'node:assert/strict';
import { parseURL } from '../../src/models/url.ts';
import { AddressRange } from '../../src/transport/address-range.ts';
import { BypassList } from '../../src/transport/bypass-list.ts';
import { environmentProxies } from '../../src/transport/environment-proxies.ts';
import { compareURLPatterns, matchesURLPattern, parseURLPattern } from '../../src/transport/mounts.ts';
import { vectors } from './runner.ts';

interface HTTPXSet {
  readonly test_get_environment_proxies: readonly {
    readonly env: Readonly<Record<string, string>>;
    readonly mounts: Readonly<Record<string, string | null>>;
  }[];
  readonly test_url_matches: readonly {
    readonly pattern: string;
    readonly url: string;
    readonly match: boolean;
  }[];
  readonly priority_most_specific_first: readonly string[];
}

/** URLs that fit a pattern of httpx, and one that does not, as the pattern means it. */
const PROBES: Readonly<Record<string, readonly [inside: string, outside: string]>> = {
  'all://127.0.0.1': ['http://127.0.0.1/', 'http://127.0.0.2/'],
  // Here the fix D40 shows: httpx makes this pattern and never matches it.
  'all://192.168.0.0/16': ['http://192.168.7.7/', 'http://192.169.0.1/'],
  'all://[::1]': ['http://[::1]/', 'http://[::2]/'],
  'all://localhost': ['http://localhost/', 'http://a.localhost/'],
  'all://*github.com': ['https://api.github.com/', 'https://notgithub.com/'],
  'all://*.github.com': ['https://api.github.com/', 'https://github.com/'],
  'http://github.com': ['http://github.com/', 'https://github.com/'],
};

vectors<HTTPXSet>('no-proxy/httpx', 'no-proxy/httpx.json', function* (set) {
  for (const { env, mounts } of set.test_get_environment_proxies) {
    yield {
      id: `environment ${JSON.stringify(env)}`,
      run() {
        for (const [pattern, proxy] of Object.entries(mounts)) {
          if (proxy === null) {
            const [inside, outside] = PROBES[pattern]!;
            const choose = environmentProxies({ ...env, all_proxy: 'http://p.test' })!;
            assert.equal(choose(parseURL(inside)), null);
            assert.equal(choose(parseURL(outside))?.hostname, 'p.test');
          } else {
            const scheme = pattern === 'all://' ? 'https://' : pattern;
            const server = environmentProxies(env)!(parseURL(`${scheme}example.org/`));
            assert.equal(server?.url.replace(/:\d+$/, ''), proxy);
          }
        }
        if (Object.values(mounts).every((proxy) => proxy === null))
          assert.equal(environmentProxies(env), null);
      },
    };
  }
  for (const { pattern, url, match } of set.test_url_matches) {
    yield {
      id: `pattern '${pattern}' ${url}`,
      run: () => assert.equal(matchesURLPattern(parseURLPattern(pattern), parseURL(url)), match),
    };
  }
  yield {
    id: 'priority',
    run() {
      const patterns = set.priority_most_specific_first.toReversed().map(parseURLPattern);
      const sorted = patterns.toSorted(compareURLPatterns).map(({ text }) => text);
      assert.deepEqual(sorted, set.priority_most_specific_first);
    },
  };
});

interface OtherSet {
  readonly curl_unit1614: {
    readonly hosts: readonly { readonly host: string; readonly no_proxy: string; readonly bypass: boolean }[];
    readonly cidr: readonly {
      readonly ip: string;
      readonly network: string;
      readonly bits: number;
      readonly match: boolean;
    }[];
  };
  readonly go_httpproxy: {
    readonly no_proxy: string;
    readonly port: number;
    readonly use_proxy: readonly { readonly host: string; readonly bypass: boolean }[];
    readonly for_url: readonly {
      readonly http_proxy: string | null;
      readonly https_proxy: string | null;
      readonly no_proxy: string | null;
      readonly cgi: boolean;
      readonly url: string;
      readonly proxy: string | null;
    }[];
  };
}

function bypasses(list: string, host: string): boolean {
  const authority = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  return new BypassList(list, null).has(parseURL(`http://${authority}/`));
}

vectors<OtherSet>('no-proxy/curl-and-go', 'no-proxy/curl-and-go.json', function* (set) {
  for (const [index, { host, no_proxy: list, bypass }] of set.curl_unit1614.hosts.entries()) {
    yield { id: `curl ${index} '${list}' ${host}`, run: () => assert.equal(bypasses(list, host), bypass) };
  }
  for (const { ip, network, bits, match } of set.curl_unit1614.cidr) {
    yield {
      id: `curl cidr ${network}/${bits} ${ip}`,
      run: () => assert.equal(AddressRange.parse(`${network}/${bits}`)?.has(ip) ?? false, match),
    };
  }
  const go = set.go_httpproxy;
  for (const { host, bypass } of go.use_proxy) {
    yield { id: `go ${host}`, run: () => assert.equal(bypasses(go.no_proxy, host), bypass) };
  }
  for (const { url, proxy, cgi, ...given } of go.for_url) {
    const variables = {
      [cgi ? 'HTTP_PROXY' : 'http_proxy']: given.http_proxy,
      https_proxy: given.https_proxy,
      no_proxy: given.no_proxy,
      REQUEST_METHOD: cgi ? 'GET' : null,
    };
    const env = Object.fromEntries(
      Object.entries(variables).filter(([, value]) => value !== null),
    ) as Readonly<Record<string, string>>;
    yield {
      id: `go ${JSON.stringify(env)} ${url}`,
      run() {
        const server = environmentProxies(env)?.(parseURL(url)) ?? null;
        assert.equal(server && server.url, proxy && withPort(proxy));
      },
    };
  }
});

function withPort(proxy: string): string {
  if (/:\d+$/.test(proxy)) return proxy;
  return `${proxy}:${proxy.startsWith('https') ? 443 : proxy.startsWith('socks') ? 1080 : 80}`;
}
