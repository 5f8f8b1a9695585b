import { type Auth, openFlow } from '../auth/auth.ts';
import { basicCredentials } from '../auth/basic-auth.ts';
import { addCallerStack } from '../errors/caller-stack.ts';
import { describeValue } from '../body/describe-value.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { TooManyRedirects } from '../errors/too-many-redirects.ts';
import { Request, type RequestExtensions } from '../message/request.ts';
import type { Response } from '../message/response.ts';
import type { StreamResponse } from '../message/stream-response.ts';
import type { BaseURL } from '../models/base-url.ts';
import type { CookieJar } from '../models/cookie-jar.ts';
import { resolveTimeout, NO_TIMEOUT, type Timeout } from '../models/timeout.ts';
import { HTTPTransport } from '../transport/http-transport.ts';
import type { Mounts } from '../transport/mounts.ts';
import type { Transport, TransportContext } from '../transport/transport.ts';
import { bounded, carryBounded, checkBounds } from './bounded.ts';
import type { ClientConfig, SendConfig } from './config.ts';
import { carryWithConnectRetries } from './connect-retries.ts';
import { type Next, throughLayer } from './middleware.ts';
import { joinSignals } from './join-signals.ts';
import { redirectRequest } from './redirect.ts';
import { type RedirectPolicy, UNFOLLOWED } from './redirect-policy.ts';
import { resumable, withoutCoding } from './resumable.ts';
import { sendWithRetries } from './retry-loop.ts';
import { allowSharing } from './shared-signal.ts';
import { createTracer } from './tracing.ts';

/** Octets of content that a response may have which is not the answer: a redirect that is followed, an auth round. */
const MAX_PASSING = 16 * 1024 * 1024;

/** One call of a client on its way: what its hops and auth rounds have in common. */
interface Journey {
  readonly config: SendConfig;
  readonly context: TransportContext;
  /** Those of the first request, for which the context was made. */
  readonly extensions: RequestExtensions;
  readonly cookies: CookieJar;
  readonly history: Response[];
  /** The response that is being looked at by hooks and flow, to be let go if they take too long. */
  held: StreamResponse | null;
}

/** Takes a request through auth, redirects, hooks and middleware to a transport, and its response back. */
export class Sender {
  readonly #config: ClientConfig;
  readonly #transport: Transport;
  readonly #mounts: Mounts;
  readonly #keepsCookies: boolean;
  /** Functions of the program have a part in every request. */
  readonly #hasGuests: boolean;

  constructor(config: ClientConfig, transport: Transport, mounts: Mounts, keepsCookies: boolean) {
    this.#config = config;
    this.#transport = transport;
    this.#mounts = mounts;
    this.#keepsCookies = keepsCookies;
    const { hooks, middleware } = config;
    const kinds = [middleware, hooks.request, hooks.response, hooks.redirect, hooks.retry];
    this.#hasGuests = kinds.some((guests) => guests.length > 0);
  }

  async send(
    request: Request,
    config: SendConfig,
    delivery: 'stream' | 'whole',
    cookies: CookieJar,
    base: BaseURL | null,
  ): Promise<StreamResponse> {
    const { signal, sharedSignal } = config;
    if (signal === null || sharedSignal === null)
      return this.#sendWith(signal && allowSharing(signal), request, config, delivery, cookies, base);
    const joined = joinSignals(allowSharing(signal), allowSharing(sharedSignal));
    try {
      const response = await this.#sendWith(joined.signal, request, config, delivery, cookies, base);
      response.onceClosed(joined.release);
      return response;
    } catch (error) {
      joined.release();
      throw error;
    }
  }

