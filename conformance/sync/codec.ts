import { inspect } from 'node:util';
import type { Codec } from './endpoint.ts';
import type { Request as TernRequest, Response as TernResponse } from '../../src/index.ts';
import { Headers } from '../../src/models/headers.ts';
import { QueryParams } from '../../src/models/query-params.ts';
import { REDACTED, Redaction } from '../../src/models/redaction.ts';
import { parseURL } from '../../src/models/url.ts';
import { Request } from '../../src/message/request.ts';
import { newContext, type ResponseContext, type ResponseHead } from '../../src/message/response-head.ts';
import { Response } from '../../src/message/response.ts';
import type { RequestBody } from '../../src/body/request-body.ts';
import * as tern from '../../src/index.ts';

/** A value that does not cross by itself, with its kind under `$`. */
interface Tagged {
  readonly $: string;
  readonly id: number;
  readonly [name: string]: unknown;
}

/** What a side does for the kinds of values that the two sides have in different forms. */
export interface CodecSide {
  /** The kind of an object of this side that stays where it is, with what the other side has to know of it. */
  kindOf(value: object): { readonly kind: string; readonly info?: unknown } | null;
  /** What stands here for an object of the other side. */
  standIn(kind: string, id: number, info: unknown): unknown;
}

/**
 * How values of the library cross between two threads. An object keeps its identity: what comes back is the object
 * that was sent, and what is sent twice is the same stand-in twice.
 */
export class ValueCodec implements Codec {
  readonly #side: CodecSide;
  #own = new Map<number, unknown>();
  #ids = new WeakMap<object, number>();
  #foreign = new WeakMap<object, number>();
  #standIns = new Map<number, unknown>();
  #lastId = 0;
  /** Responses that have been told already with the one at hand: each knows all those before it. */
  #passed: Set<object> | null = null;
  /** The objects within which the one at hand is. */
  readonly #around = new Set<object>();

  constructor(side: CodecSide) {
    this.#side = side;
  }

  /** The object of this side with a number that the other side was told. */
  own(id: number): unknown {
    return this.#own.get(id);
  }

  /** What stands here for an object of the other side with this number. */
  standInOf(id: number): unknown {
    return this.#standIns.get(id);
  }

  /** The number of an object of this side that the other side was told. */
  idOf(value: object): number | undefined {
    return this.#ids.get(value);
  }

  /** Forgets all objects. */
  reset(): void {
    this.#own = new Map();
    this.#ids = new WeakMap();
    this.#foreign = new WeakMap();
    this.#standIns = new Map();
  }

