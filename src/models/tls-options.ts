import type { PeerCertificate } from 'node:tls';

/** PEM or DER data of a certificate or key. */
export type PEM = string | Uint8Array;

/** Versions of TLS that can be asked for. */
export type TLSVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** How TLS connections are made and verified. Defaults are those of Node: its root certificates, TLS 1.2 and up. */
export interface TLSOptions {
  /** Certificates of authorities to trust instead of the built-in ones. */
  readonly ca?: PEM | readonly PEM[];
  /** Certificate chain of the client. */
  readonly cert?: PEM | readonly PEM[];
  /** Private key of the client. */
  readonly key?: PEM;
  /** Opens an encrypted `key` or `pfx`. */
  readonly passphrase?: string;
  /** Certificate and key of the client as PKCS #12, instead of `cert` and `key`. */
  readonly pfx?: Uint8Array;
  /** Name for SNI and for the check of the certificate, instead of the host of the URL. */
  readonly servername?: string;
  readonly minVersion?: TLSVersion;
  readonly maxVersion?: TLSVersion;
  /** Cipher list in OpenSSL's notation. */
  readonly ciphers?: string;
  /** False accepts any certificate for any name. For tests only. */
  readonly rejectUnauthorized?: boolean;
  /** Replaces the check of the host name; an error returned refuses the connection. */
  readonly checkServerIdentity?: (hostname: string, certificate: PeerCertificate) => Error | undefined;
}
