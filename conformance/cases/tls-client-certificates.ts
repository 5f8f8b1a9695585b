import { createCertificateAuthority } from '../../fixtures/certificates.ts';
import { reply } from '../../fixtures/reply-server.ts';
import type { TLSOptions } from '../../src/index.ts';
import type { CaseContext, ConformanceCase } from '../case.ts';
import { refused, serverWith, status, trusting } from '../support/tls.ts';

export const cases: readonly ConformanceCase[] = [
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
      const { certificate, key, encryptedKey } = t.ca.issue({ commonName: 'me', passphrase: 'right' });
      await expectUseless(t, [
        { cert: certificate, key: encryptedKey!, passphrase: 'wrong' },
        { cert: certificate, key: encryptedKey! },
        { cert: t.ca.certificate, key },
        { cert: 'nonsense', key },
      ]);
    },
  },
  {
    id: 'TL-06.openssl',
    rows: ['TL-06'],
    title: 'PKCS #12 that cannot be used, and ciphers that do not exist, are a wrong argument too',
    verdict: 'fixed:D44',
    layer: 'live',
    needs: ['pool', 'tls', 'openssl'],
    run: (t) => expectUseless(t, [{ pfx: new Uint8Array(8) }, { ca: 'nonsense', ciphers: 'NONE-SUCH' }]),
  },
];

async function expectUseless(t: CaseContext, useless: readonly TLSOptions[]): Promise<void> {
  const server = await serverWith(t, {});
  const plain = await t.replies(reply(200));
  for (const tls of useless) {
    const client = t.client({ tls });
    // Not needed for this one.
    t.assert.equal((await client.get(plain.url())).status, 200);
    const error = await refused(t, client.get(server.url('/get')));
    t.assert.deepEqual([error.name, error.code], ['InvalidArgument', 'ERR_INVALID_ARGUMENT']);
    t.assert.match(error.message, /^The 'tls' options cannot be used: /);
    t.assert.equal(client.stats.connecting, 0);
  }
  t.assert.equal(server.connections, 0);
}