  encode(value: unknown): unknown {
    if (typeof value === 'symbol') return { $: 'symbol', id: 0, text: value.description };
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return value;
    const foreign = this.#foreign.get(value);
    if (foreign !== undefined) {
      // What the client calls secret holds for the request wherever it is.
      return value instanceof Request
        ? { $: 'back', id: foreign, redact: value.redaction.options }
        : { $: 'back', id: foreign };
    }
    if (typeof value === 'function') return this.#tag(value, 'function', {});
    const special = this.#side.kindOf(value);
    if (special !== null) return this.#tag(value, special.kind, { info: this.encode(special.info) });
    if (value instanceof Error) return this.#tag(value, 'error', this.#errorParts(value));
    if (value instanceof Request) return this.#tag(value, 'request', this.#requestParts(value));
    if (value instanceof Response && this.#passed?.has(value) === true)
      return { $: 'passed', id: this.#ids.get(value) };
    if (value instanceof Response) return this.#tag(value, 'response', this.#responseParts(value));
    if (value instanceof URL) return { $: 'url', id: 0, href: value.href };
    if (value instanceof URLSearchParams) return { $: 'search', id: 0, text: value.toString() };
    if (value instanceof Headers)
      return { $: 'headers', id: 0, wire: [...value.wire], secret: secretNames(value) };
    if (value instanceof QueryParams) return { $: 'params', id: 0, pairs: [...value] };
    if (value instanceof FormData) return { $: 'form', id: 0, entries: [...value].map(formEntry) };
    if (value instanceof Blob || ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value;
    if (value instanceof Date || value instanceof RegExp) return value;
    if (Array.isArray(value)) return value.map((item: unknown) => this.encode(item));
    if (isBody(value)) return this.#tag(value, 'body', bodyParts(value));
    if (Symbol.asyncIterator in value || Symbol.iterator in value || isItsOwnIterator(value)) {
      const isOwn = isItsOwnIterator(value);
      return this.#tag(value, 'iterable', { isOwn });
    }
    // Certificates name those who issued them, themselves at last.
    if (this.#around.has(value)) return undefined;
    this.#around.add(value);
    try {
      return this.#plain(value);
    } finally {
      this.#around.delete(value);
    }
  }

  decode(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item: unknown) => this.decode(item));
    // Octets, blobs, dates, and what has been decoded before.
    if (Object.getPrototypeOf(value) !== Object.prototype) return value;
    if (!('$' in value)) {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.decode(item)]));
    }
    const tagged = value as Tagged;
    switch (tagged.$) {
      case 'back': {
        const own = this.#own.get(tagged.id);
        if (own instanceof Request && 'redact' in tagged)
          own.maskWith(new Redaction(tagged['redact'] as object));
        return own;
      }
      case 'passed':
        return this.#standIns.get(tagged.id);
      case 'symbol':
        return Symbol(tagged['text'] as string | undefined);
      case 'url':
        return new URL(String(tagged['href']));
      case 'search':
        return new URLSearchParams(String(tagged['text']));
      case 'headers':
        return headersOf(tagged['wire'] as string[], tagged['secret'] as string[]);
      case 'params':
        return new QueryParams(tagged['pairs'] as [string, string][]);
      case 'form':
        return formOf(tagged['entries'] as FormEntry[]);
      default:
        return this.#standIn(tagged);
    }
  }

  #standIn(tagged: Tagged): unknown {
    const known = this.#standIns.get(tagged.id);
    if (known instanceof Response) {
      // Functions of the case may have changed its fields meanwhile.
      const { fields } = tagged['context'] as EncodedContext;
      for (const name of new Set(known.headers.keys())) known.headers.delete(name);
      for (let i = 0; i < fields.length; i += 2) known.headers.append(fields[i]!, fields[i + 1]!);
    }
    if (known !== undefined) return known;
    const made = this.#make(tagged);
    this.#standIns.set(tagged.id, made);
    if ((typeof made === 'object' && made !== null) || typeof made === 'function')
      this.#foreign.set(made, tagged.id);
    return made;
  }

  #make(tagged: Tagged): unknown {
    switch (tagged.$) {
      case 'error':
        return this.#errorOf(tagged);
      case 'request':
        return this.#requestOf(tagged);
      case 'response':
        return this.#responseOf(tagged);
      case 'function':
      case 'body':
      case 'iterable':
        return this.#side.standIn(tagged.$, tagged.id, tagged);
      default:
        return this.#side.standIn(tagged.$, tagged.id, this.decode(tagged['info']));
    }
  }

  #tag(value: object, kind: string, parts: object): Tagged {
    let id = this.#ids.get(value);
    if (id === undefined) {
      id = ++this.#lastId;
      this.#ids.set(value, id);
      this.#own.set(id, value);
    }
    return { ...parts, $: kind, id };
  }

  #plain(value: object): Record<string, unknown> {
    const entries = Object.entries(value) as [string, unknown][];
    // Loggers and transports may be instances of classes.
    for (const name of ['info', 'debug', 'flow', 'needsRequestBody', 'needsResponseBody']) {
      if (name in value && !Object.hasOwn(value, name))
        entries.push([name, (value as Record<string, unknown>)[name]]);
    }
    return Object.fromEntries(entries.map(([name, item]) => [name, this.encode(bound(item, value))]));
  }

  // Requests and responses

  #requestParts(request: TernRequest): object {
    const { method, parsedURL, fields, payload, extensions, redaction } = request;
    return {
      method,
      href: parsedURL.href,
      fields: [...fields],
      payload: this.encode(payload?.bytes ?? payload),
      extensions: this.encode(extensions),
      redact: redaction.options,
    };
  }

  #requestOf({ method, href, fields, payload, extensions, redact }: Tagged): TernRequest {
    const body = this.decode(payload);
    return new Request(String(method), '', null, {
      url: parseURL(String(href)),
      fields: fields as string[],
      body: body instanceof Uint8Array ? bytesBodyOf(body) : (body as RequestBody | null),
      extensions: this.decode(extensions) as object,
      redaction: new Redaction(redact as object | null),
    });
  }

  #responseParts(response: TernResponse): object {
    return {
      bytes: new Uint8Array(response.bytes),
      bytesReceived: response.bytesReceived,
      trailers: [...response.trailers.wire],
      context: this.context(response),
    };
  }

  #responseOf({ bytes, bytesReceived, trailers, context }: Tagged): TernResponse {
    const known = this.contextOf(context as EncodedContext);
    const response = new Response(known.status, null, {
      context: known,
      bytes: bytes as Uint8Array,
      bytesReceived: Number(bytesReceived),
      trailers: trailers as string[],
    });
    known.isDecoded = (context as EncodedContext).isDecoded;
    return response;
  }

  /** What is known about a response besides its content. */
  context(response: ResponseHead): EncodedContext {
    const { context } = response;
    let next: unknown = null;
    let nextError: unknown = null;
    try {
      next = context.makeNextRequest === null ? null : this.encode(response.nextRequest);
    } catch (error) {
      nextError = this.encode(error);
    }
    return {
      status: context.status,
      statusText: context.statusText,
      httpVersion: context.httpVersion,
      fields: [...context.headers.wire],
      request: this.encode(context.request),
      connection: context.connection,
      marks: context.marks,
      history: this.#history(context.history),
      encoding: context.encoding,
      decode: this.encode(context.decode),
      defaultEncoding: this.encode(context.defaultEncoding),
      isDecoded: context.isDecoded,
      retries: this.encode(context.retries),
      next,
      nextError,
    };
  }

  #history(history: readonly TernResponse[]): unknown[] {
    const outer = this.#passed;
    this.#passed ??= new Set();
    try {
      return history.map((earlier) => {
        const encoded = this.encode(earlier);
        this.#passed!.add(earlier);
        return encoded;
      });
    } finally {
      this.#passed = outer;
    }
  }

  contextOf(encoded: EncodedContext): ResponseContext {
    const { status, statusText, httpVersion, fields } = encoded;
    const request = this.decode(encoded.request) as TernRequest | null;
    const headers = Headers.fromWire(fields, false, request?.redaction);
    const context = newContext(status, statusText, httpVersion, headers);
    context.request = request;
    context.connection = encoded.connection;
    context.marks = encoded.marks;
    context.history = encoded.history.map((earlier) => this.decode(earlier) as TernResponse);
    context.encoding = encoded.encoding;
    context.decode = this.decode(encoded.decode) as ResponseContext['decode'];
    context.defaultEncoding = this.decode(encoded.defaultEncoding) as ResponseContext['defaultEncoding'];
    context.isDecoded = encoded.isDecoded;
    context.retries = this.decode(encoded.retries) as ResponseContext['retries'];
    if (encoded.next !== null || encoded.nextError !== null) {
      context.makeNextRequest = () => {
        if (encoded.nextError !== null) throw this.decode(encoded.nextError);
        return this.decode(encoded.next) as TernRequest;
      };
    }
    return context;
  }

  // Errors

  #errorParts(error: Error): object {
    const hidden = ['request', 'response', 'reason', 'cause', 'errors', 'status', 'retries'] as const;
    const more = error as Error & Record<string, unknown>;
    const names = new Set([...Object.keys(error), ...hidden.filter((name) => more[name] !== undefined)]);
    return {
      name: error.name,
      message: error.message,
      stack: error.stack,
      fields: Object.fromEntries([...names].map((name) => [name, this.encode(more[name])])),
      enumerable: Object.keys(error),
    };
  }

  #errorOf({ name, message, stack, fields, enumerable }: Tagged): unknown {
    const classes = {
      ...globalThis,
      ...tern,
      Error,
      AggregateError,
      TypeError,
      RangeError,
      SyntaxError,
    } as unknown as Record<string, { prototype: object } | undefined>;
    const known = classes[String(name)];
    const error = new Error(String(message));
    if (known !== undefined) Object.setPrototypeOf(error, known.prototype);
    if (error.name !== name) Object.defineProperty(error, 'name', { value: name, configurable: true });
    Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
    for (const [field, value] of Object.entries(fields as object)) {
      Object.defineProperty(error, field, {
        value: this.decode(value),
        enumerable: (enumerable as string[]).includes(field),
        configurable: true,
        writable: true,
      });
    }
    return error;
  }
}

