import type * as TernModule from 'ternhttp';
import type { BlackHole, RefusedPort } from '../fixtures/black-hole.ts';
import type { CertificateAuthority } from '../fixtures/certificates.ts';
import type { HTTPServer, HTTPServerOptions } from '../fixtures/http-server.ts';
import type { HTTP2Handler, HTTP2Server, HTTP2ServerOptions } from '../fixtures/http2-server.ts';
import type { Random } from '../fixtures/random.ts';
import type { Replies, ReplyServer } from '../fixtures/reply-server.ts';
import type { Split } from '../fixtures/scripted-peer.ts';
import type { Script, ScriptedServer, ScriptedServerOptions } from '../fixtures/scripted-server.ts';
import type { CommandResult, CommandSetting } from '../src/cli/memory-io.ts';
import type { Client, ClientOptions } from '../src/index.ts';

/** The public module of the library. */
export type Tern = typeof TernModule;

/** What a case can ask of a backend or transport. */
export type BackendCapability =
  /** The request goes out byte for byte as built, and the fields of a response keep case and order. */
  | 'wire-bytes'
  /** Limits, reuse and `client.stats` are ours. */
  | 'pool'
  /** Certificates, authorities, server names and the other TLS options can be set. */
  | 'tls'
  /** What only OpenSSL has: PKCS #12, every list of ciphers, versions before TLS 1.2. */
  | 'openssl'
  /** Unix domain sockets. */
  | 'uds'
  /** The local address and other socket options can be set. */
  | 'socket-options'
  /** Timeouts by phase: connect, write, first byte, read. */
  | 'timeouts'
  /** Trace events. */
  | 'trace'
  /** Interim responses are reported. */
  | 'informational'
  /** Trailer fields of a response are kept. */
  | 'trailers'
  /** `Expect: 100-continue` holds the body back. */
  | 'expect-continue'
  /** 101 and CONNECT give a stream. */
  | 'upgrade'
  /** The command `ternhttp` can be told to use it, by `--backend`. */
  | 'command'
  | 'proxy'
  /** HTTP/2, by ALPN and by prior knowledge. */
  | 'http2';

/** What a case can ask of the machine; the runner finds out. */
export type MachineCapability =
  /** `::1` can be listened on. */
  | 'ipv6'
  /** This version of Node decodes zstd, or the backend does. */
  | 'zstd';

/** What a case can ask for. */
export type Capability = BackendCapability | MachineCapability;

/** What the native engine cannot do, and the options for which a client throws UnsupportedOption, naming them. */
export const NATIVE_LACKS: Readonly<Partial<Record<BackendCapability, readonly string[]>>> = {
  openssl: ['tls.pfx', 'tls.ciphers', 'tls.minVersion', 'tls.maxVersion'],
};

/** What a backend of the library offers. */
export function capabilitiesOf(backend: 'js' | 'native' | 'wasm'): readonly BackendCapability[] {
  if (backend !== 'native') return CLIENT_CAPABILITIES;
  return CLIENT_CAPABILITIES.filter((capability) => !(capability in NATIVE_LACKS));
}

/** What the library offers. */
export const CLIENT_CAPABILITIES: readonly BackendCapability[] = [
  'wire-bytes',
  'pool',
  'tls',
  'openssl',
  'uds',
  'socket-options',
  'timeouts',
  'trace',
  'informational',
  'trailers',
  'expect-continue',
  'upgrade',
  'command',
  'http2',
  'proxy',
];

/** How a `bytes` case cuts what its servers send. */
export type SplitName = 'whole' | 'bytes' | 'random';

