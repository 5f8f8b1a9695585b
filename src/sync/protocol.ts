import type { MessagePort } from 'node:worker_threads';
import type { DecodeOptions } from '../body/content-coding.ts';
import type { HTTPVersion } from '../message/response-head.ts';
import type { ConnectionInfo } from '../models/connection-info.ts';
import type { RedactOptions } from '../models/redaction.ts';
import type { Timeout } from '../models/timeout.ts';
import type { TimeMarks } from '../models/timings.ts';
import type { HTTPTransportOptions } from '../transport/http-transport.ts';
import type { PortableError } from './portable-error.ts';
import type { PortableProxy } from './portable-proxy.ts';

/*
 * What a thread that blocks and its worker say to each other. The blocked thread sends commands and waits for the reply
 * of one of them; while it waits it serves calls of the worker. A message of the worker is followed by a step of the
 * counter on which the other side sleeps.
 */

/** Places of the shared array. */
export const SLOT = {
  /** Goes up with every message of the worker. */
  messages: 0,
  /** Goes up with every answer to a call for which the worker blocks. */
  answers: 1,
  /** How many commands the blocked thread waits for: 0 when it does not listen. */
  listening: 2,
} as const;

/** What a worker is started with. */
export interface WorkerSetup {
  readonly port: MessagePort;
  readonly shared: Int32Array;
}

/** A transport and where its functions are called. */
interface OpenCommand {
  readonly kind: 'open';
  readonly transport: number;
  readonly options: Omit<HTTPTransportOptions, 'proxy'>;
  readonly proxy: PortableProxy | null | undefined;
  /** As it was when the transport was made. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** `tls.checkServerIdentity` is a function of the blocked thread. */
  readonly checksIdentity: boolean;
  /** `socket.lookup` is one too. */
  readonly looksUp: boolean;
}

interface CloseCommand {
  readonly kind: 'close';
  readonly id: number;
  readonly transport: number;
}

interface StatsCommand {
  readonly kind: 'stats';
  readonly id: number;
  readonly transport: number;
}

export interface SendCommand {
  readonly kind: 'send';
  readonly id: number;
  readonly transport: number;
  readonly method: string;
  readonly url: string;
  readonly fields: readonly string[];
  readonly body: PortableBody | null;
  /** {@link limitsOf} of its timeout. */
  readonly limits: readonly (number | null)[];
  /** On the clock that all threads share, in milliseconds. */
  readonly totalDeadline: number | null;
  readonly delivery: 'stream' | 'whole';
  /** The head is to be replied by itself, although the content is to be whole. */
  readonly isHeadFirst: boolean;
  readonly maxBytes: number;
  /** How often it was sent already, on connections that were dead. */
  readonly repeats: number;
  /** Null for a plain request: names of properties cross with each of them, and take longer than their values. */
  readonly special: SpecialParts | null;
}

/** What most requests do without. */
export interface SpecialParts {
  readonly target: string | undefined;
  readonly sniHostname: string | undefined;
  /** Undefined for the usual mask. */
  readonly redact: RedactOptions | null | undefined;
  readonly proxy: PortableProxy | null | undefined;
  readonly publicOnly: boolean;
  readonly listens: Readonly<Record<Listener, boolean>>;
}

/** The numbers of a timeout, without their names. */
export function limitsOf({ pool, connect, write, firstByte, read, total }: Timeout): (number | null)[] {
  return [pool, connect, write, firstByte, read, total];
}

/** The timeout of {@link limitsOf}. */
export function timeoutOf(limits: readonly (number | null)[]): Timeout {
  const [pool = null, connect = null, write = null, firstByte = null, read = null, total = null] = limits;
  return { pool, connect, write, firstByte, read, total };
}

/** What the caller wants to hear of. */
type Listener = 'download' | 'informational' | 'retry' | 'trace' | 'upload';

export interface PortableBody {
  /** All of it, if it is short. */
  readonly bytes: Uint8Array | null;
  readonly length: number | null;
  readonly replayable: boolean;
  readonly description: string;
}

/** Undoes content codings: of the response to another command, or of octets that the worker asks for. */
export interface DecodeCommand {
  readonly kind: 'decode';
  readonly id: number;
  /** The exchange whose response is to be decoded; null: pull from the blocked thread. */
  readonly from: number | null;
  readonly codings: readonly string[];
  readonly options: Omit<DecodeOptions, 'zstd'>;
  readonly hasZstd: boolean;
}

/** The next piece of a response or of a decoder. */
interface ReadCommand {
  readonly kind: 'read';
  readonly id: number;
  readonly from: number;
}

