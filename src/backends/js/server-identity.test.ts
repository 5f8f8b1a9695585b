import { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';
import { expect, test } from 'vitest';
import { createCertificateAuthority } from '../../../fixtures/certificates.ts';
import { checkIdentity } from './server-identity.ts';

const authority = createCertificateAuthority();

function peerCertificate(issue: Parameters<typeof authority.issue>[0]): PeerCertificate {
  const { certificate } = authority.issue(issue);
  const { subject, subjectAltName, raw } = new X509Certificate(certificate);
  return { subject: { CN: subject }, subjectaltname: subjectAltName, raw } as unknown as PeerCertificate;
}

test.each(['::1', '0:0:0:0:0:0:0:1', '2001:db8::a', '127.0.0.1', 'a.test'])('%s is found', (host) => {
  const certificate = peerCertificate({
    commonName: 'a',
    dnsNames: ['a.test'],
    ipAddresses: ['::1', '2001:db8::a', '127.0.0.1'],
  });
  expect(checkIdentity(host, certificate)).toBeUndefined();
});

test.each(['::2', '2001:db8::b', '127.0.0.2', 'b.test'])('%s is not', (host) => {
  const certificate = peerCertificate({
    commonName: 'a',
    dnsNames: ['a.test'],
    ipAddresses: ['::1', '127.0.0.1'],
  });
  expect(checkIdentity(host, certificate)).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});
