import { type Auth, type AuthResponse, openFlow } from '../auth/auth.ts';
import { ORIGIN_TARGET } from '../auth/auth-target.ts';
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
import type { Tracer } from '../models/trace.ts';
import type { RetryEvent, TransportContext } from '../transport/transport.ts';
import { checkBounds } from './bounded.ts';
import type { ClientConfig, SendConfig } from './config.ts';
import { carryWithConnectRetries } from './connect-retries.ts';
import { fieldsAdded } from './fields-added.ts';
import { joinSignals } from './join-signals.ts';
import { readPassing } from './passing-response.ts';
import { redirectRequest } from './redirect.ts';
import { type RedirectPolicy, UNFOLLOWED } from './redirect-policy.ts';
import { downloadOf, withoutCoding } from './resumable.ts';
import { sendWithRetries } from './retry-loop.ts';
import type { SendMode, Streamed } from './send-mode.ts';
import { allowSharing } from './shared-signal.ts';
import { letGo, letGoAfter, released } from './release.ts';
import type { Steps } from '../body/steps.ts';
import { createTracer } from './tracing.ts';

/** One call of a client on its way: what its hops and auth rounds have in common. */
interface Journey<R extends Streamed> {
  readonly config: SendConfig;
  context: TransportContext;
  /** Those of the first request, for which the context was made. */
  readonly extensions: RequestExtensions;
  readonly cookies: CookieJar;
  readonly history: Response[];
  /** The response that is being looked at by hooks and flow, to be let go if they take too long. */
  held: R | null;
}

/**
 * Takes a request through auth, redirects, hooks and middleware to a transport, and its response back. Whether that
 * is waited for or blocks is up to the mode and to whoever runs the steps.
 */
export class Sender<R extends Streamed> {
  readonly #config: ClientConfig;
  readonly #mode: SendMode<R>;
  readonly #keepsCookies: boolean;
  /** Functions of the program have a part in every request. */
  readonly #hasGuests: boolean;
  /** Some of them look at responses whose content has not been read. */
  readonly #isWatched: boolean;

  constructor(config: ClientConfig, mode: SendMode<R>, keepsCookies: boolean) {
    this.#config = config;
    this.#mode = mode;
    this.#keepsCookies = keepsCookies;
    const { hooks, middleware } = config;
    const kinds = [middleware, hooks.request, hooks.response, hooks.redirect, hooks.retry];
    this.#hasGuests = kinds.some((guests) => guests.length > 0);
    this.#isWatched = hooks.response.length > 0 || hooks.redirect.length > 0;
  }

  send(
    request: Request,
    config: SendConfig,
    delivery: 'stream' | 'whole',
    cookies: CookieJar,
    base: BaseURL | null,
  ): Steps<R> {
    const { signal, sharedSignal } = config;
    if (signal === null || sharedSignal === null)
      return this.#sendWith(signal && allowSharing(signal), request, config, delivery, cookies, base);
    const joined = joinSignals(allowSharing(signal), allowSharing(sharedSignal));
    const steps = this.#sendWith(joined.signal, request, config, delivery, cookies, base);
    return released(steps, joined.release);
  }

