import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificateAuthority } from '../../fixtures/certificates.ts';
import { reply } from '../../fixtures/reply-server.ts';
import type { TLSInfo, TLSOptions } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { withEnvironment } from '../support/environment.ts';
import { loopback } from '../support/lookups.ts';
import { expectRefusal, refused, serverWith, status, trusting } from '../support/tls.ts';

export const cases: readonly ConformanceCase[] = [
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
