import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificateAuthority, EXPIRED, NOT_YET_VALID } from '../../fixtures/certificates.ts';
import type { IssueOptions } from '../../fixtures/certificates.ts';
import type { HTTPServer } from '../../fixtures/http-server.ts';
import { reply } from '../../fixtures/reply-server.ts';
import type { Client, ClientOptions, Lookup, RequestOptions, TLSInfo, TLSOptions } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';

/** A server with a certificate of its own. Not a scripted one: those do not notice who leaves during a handshake. */
async function serverWith(
  t: CaseContext,
  issue: Partial<IssueOptions>,
  more: object = {},
): Promise<HTTPServer> {
  const { certificate, key } = t.ca.issue({ commonName: 'server', ipAddresses: ['127.0.0.1'], ...issue });
  return t.httpServer({ tls: { cert: certificate, key, ...more } });
}

function trusting(t: CaseContext, tls: TLSOptions = {}, options: ClientOptions = {}): Client {
  return t.client({ tls: { ca: t.ca.certificate, ...tls }, ...options });
}

interface Failure {
  readonly name: string;
  readonly code: string;
  readonly phase: string;
  readonly message: string;
  readonly peer?: string;
  readonly cause?: { readonly code?: string };
}

async function refused(t: CaseContext, work: Promise<unknown>): Promise<Failure> {
  try {
    await work;
  } catch (error) {
    return error as Failure;
  }
  return t.assert.fail('there is no failure');
}

/** The handshake fails, says why, and leaves nothing open. */
async function expectRefusal(
  t: CaseContext,
  client: Client,
  server: HTTPServer,
  expected: { readonly code?: RegExp; readonly message?: RegExp },
  options: RequestOptions = {},
): Promise<void> {
  const before = server.open;
  const error = await refused(t, client.request('GET', server.url('/get'), options));
  t.assert.deepEqual([error.name, error.code], ['ConnectError', 'ERR_TLS'], error.message);
  t.assert.equal(error.peer, `127.0.0.1:${server.port}`);
  if (expected.code !== undefined) t.assert.match(String(error.cause?.code), expected.code);
  if (expected.message !== undefined) t.assert.match(error.message, expected.message);
  t.assert.deepEqual([client.stats.connections, client.stats.connecting], [0, 0]);
  await server.untilOpen(before);
}

async function status(
  client: Client,
  url: string,
  options: RequestOptions = {},
): Promise<[number, TLSInfo | null]> {
  const response = await client.request('GET', url, options);
  return [response.status, response.connection?.tls ?? null];
}

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}

/** Runs with other environment variables; undefined takes one away. */
async function withEnvironment(
  changes: Readonly<Record<string, string | undefined>>,
  work: () => Promise<void>,
): Promise<void> {
  const before = Object.keys(changes).map((name) => [name, process.env[name]] as const);
  for (const [name, value] of Object.entries(changes)) setVariable(name, value);
  try {
    await work();
  } finally {
    for (const [name, value] of before) setVariable(name, value);
  }
}

const loopback: Lookup = (_name, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]);

