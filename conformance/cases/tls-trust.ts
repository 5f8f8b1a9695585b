import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXPIRED, NOT_YET_VALID, createCertificateAuthority } from '../../fixtures/certificates.ts';
import type { IssueOptions } from '../../fixtures/certificates.ts';
import type { ClientOptions } from '../../src/index.ts';
import type { ConformanceCase } from '../case.ts';
import { withEnvironment } from '../support/environment.ts';
import { loopback } from '../support/lookups.ts';
import { expectRefusal, refused, serverWith, status, trusting } from '../support/tls.ts';

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
];
