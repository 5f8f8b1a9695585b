import type { SecureContext } from 'node:tls';
import { InvalidArgument } from '../../errors/invalid-argument.ts';
import type { PEM, TLSOptions } from '../../models/tls-options.ts';

/** What is shared by all connections that are made with one set of options. */
export interface TLSContext {
  readonly secureContext: SecureContext;
  /** Sessions to resume, by route. Never shared between sets of options: resuming skips the check of the certificate. */
  readonly sessions: Map<string, Buffer>;
  /** Appends the secrets of a connection to the file that `SSLKEYLOGFILE` names, for packet analysers. */
  readonly keyLog: ((line: Buffer) => void) | null;
}

const MAX_SESSIONS = 256;
const KEY_LOG_MODE = 0o600;
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
  const secureContext = createSecureContextOf(options, trustEnv);
  return { secureContext, sessions: new Map(), keyLog: trustEnv ? keyLogFromEnvironment() : null };
}

/** @throws InvalidArgument if the options cannot be used */
export function createSecureContextOf(options: TLSOptions, trustEnv: boolean): SecureContext {
  const { ca = trustEnv ? authoritiesFromEnvironment() : undefined } = options;
  const { cert, key, passphrase, pfx, minVersion, maxVersion, ciphers } = options;
  const given = {
    ca: toNode(ca),
    cert: Array.isArray(cert) ? toChain(cert) : toNode(cert),
    key: toNode(key),
    passphrase,
    pfx: toNode(pfx),
    minVersion,
    maxVersion,
    ciphers,
  };
  const { createSecureContext } = process.getBuiltinModule('node:tls');
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return attempt("The 'tls' options cannot be used", () => createSecureContext(present));
}

/** The certificates that OpenSSL's own variables name: a file first, else every file of a directory. */
export function authoritiesFromEnvironment(): string[] | undefined {
  const { readFileSync, readdirSync } = process.getBuiltinModule('node:fs');
  const file = process.env['SSL_CERT_FILE'];
  if (file) return [attempt('SSL_CERT_FILE cannot be used', () => readFileSync(file, 'utf8'))];
  const directory = process.env['SSL_CERT_DIR'];
  if (!directory) return undefined;
  return attempt('SSL_CERT_DIR cannot be used', () =>
    readdirSync(directory, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => readFileSync(`${directory}/${entry.name}`, 'utf8'))
      .filter((text) => text.includes('-----BEGIN CERTIFICATE-----')),
  );
}

function keyLogFromEnvironment(): ((line: Buffer) => void) | null {
  const file = keyLogFile();
  if (file === null) return null;
  const { appendFileSync } = process.getBuiltinModule('node:fs');
  return (line) => appendFileSync(file, line, { mode: KEY_LOG_MODE });
}

/** The file that SSLKEYLOGFILE names, which exists then, for its owner only. */
export function keyLogFile(): string | null {
  const file = process.env['SSLKEYLOGFILE'];
  if (!file) return null;
  const { appendFileSync } = process.getBuiltinModule('node:fs');
  attempt('SSLKEYLOGFILE cannot be used', () => appendFileSync(file, '', { mode: KEY_LOG_MODE }));
  return file;
}

/** @throws InvalidArgument that begins with `what` if the work fails */
export function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw new InvalidArgument(`${what}: ${(cause as Error).message}.`, { cause });
  }
}

/** Node takes a list for the certificates of several keys; here it is one chain. */
export function toChain(certificates: readonly PEM[]): string {
  return certificates
    .map((item) => (typeof item === 'string' ? item : Buffer.from(item).toString()))
    .join('\n');
}

function toNode(value: PEM | readonly PEM[] | undefined): string | Buffer | (string | Buffer)[] | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value);
  return value.map((item) => (typeof item === 'string' ? item : Buffer.from(item)));
}
