import { connectProxy, socksProxy } from '../../fixtures/proxy-scripts.ts';
import { reply } from '../../fixtures/reply-server.ts';
import type { Client, ClientOptions, Lookup, RequestOptions } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { SecretWatch } from '../support/secret-watch.ts';

/** A client that is listened to, and whose requests have secrets in URL, parameters, fields, cookies and content. */
interface Bench {
  readonly watch: SecretWatch;
  readonly client: (options?: ClientOptions) => Client;
  readonly url: (base: string) => string;
  readonly options: (more?: RequestOptions) => RequestOptions;
}

function bench(t: CaseContext): Bench {
  const watch = new SecretWatch(t);
  return {
    watch,
    client: (options = {}) =>
      t.client({
        ...watch.listening(),
        auth: ['user', watch.plant('auth')],
        headers: { 'X-Api-Key': watch.plant('field') },
        ...options,
      }),
    url: (base) =>
      `${base.replace('//', `//me:${watch.plant('url')}@`)}?token=${watch.plant('query')}#${watch.plant('fragment')}`,
    options: (more = {}) => ({
      headers: { Cookie: `sid=${watch.plant('cookie')}`, 'X-Auth-Token': watch.plant('token') },
      params: { password: watch.plant('param') },
      ...more,
    }),
  };
}

/** Finds no name. */
const nowhere: Lookup = (_name, _options, done) => {
  done(Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), []);
};

/** Names of the errors that have been looked at. */
async function failures(
  { watch, client, url, options }: Bench,
  base: string,
  cases: readonly (readonly [name: string, ClientOptions, RequestOptions])[],
): Promise<string[]> {
  const names: string[] = [];
  for (const [name, own, more] of cases) {
    const sender = client(own);
    const post = (): Promise<unknown> =>
      sender.post(url(base), options({ content: watch.plant('content'), ...more } as RequestOptions));
    const error = await watch.failure(name, post);
    watch.look(`client after ${name}`, sender);
    watch.look(`metrics after ${name}`, sender.metrics?.snapshot());
    names.push(error.name);
  }
  return names;
}