  async #sendWith(
    signal: AbortSignal | null,
    request: Request,
    config: SendConfig,
    delivery: 'stream' | 'whole',
    cookies: CookieJar,
    base: BaseURL | null,
  ): Promise<StreamResponse> {
    const context = this.#context(request, config, delivery, signal);
    const { extensions } = request;
    const journey: Journey = { config, context, extensions, cookies, history: [], held: null };
    const { tracer } = context;
    this.#config.metrics?.called();
    if (tracer === null) return this.#run(request, journey, base);
    const { method, redactedURL: url } = request;
    tracer.emit('client.request.started', { method, url });
    try {
      const response = await this.#run(request, journey, base);
      tracer.emit('client.request.complete', {
        method,
        url,
        status: response.status,
        hops: response.history.length + 1,
      });
      return response;
    } catch (error) {
      tracer.emit('client.request.failed', { method, url, error });
      throw error;
    }
  }

  /** The error to throw for a call that failed: with the line of the caller in its stack, and seen by the hooks. */
  async failed(error: unknown, request: Request | null): Promise<unknown> {
    addCallerStack(error);
    this.#config.metrics?.failed(error);
    let result = error;
    for (const hook of this.#config.hooks.error) {
      try {
        result = (await hook(result)) ?? result;
      } catch (thrown) {
        result = thrown;
      }
    }
    if (request instanceof Request) letGo(request, error);
    return result;
  }

  #context(
    request: Request,
    config: SendConfig,
    delivery: 'stream' | 'whole',
    signal: AbortSignal | null,
  ): TransportContext {
    const { redaction, logger, trace, hooks, decode, metrics } = this.#config;
    const { extensions } = request;
    const timeout = timeoutOf(extensions, config);
    return {
      timeout,
      totalDeadline: timeout.total === null ? null : performance.now() + timeout.total,
      signal,
      tracer: createTracer(redaction, logger, trace, extensions.trace),
      delivery,
      maxBytes: decode.maxBytes,
      onInformational: config.onInformational,
      onUploadProgress:
        metrics === null ? config.onUploadProgress : metrics.counting(config.onUploadProgress),
      onDownloadProgress: config.onDownloadProgress,
      proxy: config.proxy,
      onRetry:
        hooks.retry.length === 0 && metrics === null
          ? null
          : async (event) => {
              metrics?.retried(event);
              for (const hook of hooks.retry) await hook(event);
            },
    };
  }

  /** The context for one hop: hooks and middleware may have given its request limits or a trace of its own. */
  #contextFor({ extensions }: Request, { context, config, extensions: first }: Journey): TransportContext {
    if (extensions === first || (extensions.timeout === first.timeout && extensions.trace === first.trace))
      return context;
    const { redaction, logger, trace } = this.#config;
    const { tracer } = context;
    return {
      ...context,
      timeout: { ...timeoutOf(extensions, config), total: context.timeout.total },
      tracer:
        extensions.trace === first.trace
          ? tracer
          : createTracer(redaction, logger, trace, extensions.trace, tracer?.requestId),
    };
  }

  #run(request: Request, journey: Journey, base: BaseURL | null): Promise<StreamResponse> {
    const { config, context } = journey;
    const answer = this.#authenticated(request, journey, base);
    // The built-in transport watches the limits itself; what the program has put around it does not.
    const mayStall = this.#hasGuests || config.auth !== null || config.redirect?.rewrite != null;
    const response = mayStall
      ? bounded(answer, request, context, (error) => void journey.held?.cancel(error))
      : answer;
    return request.payload?.cancel === undefined ? response : letGoAfter(response, request);
  }

  #authenticated(request: Request, journey: Journey, base: BaseURL | null): Promise<StreamResponse> {
    const { auth, isClientAuth } = journey.config;
    const { credentials, origin } = request.parsedURL;
    const isBound = isClientAuth && this.#config.authScope === 'origin' && base !== null;
    if (auth !== null && !(isBound && origin !== base.parsed.origin))
      return this.#flow(auth, request, journey);
    if (credentials === null) return this.#followed(request, journey);
    const { username, password } = credentials;
    const headers = { Authorization: basicCredentials(username, password) };
    return this.#followed(request.with({ headers }), journey);
  }

  async #flow(auth: Auth, request: Request, journey: Journey): Promise<StreamResponse> {
    checkBounds(request, journey.context);
    if (auth.needsRequestBody === true) await request.read();
    const flow = openFlow(auth, request);
    try {
      let step = await flow.next();
      if (step.done === true) throw new InvalidArgument('An auth flow must yield at least one request.');
      for (;;) {
        const next = requestOf('An auth flow, or auth function,', step.value);
        const response = await this.#followed(next, journey, fieldsAdded(request, next));
        try {
          step = await flow.next(auth.needsResponseBody === true ? await response.read() : response);
          if (step.done === true) return response;
          journey.history.push(await readPassing(response));
        } catch (error) {
          await response.cancel(error);
          throw error;
        }
      }
    } finally {
      await flow.return?.();
    }
  }

  /** @param credentials names of fields that an auth flow has added, which belong to the origin as a password does */
  async #followed(
    first: Request,
    journey: Journey,
    credentials: readonly string[] = [],
  ): Promise<StreamResponse> {
    const { history, config, cookies, context } = journey;
    const policy = config.redirect;
    const { redaction } = this.#config;
    let request = first.maskWith(redaction);
    for (;;) {
      const response = await this.#attempts(request, journey);
      if (!response.hasRedirectLocation) return response;
      const from = request;
      const makeNext = (): Request =>
        redirectRequest(from, response, { policy: policy ?? UNFOLLOWED, cookies, credentials });
      if (policy === null) {
        response.context.makeNextRequest = makeNext;
        return response;
      }
      try {
        const next = (await rewritten(makeNext(), response, policy))?.maskWith(redaction) ?? null;
        if (next === null) {
          response.context.makeNextRequest = makeNext;
          return response;
        }
        if (history.length >= policy.max) {
          const reason = `exceeded maximum allowed redirects (${policy.max})`;
          throw new TooManyRedirects({ reason, request: next });
        }
        for (const hook of this.#config.hooks.redirect) await hook({ request: next, response });
        history.push(await readPassing(response));
        this.#config.metrics?.redirected();
        context.tracer?.emit('client.redirect', {
          status: response.status,
          from: from.redactedURL,
          to: next.redactedURL,
        });
        request = next;
      } catch (error) {
        await response.cancel(error);
        throw error;
      }
    }
  }

  /** One hop, sent again as the policies of retries and of resuming have it. */
  #attempts(request: Request, journey: Journey): Promise<StreamResponse> {
    const { context, config } = journey;
    if (config.retry === null)
      return config.resume === null ? this.#hop(request, journey) : this.#resumable(request, journey);
    const attempt = async (next: Request): Promise<StreamResponse> => {
      const hop = config.resume === null ? this.#hop(next, journey) : this.#resumable(next, journey);
      const response = await hop;
      // What will be read in any case is read here, so that a content which breaks off is a failure like others.
      const isFollowed = config.redirect !== null && response.hasRedirectLocation;
      if (context.delivery === 'whole' && !isFollowed) await response.read();
      return response;
    };
    return sendWithRetries(attempt, request, config.retry, context, this.#config.pauses);
  }

  /** One hop whose content is continued when it breaks off. */
  async #resumable(first: Request, journey: Journey): Promise<StreamResponse> {
    const { context, config } = journey;
    const request = withoutCoding(first, this.#config.decode);
    const response = await this.#hop(request, journey);
    return resumable(response, {
      request,
      policy: config.resume!,
      context,
      pauses: this.#config.pauses,
      send: (rest, own) => this.#hop(rest, { ...journey, context: own }),
    });
  }

  /** One request to a transport and its response, through hooks and middleware. */
  async #hop(first: Request, journey: Journey): Promise<StreamResponse> {
    const { hooks, middleware, metrics } = this.#config;
    checkBounds(first, journey.context);
    metrics?.started(first.method);
    let request = first;
    let response: StreamResponse;
    try {
      for (const hook of hooks.request)
        request = requestOf('A request hook', (await hook(request)) ?? request).maskWith(
          this.#config.redaction,
        );
      response =
        middleware.length === 0 ? await this.#carry(request, journey) : await this.#through(request, journey);
    } catch (error) {
      metrics?.broke();
      if (request.payload !== first.payload) letGo(request, error);
      throw error;
    }
    journey.held = response;
    metrics?.answered(response);
    try {
      this.#receive(response, request, journey);
      for (const hook of hooks.response) await hook(response);
    } catch (error) {
      await response.cancel(error);
      throw error;
    }
    return response;
  }

  /** Gives a response what only the client knows, and the client what the response brings. */
  #receive({ context }: StreamResponse, request: Request, { history, cookies }: Journey): void {
    const { logger, decode, defaultEncoding } = this.#config;
    context.request ??= request;
    context.decode = decode;
    context.defaultEncoding = defaultEncoding;
    if (history.length > 0) context.history = [...history];
    if (this.#keepsCookies && context.headers.has('set-cookie')) {
      const { scheme, hostname, target } = context.request.parsedURL;
      cookies.store(context.headers.getSetCookie(), scheme, hostname, target);
    }
    if (logger !== null) {
      const { status, statusText, httpVersion } = context;
      const line = `HTTP/${httpVersion} ${status}${statusText && ` ${statusText}`}`;
      logger.info(`HTTP Request: ${request.method} ${request.redactedURL} "${line}"`);
    }
  }

  #through(request: Request, journey: Journey): Promise<StreamResponse> {
    const { middleware } = this.#config;
    let handle: Next = (next) => this.#carry(next, journey);
    for (let i = middleware.length - 1; i >= 0; i--) {
      const layer = middleware[i]!;
      const below = handle;
      handle = (incoming) => throughLayer(layer, incoming, below, journey.context);
    }
    return handle(request);
  }

  #carry(request: Request, journey: Journey): Promise<StreamResponse> {
    const retries = journey.config.retry?.connect ?? 0;
    if (retries === 0) return this.#carryOnce(request, journey);
    const carry = (): Promise<StreamResponse> => this.#carryOnce(request, journey);
    return carryWithConnectRetries(carry, retries, request, journey.context, this.#config.pauses);
  }

  #carryOnce(request: Request, journey: Journey): Promise<StreamResponse> {
    request.maskWith(this.#config.redaction);
    const mount = this.#mounts.isEmpty ? undefined : this.#mounts.find(request.parsedURL);
    const transport = mount ?? this.#transport;
    const given = this.#contextFor(request, journey);
    // A mount with null is the way to leave the proxy out for a pattern; what the request says goes before.
    const isExempt = mount === null && given.proxy === undefined && transport instanceof HTTPTransport;
    const context = isExempt ? { ...given, proxy: null } : given;
    return transport instanceof HTTPTransport
      ? transport.handle(request, context)
      : carryBounded(transport, request, context);
  }
}

