import { contentCodings } from '../body/content-coding.ts';
import { type ContentInit, encodeContent } from '../body/content.ts';
import type { RequestBody } from '../body/request-body.ts';
import { Headers, type HeadersInit } from '../models/headers.ts';
import type { Request } from './request.ts';
import {
  checkResponseInit,
  handmadeContext,
  type HTTPVersion,
  type ResponseContext,
} from './response-head.ts';
import type { Response } from './response.ts';

/** What a streamed response made by hand consists of. */
export interface StreamResponseInit {
  readonly headers?: HeadersInit;
  readonly statusText?: string;
  readonly httpVersion?: HTTPVersion;
  readonly request?: Request;
  /** Octets of the wire: with the content codings that the headers name still applied. */
  readonly body?: ContentInit | null;
  readonly trailers?: HeadersInit;
}

/** An init that has been checked. */
export interface StreamParts {
  readonly context: ResponseContext;
  readonly content: RequestBody | null;
  readonly trailers: readonly string[];
}

const INIT = ['body', 'headers', 'httpVersion', 'request', 'statusText', 'trailers'];

/** @throws InvalidArgument for an init that makes no response */
export function streamParts(name: string, status: number, init: StreamResponseInit): StreamParts {
  checkResponseInit(init, INIT, `new ${name}()`);
  const trailers = new Headers(init.trailers).wire;
  const headers = new Headers(init.headers);
  const context = handmadeContext(status, init, headers);
  return { context, content: init.body == null ? null : encodeContent(init.body), trailers };
}

/** The context of a read response when it answers a request in the form that transports give. */
export function answerContext(response: Response, request: Request): ResponseContext {
  // The same answer may be given many times; what the client adds must not run together.
  const headers = new Headers(response.headers);
  return { ...response.context, headers, request, history: [], makeNextRequest: null };
}

const NO_CODINGS: readonly string[] = [];

/** The content codings that are still applied to the content of a response. */
export function codingsOf({ headers, isDecoded }: ResponseContext): readonly string[] {
  const value = isDecoded ? null : headers.get('content-encoding');
  return value === null ? NO_CODINGS : contentCodings(value);
}
