/** The reason of a system error in words, with its name. */
export function reasonOf(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNRESET':
      return 'connection reset by peer (ECONNRESET)';
    case 'EPIPE':
      return 'the peer does not accept data any more (EPIPE)';
    case undefined:
      return error.message;
    default:
      // The message of OpenSSL names threads and lines of its sources.
      if (error.code.startsWith('ERR_SSL_') && 'reason' in error)
        return `${String(error.reason)} (${error.code})`;
      return error.message.includes(error.code) ? error.message : `${error.message} (${error.code})`;
  }
}

/** The reason of a failed attempt to connect in words, with its name. */
export function connectReason(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'connection refused (ECONNREFUSED)';
    case 'ENOENT':
      return 'there is no such socket (ENOENT)';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `host unreachable (${error.code})`;
    default:
      return reasonOf(error);
  }
}

/** The reason of a failed TLS handshake in words, with its name. */
export function tlsReason(error: NodeJS.ErrnoException, name: string): string {
  switch (error.code) {
    case 'CERT_HAS_EXPIRED':
      return `the certificate of '${name}' has expired (CERT_HAS_EXPIRED)`;
    case 'CERT_NOT_YET_VALID':
      return `the certificate of '${name}' is not valid yet (CERT_NOT_YET_VALID)`;
    case 'CERT_SIGNATURE_FAILURE':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return `the certificate of '${name}' is not signed by a trusted authority (${error.code}); give its authority as 'tls.ca'`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the certificate is not valid for '${name}' (ERR_TLS_CERT_ALTNAME_INVALID)`;
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return `the peer does not speak TLS (${error.code})`;
    case 'ECONNRESET':
      return 'the peer closed the connection during the TLS handshake (ECONNRESET)';
    default:
      return reasonOf(error);
  }
}