export const cases: readonly ConformanceCase[] = [
  {
    id: 'LG-02.planted-connecting',
    rows: ['LG-02'],
    title: 'no planted secret shows when a connection cannot be had: name, port, time, TLS, keys, room',
    verdict: 'fixed:D35',
    layer: 'live',
    needs: ['trace', 'tls', 'timeouts', 'socket-options'],
    async run(t) {
      const own = bench(t);
      const { watch } = own;
      const { url: refused } = await t.refusedPort();
      const hole = await t.blackHole();
      const secure = await t.replies(reply(200), { tls: t.serverTLS });
      const plain = await t.scripted(async (peer) => {
        await peer.readSome();
        await peer.send('HTTP/1.1 400 Bad Request\r\n\r\n');
        await peer.end();
      });
      const passphrase = watch.plant('passphrase');
      const { certificate, encryptedKey } = t.ca.issue({ commonName: 'me', usage: 'client', passphrase });
      const tls = { ca: t.ca.certificate, cert: certificate, key: encryptedKey! };
      const names = [
        ...(await failures(own, refused, [['refused', {}, {}]])),
        ...(await failures(own, 'http://nowhere.test/', [['dns', { socket: { lookup: nowhere } }, {}]])),
        ...(await failures(own, hole.url, [
          ['connect timeout', { timeout: { connect: 30 } }, {}],
          ['total timeout', {}, { timeout: { total: 30 } }],
          ['abort', {}, { signal: AbortSignal.timeout(30) }],
          ['pool timeout', { limits: { maxConnections: 1 } }, { timeout: { pool: 0, connect: 30 } }],
        ])),
        ...(await failures(own, plain.url().replace('http:', 'https:'), [['no TLS', {}, {}]])),
        ...(await failures(own, secure.url(), [
          ['untrusted', {}, {}],
          ['a wrong passphrase', { tls: { ...tls, passphrase: watch.plant('wrong') } }, {}],
          ['no passphrase', { tls }, {}],
          ['a key that is none', { tls: { ...tls, key: watch.plant('key') } }, {}],
        ])),
        ...(t.has('openssl')
          ? await failures(own, secure.url(), [
              ['a pfx that is none', { tls: { pfx: Buffer.from(watch.plant('pfx')) } }, {}],
            ])
          : []),
        ...(await failures(own, `ftp://${refused.slice(7)}`, [['a scheme', {}, {}]])),
      ];
      t.assert.deepEqual(
        new Set(names),
        new Set([
          'AbortError',
          'ConnectError',
          'ConnectTimeout',
          'InvalidArgument',
          'TotalTimeout',
          'UnsupportedProtocol',
        ]),
      );
      watch.expectNothing(900);
    },
  },
  {
    id: 'LG-02.planted-exchange',
    rows: ['LG-02'],
    title: 'nor when an exchange fails: silence, nonsense, ends, content; whatever of it has secrets',
    verdict: 'fixed:D35',
    layer: 'live',
    needs: ['trace', 'timeouts', 'wire-bytes'],
    async run(t) {
      const own = bench(t);
      const { watch } = own;
      const secretLine = (): string => `Set-Cookie: sid=${watch.plant('setcookie')}\r\n`;
      const ok = (): string => `HTTP/1.1 200 OK\r\n${secretLine()}`;
      const answers: readonly (readonly [
        name: string,
        bytes: () => string,
        after?: 'end' | 'keep' | 'reset',
      ])[] = [
        ['no answer', () => '', 'end'],
        ['a reset', () => '', 'reset'],
        ['a bad status line', () => 'HTTP/1.1 2x0 Odd\r\n\r\n'],
        ['what is no HTTP', () => `${watch.plant('nonsense')}\r\n\r\n`],
        ['a field that is none', () => `${ok()}Set-Cookie ${watch.plant('nofield')}\r\n\r\n`],
        ['a control character', () => `${ok()}Set-Cookie: a=${watch.plant('control')}\0\r\n\r\n`],
        ['a length that is none', () => `${ok()}Content-Length: x\r\n\r\n`],
        ['a coding that is none', () => `${ok()}Transfer-Encoding: own\r\n\r\n`],
        [
          'a chunk that is none',
          () => `${ok()}Transfer-Encoding: chunked\r\n\r\n${watch.plant('chunk')}\r\n`,
        ],
        ['a head that ends', () => `${ok()}X-Auth-Token: ${watch.plant('cut')}`, 'end'],
        ['content that ends', () => `${ok()}Content-Length: 500\r\n\r\n${watch.plant('part')}`, 'end'],
        [
          'content that is no gzip',
          () =>
            `${ok()}Content-Encoding: gzip\r\nContent-Length: 34\r\n\r\n${watch.plant('corrupt').padEnd(34)}`,
        ],
        [
          'an unknown coding',
          () =>
            `${ok()}Content-Encoding: klingon\r\nContent-Length: 34\r\n\r\n${watch.plant('coding').padEnd(34)}`,
        ],
        ['switching', () => `HTTP/1.1 101 Switching Protocols\r\n${secretLine()}Upgrade: x\r\n\r\n`],
        ['a large head', () => `${ok()}X-Auth-Token: ${watch.plant('large')}${'x'.repeat(110_000)}\r\n\r\n`],
        ['silence', () => '', 'keep'],
        ['half a head', ok, 'keep'],
        ['half a body', () => `${ok()}Content-Length: 500\r\n\r\n${watch.plant('half')}`, 'keep'],
      ];
      const names: string[] = [];
      for (const [name, bytes, after = 'end'] of answers) {
        const server = await t.replies(() => ({ bytes: bytes(), after }));
        names.push(...(await failures(own, server.url(), [[name, { timeout: { read: 40 } }, {}]])));
      }
      const slow = await t.scripted(async (peer) => void (await peer.readHead()));
      names.push(
        ...(await failures(own, slow.url(), [
          ['first byte', {}, { timeout: { firstByte: 30 } }],
          ['total', {}, { timeout: { total: 40 } }],
        ])),
      );
      t.assert.deepEqual(
        new Set(names),
        new Set([
          'DecodingError',
          'FirstByteTimeout',
          'ReadError',
          'ReadTimeout',
          'RemoteProtocolError',
          'TotalTimeout',
        ]),
      );
      const json = await t.replies(() => reply(200, [], `${watch.plant('json')} is no JSON`));
      const response = await own.client().get(json.url());
      await watch.failure('json()', () => response.json());
      await watch.failure('formData()', async () => response.formData());
      watch.expectNothing(1500);
    },
  },
  {
    id: 'LG-02.planted-events',
    rows: ['LG-02'],
    title: 'nor when what is asked for as a stream of events is none',
    verdict: 'fixed:D35',
    layer: 'live',
    needs: ['trace', 'wire-bytes'],
    async run(t) {
      const own = bench(t);
      const { watch } = own;
      const events = await t.replies(() => reply(200, [['Content-Type', 'text/html']], watch.plant('html')));
      await watch.failure('sse()', () => own.client().sse(own.url(events.url())));
      watch.expectNothing(50);
    },
  },
  {
    id: 'LG-02.planted-redirects',
    rows: ['LG-02'],
    title: 'nor when a redirect, a challenge or a repetition fails',
    verdict: 'fixed:D35',
    layer: 'live',
    needs: ['trace'],
    async run(t) {
      const own = bench(t);
      const { watch } = own;
      const places = [
        (): string => `https://me:${watch.plant('location')}@[/?token=${watch.plant('locationquery')}`,
        (): string => `ftp://me:${watch.plant('ftp')}@h.test/?token=${watch.plant('ftpquery')}`,
        (): string => `http://10.0.0.1/?token=${watch.plant('private')}`,
        (): string => `/again?token=${watch.plant('again')}`,
      ];
      const names: string[] = [];
      for (const place of places) {
        const server = await t.replies(() => reply(307, [['Location', place()]], watch.plant('moved')));
        const redirect = { max: 2, allowPrivate: place !== places[2] };
        names.push(...(await failures(own, server.url(), [['a redirect', { redirect }, {}]])));
      }
      const once = async function* once(): AsyncGenerator<string> {
        yield watch.plant('oneshot');
      };
      const moving = await t.replies(() => reply(307, [['Location', '/x']]));
      names.push(
        ...(await failures(own, moving.url(), [['one-shot', { redirect: true }, { content: once() }]])),
      );
      const busy = await t.replies(() => ({ bytes: '', after: 'end' }));
      const retry = { attempts: 3, methods: ['POST'], backoff: { baseMs: 0 } };
      names.push(...(await failures(own, busy.url(), [['retries', { retry }, {}]])));
      const challenges = await t.replies(() =>
        reply(401, [['WWW-Authenticate', `Digest realm="a, nonce="1"`]], watch.plant('who')),
      );
      const digest = t.tern.digestAuth(watch.plant('name'), watch.plant('word'));
      names.push(...(await failures(own, challenges.url(), [['a challenge', {}, { auth: digest }]])));
      const raising = { raiseForStatus: true };
      names.push(...(await failures(own, challenges.url(), [['a status', raising, {}]])));
      t.assert.deepEqual(
        new Set(names),
        new Set([
          'HTTPStatusError',
          'RemoteProtocolError',
          'StreamConsumed',
          'TooManyRedirects',
          'UnsupportedProtocol',
        ]),
      );
      watch.expectNothing(800);
    },
  },
  {
    id: 'LG-02.planted-proxies',
    rows: ['LG-02'],
    title: 'nor when a proxy refuses, cannot be reached, is not trusted or talks nonsense',
    verdict: 'fixed:D35',
    layer: 'live',
    needs: ['trace', 'proxy', 'tls', 'wire-bytes'],
    async run(t) {
      const own = bench(t);
      const { watch } = own;
      const secret = (url: string): ClientOptions => ({
        proxy: url.replace('//', `//${watch.plant('proxyname')}:${watch.plant('proxyword')}@`),
      });
      const fields = (): string =>
        `Proxy-Authenticate: Basic\r\nSet-Cookie: a=${watch.plant('proxycookie')}\r\n`;
      const refusing = await t.scripted(
        connectProxy({
          refuse: () => ({
            bytes: `HTTP/1.1 407 Proxy Authentication Required\r\n${fields()}Content-Length: 34\r\n\r\n${watch.plant('page').padEnd(34)}`,
            after: 'end',
          }),
        }),
      );
      const nonsense = await t.scripted(async (peer) => {
        await peer.readSome();
        await peer.send(`${watch.plant('nonsense')}\r\n\r\n`);
        await peer.end();
      });
      const socks = await t.scripted({ split: 'whole' }, socksProxy({ credentials: ['other', 'one'] }));
      const secure = await t.replies(reply(200), { tls: t.serverTLS });
      const { url: refused } = await t.refusedPort();
      const names = await failures(own, 'https://origin.test/', [
        ['a refused tunnel', secret(refusing.origin), {}],
        ['nonsense', secret(nonsense.origin), {}],
        ['SOCKS credentials', secret(socks.origin.replace('http:', 'socks5:')), {}],
        ['SOCKS nonsense', secret(nonsense.origin.replace('http:', 'socks5:')), {}],
        ['a proxy that is not trusted', secret(secure.origin), {}],
        ['a proxy that is not there', secret(refused), {}],
      ]);
      t.assert.deepEqual(new Set(names), new Set(['ConnectError', 'ProxyError', 'RemoteProtocolError']));
      watch.expectNothing(400);
    },
  },
];
