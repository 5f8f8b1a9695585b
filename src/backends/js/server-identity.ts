import type { PeerCertificate } from 'node:tls';

/**
 * Whether a certificate is valid for a host (RFC 9110 §4.3.4): the platform's check, except that an IPv6 address is
 * first looked for by OpenSSL itself, because some versions of Node (22.23 among them) take it for a name.
 *
 * @returns what is wrong, or undefined
 */
export function checkIdentity(host: string, certificate: PeerCertificate): Error | undefined {
  const { isIPv6 } = process.getBuiltinModule('node:net');
  if (isIPv6(host)) {
    const { X509Certificate } = process.getBuiltinModule('node:crypto');
    if (new X509Certificate(certificate.raw).checkIP(host) !== undefined) return undefined;
  }
  return process.getBuiltinModule('node:tls').checkServerIdentity(host, certificate);
}
