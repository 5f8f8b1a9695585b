/** Names of all options of TLS. */
export const TLS_OPTIONS: readonly string[] = [
  'ca',
  'cert',
  'key',
  'passphrase',
  'pfx',
  'servername',
  'minVersion',
  'maxVersion',
  'ciphers',
  'rejectUnauthorized',
  'checkServerIdentity',
];
