/** OpenSSL's names of the cipher suites that rustls has, and those of the standards, which are rustls's. */
const NAMES: Readonly<Record<string, string>> = {
  'ECDHE-ECDSA-AES128-GCM-SHA256': 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384': 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305': 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256': 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'ECDHE-RSA-AES256-GCM-SHA384': 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'ECDHE-RSA-CHACHA20-POLY1305': 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  TLS_AES_128_GCM_SHA256: 'TLS13_AES_128_GCM_SHA256',
  TLS_AES_256_GCM_SHA384: 'TLS13_AES_256_GCM_SHA384',
  TLS_CHACHA20_POLY1305_SHA256: 'TLS13_CHACHA20_POLY1305_SHA256',
};

const TLS13 = Object.values(NAMES).filter((name) => name.startsWith('TLS13_'));

/** What Node calls a cipher suite of rustls. */
export function nodeCipher(name: string): string {
  return Object.keys(NAMES).find((key) => NAMES[key] === name) ?? name;
}

/**
 * A cipher list in rustls's names, or null if it has something that rustls does not: a name, or an operator. As with
 * OpenSSL, a list without suites of TLS 1.3 leaves those as they are.
 */
export function rustlsCiphers(list: string): string[] | null {
  const names = list.split(':').map((name) => NAMES[name]);
  if (names.includes(undefined)) return null;
  const known = names as string[];
  return known.some((name) => TLS13.includes(name)) ? known : [...TLS13, ...known];
}