export const cases: readonly ConformanceCase[] = [
  {
    id: 'TL-01',
    rows: ['TL-01', 'TL-09'],
    title: 'certificate and name are verified against the built-in authorities unless others are given',
    verdict: 'same',
    rfc: 'RFC 9110 §4.3.4',
    layer: 'live',
    needs: ['pool', 'tls'],
    async run(t) {
      const server = await serverWith(t, {});
      await expectRefusal(t, t.client(), server, {
        message:
          /the certificate of '127\.0\.0\.1' is not signed by a trusted authority .* give its authority as 'tls\.ca'/,
      });
      t.assert.equal((await status(trusting(t), server.url('/get')))[0], 200);
      const bytes = new TextEncoder().encode(t.ca.certificate);
      for (const ca of [bytes, [t.ca.certificate], [createCertificateAuthority().certificate, bytes]])
        t.assert.equal((await status(t.client({ tls: { ca } }), server.url('/get')))[0], 200);
      const stranger = t.client({ tls: { ca: createCertificateAuthority().certificate } });
      await expectRefusal(t, stranger, server, {});
    },
  },
  {
    id: 'TL-01.bad',
    rows: ['TL-01', 'TL-09'],
    title: 'expired, not valid yet, for another host or address, not for a server',
    verdict: 'same',
    rfc: 'RFC 5280, RFC 9525',
    layer: 'live',
    needs: ['pool', 'tls', 'socket-options'],
    async run(t) {
      const client = trusting(t, {}, { socket: { lookup: loopback } });
      const bad: readonly (readonly [Partial<IssueOptions>, RegExp])[] = [
        [EXPIRED, /^CERT_HAS_EXPIRED$/],
        [NOT_YET_VALID, /^CERT_NOT_YET_VALID$/],
        [{ ipAddresses: ['127.0.0.9'] }, /^ERR_TLS_CERT_ALTNAME_INVALID$/],
        [{ ipAddresses: [], dnsNames: ['localhost'] }, /^ERR_TLS_CERT_ALTNAME_INVALID$/],
        // The common name does not count.
        [{ commonName: '127.0.0.1', ipAddresses: [] }, /^ERR_TLS_CERT_ALTNAME_INVALID$/],
        [{ usage: 'client' }, /^INVALID_PURPOSE$/],
      ];
      for (const [issue, code] of bad) await expectRefusal(t, client, await serverWith(t, issue), { code });
      const wildcard = await serverWith(t, { dnsNames: ['*.wild.test'] });
      const get = (host: string): Promise<unknown> => client.get(`https://${host}:${wildcard.port}/get`);
      await get('a.wild.test');
      for (const host of ['wild.test', 'a.b.wild.test', 'wild.test.evil.test'])
        t.assert.equal((await refused(t, get(host))).code, 'ERR_TLS', host);
    },
  },
  {
    id: 'TL-01.chain',
    rows: ['TL-01'],
    title: 'names and addresses of a certificate, RSA and EC keys, chains with an intermediate authority',
    verdict: 'same',
    layer: 'live',
    needs: ['tls', 'ipv6'],
    async run(t) {
      for (const keyType of ['ec', 'rsa'] as const) {
        const server = await serverWith(t, { keyType, intermediate: true, dnsNames: ['localhost'] });
        const [code, tls] = await status(trusting(t), server.url('/get'));
        t.assert.deepEqual([code, tls?.authorized, tls?.servername], [200, true, null]);
        const named = server.url('/get').replace('127.0.0.1', 'localhost');
        const [, byName] = await status(trusting(t, {}, { socket: { family: 4 } }), named);
        t.assert.equal(byName?.servername, 'localhost');
      }
      const { certificate, key } = t.ca.issue({ commonName: 'six', ipAddresses: ['::1'] });
      const six = await t.httpServer({ host: '::1', tls: { cert: certificate, key } });
      t.assert.equal((await status(trusting(t), six.url('/get')))[0], 200);
    },
  },
  {
    id: 'TL-02',
    rows: ['TL-02'],
    title: 'verification can be switched off, which can be seen',
    verdict: 'same',
    layer: 'live',
    needs: ['tls'],
    async run(t) {
      const careless = t.client({ tls: { rejectUnauthorized: false } });
      for (const issue of [{}, EXPIRED, { ipAddresses: ['127.0.0.9'] }]) {
        const server = await serverWith(t, issue);
        const [code, tls] = await status(careless, server.url('/get'));
        t.assert.deepEqual([code, tls?.authorized], [200, false]);
      }
      const trusted = await serverWith(t, {});
      const [, tls] = await status(trusting(t, { rejectUnauthorized: false }), trusted.url('/get'));
      t.assert.equal(tls?.authorized, true);
    },
  },
  {
    id: 'TL-03',
    rows: ['TL-03'],
    title: 'versions, ciphers, the check of the name: all settings in one object of a closed type',
    verdict: 'differs:an object of options instead of a context of the platform',
    layer: 'live',
    needs: ['pool', 'tls'],
    async run(t) {
      const server = await serverWith(t, {});
      const info = async (tls: TLSOptions): Promise<TLSInfo> =>
        (await status(trusting(t, tls), server.url('/get')))[1]!;
      t.assert.equal((await info({})).protocol, 'TLSv1.3');
      t.assert.equal((await info({ maxVersion: 'TLSv1.2' })).protocol, 'TLSv1.2');
      const ciphers = 'ECDHE-ECDSA-AES256-GCM-SHA384';
      t.assert.equal((await info({ maxVersion: 'TLSv1.2', ciphers })).cipher, ciphers);
      const old = await serverWith(t, {}, { maxVersion: 'TLSv1.2' });
      await expectRefusal(t, trusting(t, { minVersion: 'TLSv1.3' }), old, {});
      const checked: string[] = [];
      const check = (verdict: Error | undefined): TLSOptions => ({
        checkServerIdentity(host, certificate) {
          checked.push(`${host} ${String(certificate.subject.CN)}`);
          return verdict;
        },
      });
      const elsewhere = await serverWith(t, { ipAddresses: ['127.0.0.9'] });
      t.assert.equal((await status(trusting(t, check(undefined)), elsewhere.url('/get')))[0], 200);
      await expectRefusal(t, trusting(t, check(new Error('pinned to another key'))), server, {
        message: /pinned to another key/,
      });
      t.assert.deepEqual(checked, ['127.0.0.1 server', '127.0.0.1 server']);
      const throwing = trusting(t, {
        checkServerIdentity() {
          throw new Error('thrown');
        },
      });
      await expectRefusal(t, throwing, server, { message: /thrown/ });
      t.assert.throws(() => t.client({ tls: { CA: 'x' } as TLSOptions }), { name: 'InvalidArgument' });
    },
  },
  {
    id: 'TL-04',
    rows: ['TL-04'],
    title: 'SSL_CERT_FILE, else SSL_CERT_DIR, replace the built-in authorities, unless that is switched off',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'tls'],
    async run(t) {
      const server = await serverWith(t, {});
      const folder = t.tempDir();
      const file = join(folder, 'ca.pem');
      writeFileSync(file, t.ca.certificate);
      writeFileSync(join(folder, 'README.txt'), 'no certificate');
      mkdirSync(join(folder, 'folder'));
      const missing = join(folder, 'missing');
      const works = async (options: ClientOptions = {}): Promise<void> => {
        t.assert.equal((await status(t.client({ tls: {}, ...options }), server.url('/get')))[0], 200);
      };
      await withEnvironment({ SSL_CERT_FILE: file, SSL_CERT_DIR: missing }, async () => {
        await works();
        await expectRefusal(t, t.client({ tls: {}, trustEnv: false }), server, {});
        // What is given goes before what is found.
        await expectRefusal(
          t,
          t.client({ tls: { ca: createCertificateAuthority().certificate } }),
          server,
          {},
        );
      });
      await withEnvironment({ SSL_CERT_FILE: undefined, SSL_CERT_DIR: folder }, () => works());
      for (const changes of [{ SSL_CERT_FILE: missing }, { SSL_CERT_FILE: '', SSL_CERT_DIR: missing }]) {
        await withEnvironment(changes, async () => {
          const error = await refused(t, t.client({ tls: {} }).get(server.url('/get')));
          t.assert.deepEqual([error.name, error.code], ['InvalidArgument', 'ERR_INVALID_ARGUMENT']);
          t.assert.match(error.message, /^SSL_CERT_(?:FILE|DIR) cannot be used: .*missing/);
        });
      }
    },
  },
  {
    id: 'TL-05',
    rows: ['TL-05'],
    title: 'SSLKEYLOGFILE gets the secrets of each connection, for its owner only',
    verdict: 'same',
    layer: 'live',
    needs: ['tls'],
    async run(t) {
      const server = await serverWith(t, {});
      const file = join(t.tempDir(), 'keys.log');
      await withEnvironment({ SSLKEYLOGFILE: file }, async () => {
        const silent = trusting(t, {}, { trustEnv: false });
        await silent.get(server.url('/get'));
        t.assert.throws(() => statSync(file), { code: 'ENOENT' });
        await trusting(t).get(server.url('/get'));
      });
      t.assert.match(readFileSync(file, 'utf8'), /^CLIENT_TRAFFIC_SECRET_0 [0-9a-f]{64} [0-9a-f]+$/m);
      t.assert.equal(statSync(file).mode & 0o077, 0);
    },
  },
  {
    id: 'TL-06',
    rows: ['TL-06'],
    title: 'client certificates: with a key, with an encrypted one, as text or octets, with the chain',
    verdict: 'same',
    layer: 'live',
    needs: ['tls'],
    async run(t) {
      const seen: (string | undefined)[] = [];
      const options = { ...t.serverTLS, ca: t.ca.certificate, requestCert: true, rejectUnauthorized: true };
      const server = await t.scripted({ tls: options }, async (peer) => {
        await peer.readHead();
        seen.push(peer.tls?.isClientAuthorized === true ? peer.tls.clientCommonName : 'nobody');
        await peer.send(reply(200));
      });
      const passphrase = 'open sesame';
      const own = t.ca.issue({ commonName: 'me', usage: 'client', passphrase });
      const chained = t.ca.issue({ commonName: 'chained', usage: 'client', intermediate: true });
      const [leaf = '', authority = ''] = chained.certificate.split(/(?<=END CERTIFICATE-----\n)/);
      for (const tls of [
        { cert: own.certificate, key: own.key },
        { cert: own.certificate, key: own.encryptedKey!, passphrase },
        { cert: new TextEncoder().encode(own.certificate), key: new TextEncoder().encode(own.key) },
        { cert: chained.certificate, key: chained.key },
        { cert: [leaf, authority], key: chained.key },
      ] satisfies TLSOptions[])
        t.assert.equal((await status(trusting(t, tls), server.url()))[0], 200);
      t.assert.deepEqual(seen, ['me', 'me', 'me', 'chained', 'chained']);
    },
  },
  {
    id: 'TL-06.missing',
    rows: ['TL-06', 'TL-09'],
    title: 'a certificate that is missing, or not accepted, although TLS 1.3 tells only after the handshake',
    verdict: 'same',
    rfc: 'RFC 8446 §4.4.2.4',
    layer: 'live',
    needs: ['pool', 'tls'],
    async run(t) {
      const stranger = createCertificateAuthority().issue({ commonName: 'stranger', usage: 'client' });
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
        const server = await serverWith(
          t,
          {},
          { ca: t.ca.certificate, requestCert: true, rejectUnauthorized: true, maxVersion },
        );
        for (const [tls, own] of [
          [{}, 'none'],
          [{ cert: stranger.certificate, key: stranger.key }, 'a strange one'],
        ] as const) {
          const client = trusting(t, tls);
          for (let i = 0; i < 3; i++) {
            for (const content of [undefined, new Uint8Array(100_000)]) {
              const options = content === undefined ? {} : { content };
              const error = await refused(t, client.request('PUT', server.url('/echo'), options));
              // A server that looks at the certificate only after the handshake may just leave, without a word.
              const isSilent = maxVersion === 'TLSv1.3' && own !== 'none';
              const expected = isSilent ? /^(?:Connect|Read|RemoteProtocol|Write)Error$/ : /^ConnectError$/;
              t.assert.match(error.name, expected, `${maxVersion} ${own}`);
              if (!isSilent) t.assert.deepEqual([error.code, error.phase], ['ERR_TLS', 'tls']);
              t.assert.deepEqual([client.stats.connections, client.stats.connecting], [0, 0]);
            }
          }
          await server.untilOpen(0);
        }
      }
    },
  },
  {
    id: 'TL-06.bad',
    rows: ['TL-06'],
    title: 'keys that cannot be used are a wrong argument, told when they are needed for the first time',
    verdict: 'fixed:D44',
    layer: 'live',
    needs: ['pool', 'tls'],
    async run(t) {
      const server = await serverWith(t, {});
      const plain = await t.replies(reply(200));
      const { certificate, key, encryptedKey } = t.ca.issue({ commonName: 'me', passphrase: 'right' });
      for (const tls of [
        { cert: certificate, key: encryptedKey!, passphrase: 'wrong' },
        { cert: certificate, key: encryptedKey! },
        { cert: t.ca.certificate, key },
        { cert: 'nonsense', key },
        { pfx: new Uint8Array(8) },
        { ca: 'nonsense', ciphers: 'NONE-SUCH' },
      ] satisfies TLSOptions[]) {
        const client = t.client({ tls });
        // Not needed for this one.
        t.assert.equal((await client.get(plain.url())).status, 200);
        const error = await refused(t, client.get(server.url('/get')));
        t.assert.deepEqual([error.name, error.code], ['InvalidArgument', 'ERR_INVALID_ARGUMENT']);
        t.assert.match(error.message, /^The 'tls' options cannot be used: /);
        t.assert.equal(client.stats.connecting, 0);
      }
      t.assert.equal(server.connections, 0);
    },
  },
  {
    id: 'TL-07',
    rows: ['TL-07', 'XT-01'],
    title: 'server name: the host, or the client\u2019s, or the request\u2019s; it is what is verified, too',
    verdict: 'same',
    rfc: 'RFC 6066 §3',
    layer: 'live',
    needs: ['pool', 'tls', 'socket-options'],
    async run(t) {
      const { certificate, key } = t.ca.issue({
        commonName: 'names',
        dnsNames: ['one.test', 'two.test'],
        ipAddresses: ['127.0.0.1'],
      });
      const names: (string | undefined)[] = [];
      const hosts: (string | undefined)[] = [];
      const server = await t.replies(
        (request) => {
          names.push(server.peers[request.connection]?.tls?.servername);
          hosts.push(request.get('host'));
          return reply(200);
        },
        { tls: { cert: certificate, key } },
      );
      const socket = { lookup: loopback };
      const client = trusting(t, {}, { socket });
      const { port } = server;
      const url = `https://one.test:${port}/`;
      t.assert.equal((await status(client, url))[1]?.servername, 'one.test');
      // An address is no name, and is not sent.
      t.assert.equal((await status(client, server.url()))[1]?.servername, null);
      const extensions = { sniHostname: 'two.test' };
      t.assert.equal((await status(client, url, { extensions }))[1]?.servername, 'two.test');
      const named = trusting(t, { servername: 'two.test' }, { socket });
      t.assert.equal((await status(named, url))[1]?.servername, 'two.test');
      t.assert.equal(
        (await status(named, url, { extensions: { sniHostname: 'one.test' } }))[1]?.servername,
        'one.test',
      );
      t.assert.deepEqual(names, ['one.test', undefined, 'two.test', 'two.test', 'one.test']);
      const [one, address] = [`one.test:${port}`, `127.0.0.1:${port}`];
      t.assert.deepEqual(hosts, [one, address, one, one, one]);
      // A connection for one name is not used for another.
      t.assert.equal(client.stats.opened, 3);
      const wrong = await serverWith(t, { dnsNames: ['one.test'] });
      await expectRefusal(t, trusting(t), wrong, { code: /ALTNAME_INVALID/ }, { extensions });
    },
  },
  {
    id: 'TL-07.alpn',
    rows: ['TL-07'],
    title: 'HTTP/1.1 is offered in the handshake; a server that wants something else is refused',
    verdict: 'same',
    rfc: 'RFC 7301',
    layer: 'live',
    needs: ['pool', 'tls'],
    async run(t) {
      const agreed = await serverWith(t, {}, { ALPNProtocols: ['h2', 'http/1.1'] });
      t.assert.equal((await status(trusting(t), agreed.url('/get')))[1]?.alpn, 'http/1.1');
      const silent = await t.replies(reply(200), { tls: t.serverTLS });
      t.assert.equal((await status(trusting(t), silent.url()))[1]?.alpn, null);
      const other = await serverWith(t, {}, { ALPNProtocols: ['spdy/3'] });
      await expectRefusal(t, trusting(t), other, {});
    },
  },
  {
    id: 'TL-08',
    rows: ['TL-08'],
    title: 'sessions are resumed between connections of one client, never between sets of options',
    verdict: 'fixed:D44',
    rfc: 'RFC 8446 §2.2',
    layer: 'live',
    needs: ['pool', 'tls'],
    async run(t) {
      for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
        const server = await serverWith(t, {}, { maxVersion });
        const client = trusting(t, {}, { limits: { maxKeepAlive: 0 } });
        const resumed: (boolean | undefined)[] = [];
        for (let i = 0; i < 3; i++) {
          resumed.push((await status(client, server.url('/get')))[1]?.resumed);
          await server.untilOpen(0);
        }
        t.assert.deepEqual(resumed, [false, true, true], maxVersion);
        // One that does not verify must not open the way for one that does.
        const careless = t.client({ tls: { rejectUnauthorized: false } });
        t.assert.equal((await status(careless, server.url('/get')))[1]?.resumed, false);
        await expectRefusal(t, t.client({ tls: {} }), server, {});
        // Nor does resuming go past the check: the authority that is trusted now did not sign this one.
        const other = t.client({ tls: { ca: createCertificateAuthority().certificate } });
        await expectRefusal(t, other, server, {});
      }
    },
  },
  {
    id: 'TL-09',
    rows: ['TL-09'],
    title: 'peers that do not speak TLS, or leave',
    verdict: 'same',
    layer: 'live',
    needs: ['pool', 'tls'],
    async run(t) {
      const plain = await t.scripted(async (peer) => {
        await peer.readSome();
        await peer.send('HTTP/1.1 400 Bad Request\r\n\r\n');
        await peer.end();
      });
      const ends = await t.scripted(async (peer) => {
        await peer.readSome();
        await peer.end();
      });
      const resets = await t.scripted(async (peer) => {
        await peer.readSome();
        peer.reset();
      });
      for (const [server, reason] of [
        [plain, /the peer does not speak TLS/],
        [ends, /the peer closed the connection during the TLS handshake \(ECONNRESET\)/],
        [resets, /the peer closed the connection during the TLS handshake \(ECONNRESET\)/],
      ] as const) {
        const client = trusting(t);
        const error = await refused(t, client.get(server.url().replace('http:', 'https:')));
        t.assert.deepEqual([error.name, error.code, error.phase], ['ConnectError', 'ERR_TLS', 'tls']);
        t.assert.match(error.message, reason);
        await server.untilOpen(0);
      }
    },
  },
];