  #sendWith(
    signal: AbortSignal | null,
    request: Request,
    config: SendConfig,
    delivery: 'stream' | 'whole',
    cookies: CookieJar,
    base: BaseURL | null,
  ): Steps<R> {
    const context = this.#context(request, config, delivery, signal);
    const { extensions } = request;
    const journey: Journey<R> = { config, context, extensions, cookies, history: [], held: null };
    this.#config.metrics?.called();
    return context.tracer === null
      ? this.#run(request, journey, base)
      : this.#traced(request, journey, base, context.tracer);
  }

  *#traced(request: Request, journey: Journey<R>, base: BaseURL | null, tracer: Tracer): Steps<R> {
    const { method, redactedURL: url } = request;
    tracer.emit('client.request.started', { method, url });
    try {
      const response = yield* this.#run(request, journey, base);
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
  *failed(error: unknown, request: Request | null): Steps<unknown> {
    addCallerStack(error);
    this.#config.metrics?.failed(error);
    let result = error;
    for (const hook of this.#config.hooks.error) {
      try {
        result = (yield this.#given('hooks.error', hook(result))) ?? result;
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
          : (event) => this.#mode.run(this.#announceRetry(event)) as Promise<void>,
    };
  }

  *#announceRetry(event: RetryEvent): Steps<void> {
    const { metrics, hooks } = this.#config;
    metrics?.retried(event);
    for (const hook of hooks.retry) yield this.#given('hooks.retry', hook(event));
  }

  /** What a function of the program gave, if it is something to go on with. */
  #given<T>(what: string, value: T): T {
    this.#mode.checkResult(what, value);
    return value;
  }

  /** The context for one hop: hooks and middleware may have given its request limits or a trace of its own. */
  #contextFor({ extensions }: Request, { context, config, extensions: first }: Journey<R>): TransportContext {
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

  #run(request: Request, journey: Journey<R>, base: BaseURL | null): Steps<R> {
    const { config } = journey;
    const steps = this.#authenticated(request, journey, base);
    // The built-in transport watches the limits itself; what the program has put around it does not.
    const mayStall = this.#hasGuests || config.auth !== null || config.redirect?.rewrite != null;
    const response = mayStall ? this.#bounded(steps, request, journey) : steps;
    return request.payload?.cancel === undefined ? response : letGoAfter(response, request);
  }

  *#bounded(steps: Steps<R>, request: Request, journey: Journey<R>): Steps<R> {
    const giveUp = (error: Error): void => void journey.held?.cancel(error);
    return (yield this.#mode.bound(steps, request, journey.context, giveUp)) as R;
  }

  #authenticated(request: Request, journey: Journey<R>, base: BaseURL | null): Steps<R> {
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

  *#flow(auth: Auth, request: Request, journey: Journey<R>): Steps<R> {
    checkBounds(request, journey.context);
    const mode = this.#mode;
    if (auth.needsRequestBody === true) yield mode.readBody(request);
    const flow = openFlow(auth, request, ORIGIN_TARGET, mode.isBlocking);
    try {
      let step = (yield this.#given('auth', flow.next())) as FlowStep;
      if (step.done === true) throw new InvalidArgument('An auth flow must yield at least one request.');
      for (;;) {
        const next = requestOf('An auth flow, or auth function,', step.value);
        const response = yield* this.#followed(next, journey, fieldsAdded(request, next));
        try {
          const seen = auth.needsResponseBody === true ? yield response.read() : response;
          step = (yield this.#given('auth', flow.next(seen as AuthResponse))) as FlowStep;
          if (step.done === true) return response;
          journey.history.push((yield readPassing(response)) as Response);
        } catch (error) {
          yield response.cancel(error);
          throw error;
        }
      }
    } finally {
      const ended = flow.return?.();
      if (!mode.isBlocking) yield ended;
    }
  }

  /** @param credentials names of fields that an auth flow has added, which belong to the origin as a password does */
  *#followed(first: Request, journey: Journey<R>, credentials: readonly string[] = []): Steps<R> {
    const { history, config, cookies, context } = journey;
    const policy = config.redirect;
    const { redaction } = this.#config;
    let request = first.maskWith(redaction);
    // What an auth flow has made is no redirect, even after one.
    if (context.publicOnly === true) journey.context = { ...context, publicOnly: false };
    for (;;) {
      const response: R = yield* this.#attempts(request, journey);
      if (!response.hasRedirectLocation) return response;
      const from = request;
      const makeNext = (): Request =>
        redirectRequest(from, response, { policy: policy ?? UNFOLLOWED, cookies, credentials });
      if (policy === null) {
        response.context.makeNextRequest = makeNext;
        return response;
      }
      try {
        const changed = yield* this.#rewritten(makeNext(), response, policy);
        const next = changed?.maskWith(redaction) ?? null;
        if (next === null) {
          response.context.makeNextRequest = makeNext;
          return response;
        }
        if (history.length >= policy.max) {
          const reason = `exceeded maximum allowed redirects (${policy.max})`;
          throw new TooManyRedirects({ reason, request: next });
        }
        for (const hook of this.#config.hooks.redirect)
          yield this.#given('hooks.redirect', hook({ request: next, response: asStream(response) }));
        history.push((yield readPassing(response)) as Response);
        this.#config.metrics?.redirected();
        context.tracer?.emit('client.redirect', {
          status: response.status,
          from: from.redactedURL,
          to: next.redactedURL,
        });
        if (!policy.allowPrivate) journey.context = { ...journey.context, publicOnly: true };
        request = next;
      } catch (error) {
        yield response.cancel(error);
        throw error;
      }
    }
  }

  /** The request that comes after a redirect as the caller wants it, or null if it is not to be followed. */
  *#rewritten(next: Request, response: R, { rewrite }: RedirectPolicy): Steps<Request | null> {
    if (rewrite === null) return next;
    const changed = yield this.#given('redirect.rewrite', rewrite(next, asStream(response)));
    return changed === null ? null : requestOf("'redirect.rewrite'", changed);
  }

  /** One hop, sent again as the policies of retries and of resuming have it. */
  #attempts(request: Request, journey: Journey<R>): Steps<R> {
    const { config } = journey;
    if (config.retry === null)
      return config.resume === null ? this.#hop(request, journey) : this.#resumable(request, journey);
    const attempt = (next: Request): Steps<R> => this.#attempt(next, journey);
    return sendWithRetries(attempt, request, config.retry, journey.context, this.#mode);
  }

  *#attempt(request: Request, journey: Journey<R>): Steps<R> {
    const { context, config } = journey;
    const response = yield* config.resume === null
      ? this.#hop(request, journey)
      : this.#resumable(request, journey);
    // What will be read in any case is read here, so that a content which breaks off is a failure like others.
    const isFollowed = config.redirect !== null && response.hasRedirectLocation;
    if (context.delivery === 'whole' && !isFollowed) yield response.read();
    return response;
  }

  /** One hop whose content is continued when it breaks off. */
  *#resumable(first: Request, journey: Journey<R>): Steps<R> {
    const { config } = journey;
    // What arrives before the content breaks off has to be at hand, and a thread that blocks gets it piece by piece only.
    const context: TransportContext = this.#mode.isBlocking
      ? { ...journey.context, delivery: 'stream' }
      : journey.context;
    const request = withoutCoding(first, this.#config.decode);
    const response = yield* this.#hop(
      request,
      context === journey.context ? journey : { ...journey, context },
    );
    const download = downloadOf(response, {
      request,
      policy: config.resume!,
      context,
      tools: this.#mode,
      send: (rest, own) => this.#hop(rest, { ...journey, context: own }),
    });
    return download === null ? response : this.#mode.withDownload(response, download);
  }

  /** One request to a transport and its response, through hooks and middleware. */
  *#hop(first: Request, journey: Journey<R>): Steps<R> {
    const { hooks, middleware, metrics } = this.#config;
    checkBounds(first, journey.context);
    metrics?.started(first.method);
    let request = first;
    let response: R;
    try {
      for (const hook of hooks.request) {
        const changed = yield this.#given('hooks.request', hook(request));
        request = requestOf('A request hook', changed ?? request).maskWith(this.#config.redaction);
      }
      if (middleware.length > 0) response = (yield this.#through(request, journey)) as R;
      else if (journey.config.retry === null)
        response = (yield this.#carryOnce(request, journey, this.#isWatched)) as R;
      else response = yield* this.#carry(request, journey, this.#isWatched);
    } catch (error) {
      metrics?.broke();
      if (request.payload !== first.payload) letGo(request, error);
      throw error;
    }
    journey.held = response;
    metrics?.answered(asStream(response));
    try {
      this.#receive(response, request, journey);
      for (const hook of hooks.response) yield this.#given('hooks.response', hook(asStream(response)));
    } catch (error) {
      yield response.cancel(error);
      throw error;
    }
    return response;
  }

  /** Gives a response what only the client knows, and the client what the response brings. */
  #receive({ context }: R, request: Request, { history, cookies }: Journey<R>): void {
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

  #through(request: Request, journey: Journey<R>): Promise<R> | R {
    const { middleware } = this.#config;
    return this.#mode.through(middleware[0]!, request, this.#below(0, journey), journey.context);
  }

  /** What the middleware of this index sends its requests to. */
  #below(index: number, journey: Journey<R>): (request: Request) => Steps<R> {
    const layer = this.#config.middleware[index + 1];
    if (layer === undefined) return (request) => this.#carry(request, journey, true);
    const mode = this.#mode;
    const below = this.#below(index + 1, journey);
    return function* (request) {
      return (yield mode.through(layer, request, below, journey.context)) as R;
    };
  }

  *#carry(request: Request, journey: Journey<R>, isWatched: boolean): Steps<R> {
    const retries = journey.config.retry?.connect ?? 0;
    const carry = (): Promise<R> | R => this.#carryOnce(request, journey, isWatched);
    if (retries === 0) return (yield carry()) as R;
    return yield* carryWithConnectRetries(carry, retries, request, journey.context, this.#mode);
  }

  #carryOnce(request: Request, journey: Journey<R>, isWatched: boolean): Promise<R> | R {
    request.maskWith(this.#config.redaction);
    return this.#mode.carry(request, this.#contextFor(request, journey), isWatched);
  }
}

type FlowStep = IteratorResult<Request, void>;

/** A response as functions of the program get it: of the class that their client has. */
function asStream(response: Streamed): StreamResponse {
  return response as unknown as StreamResponse;
}

function requestOf(who: string, value: unknown): Request {
  if (value instanceof Request) return value;
  throw new InvalidArgument(`${who} must give a Request, not ${describeValue(value)}.`);
}

/** The limits of a request: its own, which go where it goes, or those of the call. */
function timeoutOf({ timeout }: RequestExtensions, config: SendConfig): Timeout {
  return timeout === undefined ? config.timeout : resolveTimeout(timeout, NO_TIMEOUT);
}
