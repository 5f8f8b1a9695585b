import type { SecureContext } from 'node:tls';
import { InvalidArgument } from '../../errors/invalid-argument.ts';
import type { PEM, TLSOptions } from '../../models/tls-options.ts';

/** What is shared by all connections that are made with one set of options. */
export interface TLSContext {
  readonly secureContext: SecureContext;
  /** Sessions to resume, by route. Never shared between sets of options: resuming skips the check of the certificate. */
  readonly sessions: Map<string, Buffer>;
  /** File to which the secrets of each connection are appended (`SSLKEYLOGFILE`), for packet analysers. */
  readonly keyLogFile: string | null;
}

const MAX_SESSIONS = 256;
/** Loading the root certificates costs milliseconds, so contexts are made on first use and shared (weakly) by options. */
const contexts = new WeakMap<TLSOptions, { trusting?: TLSContext; plain?: TLSContext }>();

export function tlsContext(options: TLSOptions, trustEnv: boolean): TLSContext {
  let entry = contexts.get(options);
  if (entry === undefined) contexts.set(options, (entry = {}));
  const kind = trustEnv ? 'trusting' : 'plain';
  return (entry[kind] ??= createContext(options, trustEnv));
}

/** Keeps a session for the next connection on the same route. */
export function rememberSession(context: TLSContext, key: string, session: Buffer): void {
  context.sessions.delete(key);
  if (context.sessions.size >= MAX_SESSIONS) context.sessions.delete(context.sessions.keys().next().value!);
  context.sessions.set(key, session);
}

function createContext(options: TLSOptions, trustEnv: boolean): TLSContext {
  const { ca = trustEnv ? authoritiesFromEnvironment() : undefined } = options;
  const { cert, key, passphrase, pfx, minVersion, maxVersion, ciphers } = options;
  const given = {
    ca: toNode(ca),
    cert: toNode(cert),
    key: toNode(key),
    passphrase,
    pfx: toNode(pfx),
    minVersion,
    maxVersion,
    ciphers,
  };
  try {
    const secureContext = process
      .getBuiltinModule('node:tls')
      .createSecureContext(
        Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
      );
    return {
      secureContext,
      sessions: new Map(),
      keyLogFile: (trustEnv && process.env['SSLKEYLOGFILE']) || null,
    };
  } catch (cause) {
    throw new InvalidArgument(`The 'tls' options cannot be used: ${(cause as Error).message}.`, { cause });
  }
}

/** The certificates that OpenSSL's own variables name: a file first, else every file of a directory. */
function authoritiesFromEnvironment(): string[] | undefined {
  const { existsSync, readFileSync, readdirSync } = process.getBuiltinModule('node:fs');
  const file = process.env['SSL_CERT_FILE'];
  if (file) {
    if (!existsSync(file)) throw new InvalidArgument(`SSL_CERT_FILE names '${file}', which does not exist.`);
    return [readFileSync(file, 'utf8')];
  }
  const directory = process.env['SSL_CERT_DIR'];
  if (!directory) return undefined;
  if (!existsSync(directory))
    throw new InvalidArgument(`SSL_CERT_DIR names '${directory}', which does not exist.`);
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => readFileSync(`${directory}/${entry.name}`, 'utf8'))
    .filter((text) => text.includes('-----BEGIN CERTIFICATE-----'));
}

function toNode(value: PEM | readonly PEM[] | undefined): string | Buffer | (string | Buffer)[] | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value);
  return value.map((item) => (typeof item === 'string' ? item : Buffer.from(item)));
}