/** One provable statement about the library. */
export interface ConformanceCase {
  /** A row id, or one with a suffix: `RD-03`, `RD-03.b`. */
  readonly id: string;
  /** Every row that the case proves; the row of the id is among them. */
  readonly rows: readonly string[];
  readonly title: string;
  /** Against httpx: the same, a fix of the list, or another difference with its reason. */
  readonly verdict: 'same' | `fixed:D${string}` | `differs:${string}`;
  /** The standard that speaks about it, for example `RFC 9110 §15.4.2`. */
  readonly rfc?: string;
  /** `model`: no I/O; `bytes`: scripted bytes, run once for each split; `live`: live peers. */
  readonly layer: 'model' | 'bytes' | 'live';
  /** Without one of these the case does not apply. */
  readonly needs?: readonly Capability[];
  /** Splits of a `bytes` case. Default: all three. Leave some out only where they prove nothing or take too long. */
  readonly splits?: readonly SplitName[];
  readonly run: (t: CaseContext) => Promise<void> | void;
}

/** The part of `node:assert/strict` that cases use. */
export interface Assertions {
  ok(value: unknown, message?: string): void;
  equal(actual: unknown, expected: unknown, message?: string): void;
  notEqual(actual: unknown, expected: unknown, message?: string): void;
  deepEqual(actual: unknown, expected: unknown, message?: string): void;
  notDeepEqual(actual: unknown, expected: unknown, message?: string): void;
  match(text: string, pattern: RegExp, message?: string): void;
  doesNotMatch(text: string, pattern: RegExp, message?: string): void;
  /** `expected`: a class, a pattern for the message, an object with the properties to find, or a predicate. */
  throws(block: () => unknown, expected: object, message?: string): void;
  /** `expected`: a class, a pattern for the message, an object with the properties to find, or a predicate. */
  rejects(
    work: Promise<unknown> | (() => Promise<unknown>),
    expected: object,
    message?: string,
  ): Promise<void>;
  fail(message: string): never;
}

/** What a case works with. Everything that it opens here is closed, and checked, after it. */
export interface CaseContext {
  /** The library under test. Use nothing that is not public. */
  readonly tern: Tern;
  /** Name of the backend or transport under test. */
  readonly backend: string;
  /** `node:assert/strict`, without the type narrowing, which would ask for a type annotation of `t` in every case. */
  readonly assert: Assertions;
  /** How servers of this run of the case cut what they send. */
  readonly split: Split;
  /** A seeded source of its own for each case; the seed is told when the case fails. */
  readonly random: Random;
  /** Aborted when the case has run out of time. */
  readonly signal: AbortSignal;
  /** Certificate authority of this run: `tls: { ca: t.ca.certificate }` trusts it. */
  readonly ca: CertificateAuthority;
  /** Certificate of `ca` for localhost, 127.0.0.1 and ::1, as options of a server. */
  readonly serverTLS: { readonly cert: string; readonly key: string };
  /** Whether the backend and the machine offer this. */
  has(capability: Capability): boolean;
  /** A client on the backend under test. Afterwards it is closed, and its pool must be at rest. */
  client(options?: ClientOptions): Client;
  /** A server that follows a script; what the script throws fails the case. */
  scripted(script: Script): Promise<ScriptedServer>;
  scripted(options: ScriptedServerOptions, script: Script): Promise<ScriptedServer>;
  /** A server that answers with exact bytes. */
  replies(replies: Replies, options?: ScriptedServerOptions): Promise<ReplyServer>;
  /** A live server with routes. */
  httpServer(options?: HTTPServerOptions): Promise<HTTPServer>;
  /** A live server on `node:http2`, which echoes requests as JSON unless a handler is given. */
  http2Server(options?: HTTP2ServerOptions, handler?: HTTP2Handler): Promise<HTTP2Server>;
  /** A place where connecting hangs. */
  blackHole(): Promise<BlackHole>;
  /** A port that refuses connections. */
  refusedPort(): Promise<RefusedPort>;
  /**
   * Runs the command `ternhttp` inside this process; to judge the backend under test give it `--backend`. Unless the
   * setting says otherwise it has no input, no variables, no terminal, and is interrupted when the time of the case
   * is up.
   */
  command(argv: readonly string[], setting?: CommandSetting): Promise<CommandResult>;
  /** A new empty folder, removed afterwards. */
  tempDir(): string;
  /** Runs a function after the case, the last one first. */
  defer(cleanup: () => Promise<void> | void): void;
}
