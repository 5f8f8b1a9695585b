import { decodeText, resolveCharset } from '../body/charset.ts';
import { encodeBody, type ExclusiveBody } from '../body/encode-body.ts';
import { parseJSON, type Reviver } from '../body/parse-json.ts';
import { octetsOf } from '../body/zlib.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { Headers, type HeadersInit } from '../models/headers.ts';
import type { Request } from './request.ts';
import {
  checkResponseInit,
  handmadeContext,
  type HTTPVersion,
  type ResponseContext,
  ResponseHead,
} from './response-head.ts';
import { checkFetchStatus, hasNullBody, toFetchResponse } from './to-fetch.ts';

/** What a response made by hand consists of; one way to give the content at most. */
export interface ResponseInit {
  readonly headers?: HeadersInit;
  readonly statusText?: string;
  readonly httpVersion?: HTTPVersion;
  readonly request?: Request;
  /** Octets, or text in UTF-8 without a Content-Type. */
  readonly content?: string | Uint8Array | null;
  /** Text with the type `text/plain; charset=utf-8`. */
  readonly text?: string;
  /** Text with the type `text/html; charset=utf-8`. */
  readonly html?: string;
  /** A value as JSON. `null` is no content, as everywhere; give the JSON text `null` as content. */
  readonly json?: unknown;
  /** Trailer fields. */
  readonly trailers?: HeadersInit;
}

/**
 * A response whose content has been received in full. Everything can be read at once and as often as wanted.
 *
 * Clients return it; tests and handlers make it.
 *
 * @example
 * ```ts
 * import { Response } from 'ternhttp';
 *
 * const response = new Response(200, { json: { name: 'tern' } });
 * console.log(response.text); // '{"name":"tern"}'
 * console.log(response.json()); // { name: 'tern' }
 * ```
 */
export class Response extends ResponseHead {
  /** The content with all content codings undone. */
  readonly bytes: Uint8Array;
  /** Octets of the body on the wire, before content codings were undone. */
  readonly bytesReceived: number;
  /** Fields that came after the body (RFC 9110 §6.5). */
  readonly trailers: Headers;
  #text: string | null = null;
  #defaultEncoding: string | null = null;

  /** @throws InvalidArgument for an init that makes no response */
  constructor(
    status: number,
    init?: ResponseInit | null,
    received?: {
      context: ResponseContext;
      bytes: Uint8Array;
      bytesReceived: number;
      trailers: readonly string[] | null;
    },
  ) {
    if (received !== undefined) {
      super(received.context);
      received.context.isDecoded = true;
      this.bytes = ownBytes(received.bytes);
      this.bytesReceived = received.bytesReceived;
      this.trailers = Headers.fromWire(received.trailers ?? [], false, received.context.request?.redaction);
      return;
    }
    const { bytes, context } = assemble(status, init ?? {});
    super(context);
    this.bytes = bytes;
    this.bytesReceived = bytes.length;
    this.trailers = new Headers(init?.trailers);
  }

  /** The content as text, in {@link encoding}; what that charset cannot read becomes U+FFFD. */
  get text(): string {
    return (this.#text ??= decodeText(this.bytes, this.encoding));
  }

  get encoding(): string {
    return this.declaredEncoding ?? (this.#defaultEncoding ??= this.#resolveDefault());
  }

  /** Must be set before text is read. */
  set encoding(label: string) {
    this.setEncoding(label, this.#text !== null);
  }

  /**
   * The content parsed as JSON, in UTF-8, UTF-16 or UTF-32, whatever its Content-Type says.
   *
   * @throws DecodingError (`ERR_INVALID_JSON`) if it is not JSON
   */
  json<T = unknown>(reviver?: Reviver): T {
    return parseJSON(this.bytes, reviver, this.fail) as T;
  }

  /** A copy of the content. */
  arrayBuffer(): ArrayBuffer {
    return new Uint8Array(this.bytes).buffer;
  }

  blob(): Blob {
    return new Blob([this.bytes], {
      type: this.headers.get('content-type') ?? '',
    });
  }

  /** The fields of a `multipart/form-data` or urlencoded content. */
  formData(): Promise<FormData> {
    return this.toFetch().formData();
  }

  /**
   * The response as one of the platform.
   *
   * @throws InvalidArgument for a status outside 200–599, which the platform's Response does not take
   */
  toFetch(): globalThis.Response {
    checkFetchStatus(this.status);
    return toFetchResponse(this, hasNullBody(this.status) ? null : this.bytes);
  }

  toString(): string {
    return this.describe('Response');
  }

  #resolveDefault(): string {
    const { defaultEncoding } = this.context;
    const label = typeof defaultEncoding === 'string' ? defaultEncoding : defaultEncoding(this.bytes);
    return resolveCharset(label) ?? 'utf-8';
  }
}

/** Octets in memory of their own if they would else keep a much larger block alive, and never as a `Buffer`. */
function ownBytes(bytes: Uint8Array): Uint8Array {
  if (!(bytes instanceof Buffer)) return bytes;
  return bytes.length * 2 <= bytes.buffer.byteLength ? new Uint8Array(bytes) : octetsOf(bytes);
}

const INIT = [
  'content',
  'headers',
  'html',
  'httpVersion',
  'json',
  'request',
  'statusText',
  'text',
  'trailers',
];

function assemble(status: number, init: ResponseInit): { bytes: Uint8Array; context: ResponseContext } {
  checkResponseInit(init, INIT, 'new Response()');
  const headers = new Headers(init.headers);
  const { bytes, contentType } = contentOf(init);
  if (bytes !== null && !headers.has('content-length') && !headers.has('transfer-encoding')) {
    headers.append('Content-Length', String(bytes.length));
  }
  if (contentType !== null && !headers.has('content-type')) headers.append('Content-Type', contentType);
  return { bytes: bytes ?? new Uint8Array(0), context: handmadeContext(status, init, headers) };
}

function contentOf({ content, text, html, json }: ResponseInit): {
  bytes: Uint8Array | null;
  contentType: string | null;
} {
  const given = [content, text, html, json].filter((value) => value !== undefined && value !== null);
  if (given.length > 1)
    throw new InvalidArgument("Give one of 'content', 'text', 'html' and 'json', not several.");
  const body: ExclusiveBody = json === undefined ? { content: content ?? text ?? html } : { json };
  const encoded = encodeBody(body, null);
  if (encoded.body !== null && encoded.body.bytes === null) {
    throw new InvalidArgument(
      "The content of a Response must be text or bytes; use 'new StreamResponse()' for a stream.",
    );
  }
  const textType = text === undefined ? (html === undefined ? null : 'text/html') : 'text/plain';
  return {
    bytes: encoded.body?.bytes ?? null,
    contentType: textType === null ? encoded.contentType : `${textType}; charset=utf-8`,
  };
}