/** {@link ResponseContext} as it crosses. */
export interface EncodedContext {
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: ResponseContext['httpVersion'];
  readonly fields: readonly string[];
  readonly request: unknown;
  readonly connection: ResponseContext['connection'];
  readonly marks: ResponseContext['marks'];
  readonly history: readonly unknown[];
  readonly encoding: string | null;
  readonly decode: unknown;
  readonly defaultEncoding: unknown;
  readonly isDecoded: boolean;
  readonly retries: unknown;
  readonly next: unknown;
  readonly nextError: unknown;
}

type FormEntry = readonly [name: string, value: Blob | string, filename: string | null];

function formEntry([name, value]: [string, File | string]): FormEntry {
  return typeof value === 'string'
    ? [name, value, null]
    : [name, new Blob([value], { type: value.type }), value.name];
}

function formOf(entries: readonly FormEntry[]): FormData {
  const form = new FormData();
  for (const [name, value, filename] of entries) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value, filename ?? undefined);
  }
  return form;
}

function bytesBodyOf(bytes: Uint8Array): RequestBody {
  return new Request('POST', 'http://a.test/', { content: bytes }).payload!;
}

function isBody(value: object): value is RequestBody {
  return 'replayable' in value && 'description' in value && 'open' in value;
}

function bodyParts({ length, replayable, description }: RequestBody): object {
  return { length, replayable, description };
}

function isItsOwnIterator(value: object): boolean {
  return 'next' in value && typeof value.next === 'function';
}

/** A method that is called without its object. */
function bound(item: unknown, owner: object): unknown {
  return typeof item === 'function' ? (item as (...values: unknown[]) => unknown).bind(owner) : item;
}

/** The names of the fields that are not shown, which is all that can be seen of a mask. */
function secretNames(headers: Headers): string[] {
  const names = [...new Set(headers.keys())];
  return names.filter((name) => {
    const alone = new Headers(headers);
    for (const other of names) if (other !== name) alone.delete(other);
    return inspect(alone).includes(REDACTED);
  });
}

function headersOf(wire: readonly string[], secret: readonly string[]): Headers {
  return Headers.fromWire(wire, false, new Redaction({ headers: secret }));
}