interface ReadBlobCommand {
  readonly kind: 'blob';
  readonly id: number;
  readonly blob: Blob;
}

/** Gives up an exchange or a decoder. */
interface CancelCommand {
  readonly kind: 'cancel';
  /** 0 if no reply is wanted. */
  readonly id: number;
  readonly from: number;
}

/** Aborts the signal of an exchange. Nothing is replied. */
interface AbortCommand {
  readonly kind: 'abort';
  readonly from: number;
  readonly isTimeout: boolean;
}

/** The answer to a call of the worker. */
export interface AnswerCommand {
  readonly kind: 'answer';
  readonly call: number;
  readonly value: unknown;
  /** The function threw; why is up to the blocked thread, which tells its caller. */
  readonly hasFailed: boolean;
  readonly error: PortableError | null;
}

export type Command =
  | AbortCommand
  | AnswerCommand
  | CancelCommand
  | CloseCommand
  | DecodeCommand
  | OpenCommand
  | ReadBlobCommand
  | ReadCommand
  | SendCommand
  | StatsCommand
  | { readonly kind: 'ping' };

/** The head of a response, and its content too if it was to be whole. */
export interface HeadReply {
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: HTTPVersion;
  readonly fields: readonly string[];
  readonly connection: ConnectionInfo | null;
  readonly marks: TimeMarks | null;
  readonly bytesReceived: number;
  /** Null if it is to be read. */
  readonly body: Uint8Array | null;
  /** Why the content could not be had. */
  readonly bodyError: PortableError | null;
  readonly trailers: readonly string[] | null;
  /** The number by which the blocked thread may use the connection itself; null if it may not. */
  readonly loan: number | null;
}

/** A piece of content; null if there is none. */
export interface PieceReply {
  readonly piece: Uint8Array | null;
  /** Nothing comes behind it. */
  readonly isLast: boolean;
  readonly bytesReceived: number;
  /** With the end. */
  readonly trailers: readonly string[] | null;
  readonly marks: TimeMarks | null;
}

export type Reply =
  | { readonly kind: 'reply'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly error: PortableError };

/** A function of the blocked thread that the worker has called. */
export interface Call {
  readonly kind: 'call';
  /** The exchange or decoder, or for `checkServerIdentity` the transport. */
  readonly from: number;
  readonly name: ServiceName;
  readonly values: readonly unknown[];
  /** Under which number an answer is awaited; null if none is. */
  readonly call: number | null;
  /** The worker blocks until the answer is there. */
  readonly isBlocking: boolean;
}

/** Credentials for a proxy that a flow of the blocked thread makes. */
export interface PortableAuth {
  readonly key: number;
  readonly needsRequestBody: boolean;
  readonly needsResponseBody: boolean;
}

/** A request that a proxy is to get, with which a flow begins. */
export interface FlowStart {
  /** That of the {@link PortableAuth}. */
  readonly key: number;
  /** Scheme, host and port of the proxy. */
  readonly proxy: string;
  readonly method: string;
  readonly url: string;
  readonly fields: readonly string[];
  readonly target: string;
  readonly body: Uint8Array | null;
  /** The exchange whose body it is, if that has not been read. */
  readonly bodyOf: number | null;
  readonly redact: RedactOptions | null;
}

/** What the proxy answered, for the flow. */
export interface FlowResponse {
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: HTTPVersion;
  readonly fields: readonly string[];
  /** Null if the flow does not look at the content. */
  readonly bytes: Uint8Array | null;
}

/** What a flow wants. */
export interface FlowReply {
  /** Those of the request to be sent; null if the last response is the result. */
  readonly fields: readonly string[] | null;
  readonly thrown: Thrown | null;
}

/** An error of the program, which stays in the blocked thread. */
export interface Thrown {
  readonly key: number;
  readonly message: string;
  /** It is of a class of the library. */
  readonly isOurs: boolean;
}

/** What the blocked thread does for its worker. */
export type ServiceName =
  | 'authEnd'
  | 'authStep'
  | 'checkServerIdentity'
  | 'download'
  | 'informational'
  | 'lookup'
  | 'pull'
  | 'release'
  | 'retry'
  | 'trace'
  | 'upload'
  | 'zstd';

/** The worker cannot go on. */
interface Crash {
  readonly kind: 'crash';
  readonly error: PortableError;
}

export type WorkerMessage = Call | Crash | Reply;

/** Milliseconds on the clock that all threads of a process share. */
export function sharedNow(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}
