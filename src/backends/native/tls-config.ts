import { UnsupportedOption } from '../../errors/unsupported-option.ts';
import type { TLSOptions } from '../../models/tls-options.ts';
import {
  attempt,
  authoritiesFromEnvironment,
  createSecureContextOf,
  keyLogFile,
  toChain,
} from '../js/tls-context.ts';
import { rustlsCiphers } from './cipher-names.ts';
import { unsupportedTLS } from './unsupported-options.ts';
import type { WireHost } from './wire-host.ts';

/** What a set of TLS options has become in the engine. */
export interface NativeTLS {
  readonly id: number;
  /** Whether the chain was trusted when the session began that may be resumed, by server name. */
  readonly trusted: Map<string, boolean>;
}

const configs = new WeakMap<TLSOptions, { trusting?: NativeTLS; plain?: NativeTLS }>();
let dropped: FinalizationRegistry<() => void> | null = null;

/**
 * The configuration for a set of options, made on first use.
 *
 * @throws InvalidArgument if they cannot be used
 * @throws UnsupportedOption if the engine has not what they ask for
 */
export function nativeTLS(host: WireHost, options: TLSOptions, trustEnv: boolean): NativeTLS {
  let entry = configs.get(options);
  if (entry === undefined) configs.set(options, (entry = {}));
  const kind = trustEnv ? 'trusting' : 'plain';
  return (entry[kind] ??= create(host, options, trustEnv));
}

function create(host: WireHost, options: TLSOptions, trustEnv: boolean): NativeTLS {
  const [unsupported] = unsupportedTLS(options, 'tls');
  if (unsupported !== undefined) throw new UnsupportedOption('native', unsupported);
  const { cert, key, passphrase, minVersion = 'TLSv1.2', maxVersion = 'TLSv1.3' } = options;
  const ca = options.ca ?? (trustEnv ? authoritiesFromEnvironment() : undefined);
  // What cannot be used is refused in the words of the other engine.
  createSecureContextOf(ca === undefined ? options : { ...options, ca }, false);
  const { createPrivateKey } = process.getBuiltinModule('node:crypto');
  const chain = cert === undefined ? '' : toChain(listOf(cert));
  const id = attempt("The 'tls' options cannot be used", () =>
    host.wireTls({
      authorities: ca === undefined ? builtInAuthorities() : toChain(listOf(ca)),
      isLenient: ca === undefined,
      chain,
      ...(key === undefined || cert === undefined
        ? {}
        : {
            key: createPrivateKey({
              key: typeof key === 'string' ? key : Buffer.from(key),
              ...(passphrase === undefined ? {} : { passphrase }),
            }).export({ type: 'pkcs8', format: 'der' }),
          }),
      mustTrust: options.rejectUnauthorized ?? true,
      hasTls12: minVersion !== 'TLSv1.3' && maxVersion !== undefined,
      hasTls13: maxVersion === 'TLSv1.3',
      ciphers: options.ciphers === undefined ? '' : rustlsCiphers(options.ciphers)!.join(','),
      keyLog: (trustEnv ? keyLogFile() : null) ?? '',
    }),
  );
  const config = { id, trusted: new Map<string, boolean>() };
  dropped ??= new FinalizationRegistry((drop) => drop());
  dropped.register(config, () => host.wireTlsDrop(id));
  return config;
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

let builtIn: string | null = null;

/** The authorities that Node trusts unless told otherwise. */
function builtInAuthorities(): string {
  if (builtIn !== null) return builtIn;
  const tls = process.getBuiltinModule('node:tls');
  // Newer versions of Node also trust those of the system, if told to.
  if (hasList(tls)) {
    builtIn = tls.getCACertificates('default').join('\n');
    return builtIn;
  }
  const extra = process.env['NODE_EXTRA_CA_CERTS'];
  const more = extra ? extraAuthorities(extra) : '';
  builtIn = [...tls.rootCertificates, more].join('\n');
  return builtIn;
}

function hasList(tls: object): tls is { getCACertificates(type: 'default'): string[] } {
  return 'getCACertificates' in tls;
}

/** Node warns at its start of a file that it cannot read, and goes on without it. */
function extraAuthorities(file: string): string {
  const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
