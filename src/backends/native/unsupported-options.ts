import type { UnsupportedOptionInfo } from '../../errors/unsupported-option.ts';
import type { TLSOptions } from '../../models/tls-options.ts';
import type { WireConfig } from '../contract.ts';
import { rustlsCiphers } from './cipher-names.ts';

/** What the native engine cannot do, of what is asked for. */
export function unsupportedOptions({ tls }: WireConfig): UnsupportedOptionInfo[] {
  return unsupportedTLS(tls, 'tls');
}

/** @param path of the options */
export function unsupportedTLS(options: TLSOptions, path: string): UnsupportedOptionInfo[] {
  const { pfx, ciphers, minVersion, maxVersion } = options;
  const found: UnsupportedOptionInfo[] = [];
  const refuse = (option: string, reason: string): void =>
    void found.push({ option: `${path}.${option}`, reason });
  if (pfx !== undefined)
    refuse('pfx', "rustls does not read PKCS #12; give 'cert' and 'key', or use backend: 'js'.");
  if (ciphers !== undefined && rustlsCiphers(ciphers) === null)
    refuse('ciphers', `rustls has not all of '${ciphers}'; name suites that it has, or use backend: 'js'.`);
  for (const [option, version] of Object.entries({ minVersion, maxVersion })) {
    if (version === 'TLSv1' || version === 'TLSv1.1')
      refuse(option, `rustls speaks TLS 1.2 and 1.3 only, not ${version}; use backend: 'js'.`);
  }
  return found;
}