/** The request that comes after a redirect as the caller wants it, or null if it is not to be followed. */
async function rewritten(
  next: Request,
  response: StreamResponse,
  { rewrite }: RedirectPolicy,
): Promise<Request | null> {
  if (rewrite === null) return next;
  const changed = await rewrite(next, response);
  return changed === null ? null : requestOf("'redirect.rewrite'", changed);
}

/** Names of the fields that a request has and another one has not, those that describe its body excepted. */
function fieldsAdded(before: Request, after: Request): string[] {
  const names: string[] = [];
  for (let i = 0; i < after.fields.length; i += 2) {
    const name = after.fields[i]!;
    if (!/^content-|^transfer-encoding$/i.test(name) && before.headers.get(name) !== after.headers.get(name))
      names.push(name);
  }
  return names;
}

/** Reads a response that is on the way to the answer. Nobody has asked for its content, so it has a bound. */
function readPassing(response: StreamResponse): Promise<Response> {
  const { context } = response;
  context.decode = { ...context.decode, maxBytes: Math.min(context.decode.maxBytes, MAX_PASSING) };
  return response.read();
}

function requestOf(who: string, value: unknown): Request {
  if (value instanceof Request) return value;
  throw new InvalidArgument(`${who} must give a Request, not ${describeValue(value)}.`);
}

/** The limits of a request: its own, which go where it goes, or those of the call. */
function timeoutOf({ timeout }: RequestExtensions, config: SendConfig): Timeout {
  return timeout === undefined ? config.timeout : resolveTimeout(timeout, NO_TIMEOUT);
}

/** A body that nobody has opened until the response is over will not be opened any more. */
async function letGoAfter(answer: Promise<StreamResponse>, request: Request): Promise<StreamResponse> {
  const response = await answer;
  response.onceClosed(() => letGo(request));
  return response;
}

/**
 * Releases the body of a request, unless it has been opened. Nobody waits for it, and what its source has to say
 * about that concerns nobody any more: the outcome of the request is there.
 */
function letGo(request: Request, reason?: unknown): void {
  const { payload } = request;
  request.stopReading(reason);
  payload?.cancel?.(reason).catch(() => {});
}
