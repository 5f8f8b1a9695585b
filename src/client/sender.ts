import type { Auth } from '../auth/auth.ts';
import { basicCredentials } from '../auth/basic-auth.ts';
import { HTTPError } from '../errors/http-error.ts';
import { HTTPStatusError } from '../errors/http-status-error.ts';
import { InvalidArgument } from '../errors/invalid-argument.ts';
import { TooManyRedirects } from '../errors/too-many-redirects.ts';
import { Request } from '../message/request.ts';
import type { Response } from '../message/response.ts';
import { StreamResponse } from '../message/stream-response.ts';
import type { BaseURL } from '../models/base-url.ts';
import type { CookieJar } from '../models/cookie-jar.ts';
import { resolveTimeout, NO_TIMEOUT } from '../models/timeout.ts';
import type { Tracer } from '../models/trace.ts';
import { HTTPTransport } from '../transport/http-transport.ts';
import type { Mounts } from '../transport/mounts.ts';
import type { Transport, TransportContext } from '../transport/transport.ts';
import { bounded } from './bounded.ts';
import type { ClientConfig, SendConfig } from './config.ts';
import type { Next } from './middleware.ts';
import { redirectRequest } from './redirect.ts';
import { createTracer } from './tracing.ts';

/** One call of a client on its way: what its hops and auth rounds have in common. */
interface Journey {
  readonly config: SendConfig;
  readonly context: TransportContext;
  readonly cookies: CookieJar;
  readonly history: Response[];
}

const DEFAULT_REDIRECTS = { allowDowngrade: true, keepMethod: false, sensitiveHeaders: [] };

/** Takes a request through auth, redirects, hooks and middleware to a transport, and its response back. */
export class Sender {
  readonly #config: ClientConfig;
  readonly #transport: Transport;
  readonly #mounts: Mounts;
  readonly #keepsCookies: boolean;

  constructor(config: ClientConfig, transport: Transport, mounts: Mounts, keepsCookies: boolean) {
    this.#config = config;
    this.#transport = transport;
    this.#mounts = mounts;
    this.#keepsCookies = keepsCookies;
  }

  async send(
    request: Request,
    config: SendConfig,
    delivery: 'stream' | 'whole',
    cookies: CookieJar,
    base: BaseURL | null,
  ): Promise<StreamResponse> {
    const tracer = createTracer(this.#config.redaction, this.#config.logger, [
      this.#config.trace,
      request.extensions.trace,
    ]);
    const journey: Journey = {
      config,
      context: this.#context(request, config, delivery, tracer),
      cookies,
      history: [],
    };
    if (tracer === null) return this.#authenticated(request, journey, base);
    const { method, redactedURL: url } = request;
    tracer.emit('client.request.started', { method, url });
    try {
      const response = await this.#authenticated(request, journey, base);
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
    // Errors of the network are made where no caller is on the stack; this frame still has it above.
    if (error instanceof HTTPError && !(error instanceof HTTPStatusError)) Error.captureStackTrace(error);
    let result = error;
    for (const hook of this.#config.hooks.error) result = (await hook(result)) ?? result;
    await request?.payload?.cancel?.(error);
    return result;
  }

  #context(
    request: Request,
    config: SendConfig,
    delivery: 'stream' | 'whole',
    tracer: Tracer | null,
  ): TransportContext {
    const { timeout: own } = request.extensions;
    const timeout = own === undefined ? config.timeout : resolveTimeout(own, NO_TIMEOUT);
    const { retry } = this.#config.hooks;
    return {
      timeout,
      totalDeadline: timeout.total === null ? null : performance.now() + timeout.total,
      signal: config.signal,
      tracer,
      delivery,
      maxBytes: this.#config.decode.maxBytes,
      onInformational: config.onInformational,
      onUploadProgress: config.onUploadProgress,
      onDownloadProgress: config.onDownloadProgress,
      onRetry:
        retry.length === 0
          ? null
          : async (event) => {
              for (const hook of retry) await hook(event);
            },
    };
  }

  #authenticated(request: Request, journey: Journey, base: BaseURL | null): Promise<StreamResponse> {
    const { auth, isClientAuth } = journey.config;
    const { credentials, origin } = request.parsedURL;
    const isBound = isClientAuth && this.#config.authScope === 'origin' && base !== null;
    if (auth !== null && !(isBound && origin !== base.parsed.origin))
      return this.#flow(auth, request, journey);
    if (credentials !== null) {
      const { username, password } = credentials;
      return this.#followed(
        request.with({ headers: { Authorization: basicCredentials(username, password) } }),
        journey,
      );
    }
    return this.#followed(request, journey);
  }

  async #flow(auth: Auth, request: Request, journey: Journey): Promise<StreamResponse> {
    if (auth.needsRequestBody === true) await request.read();
    const flow = auth.flow(request);
    try {
      let step = await flow.next();
      if (step.done === true) throw new InvalidArgument('An auth flow must yield at least one request.');
      for (;;) {
        if (!(step.value instanceof Request))
          throw new InvalidArgument('An auth flow, or auth function, must give a Request.');
        const response = await this.#followed(step.value, journey);
        try {
          step = await flow.next(auth.needsResponseBody === true ? await response.read() : response);
          if (step.done === true) return response;
          journey.history.push(await response.read());
        } catch (error) {
          await response.cancel(error);
          throw error;
        }
      }
    } finally {
      await flow.return();
    }
  }

  async #followed(first: Request, journey: Journey): Promise<StreamResponse> {
    const { history, config, cookies } = journey;
    const policy = config.redirect;
    let request = first;
    for (;;) {
      if (policy !== null && history.length > policy.max) {
        throw new TooManyRedirects({ reason: `exceeded maximum allowed redirects (${policy.max})`, request });
      }
      const response = await this.#hop(request, journey);
      if (!response.hasRedirectLocation) return response;
      const from = request;
      if (policy === null) {
        response.context.makeNextRequest = () =>
          redirectRequest(from, response, { policy: DEFAULT_REDIRECTS, cookies });
        return response;
      }
      try {
        let next: Request | null = redirectRequest(from, response, { policy, cookies });
        if (policy.rewrite !== null) next = await policy.rewrite(next, response);
        if (next === null) return response;
        for (const hook of this.#config.hooks.redirect) await hook({ request: next, response });
        history.push(await response.read());
        const { tracer } = journey.context;
        tracer?.emit('client.redirect', {
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

  /** One request to a transport and its response, through hooks and middleware. */
  async #hop(first: Request, journey: Journey): Promise<StreamResponse> {
    const { hooks, middleware, logger, decode, defaultEncoding } = this.#config;
    let request = first;
    for (const hook of hooks.request) request = (await hook(request)) ?? request;
    const response =
      middleware.length === 0
        ? await this.#carry(request, journey.context)
        : await this.#through(request, journey.context);
    const { context } = response;
    context.request ??= request;
    context.decode = decode;
    context.defaultEncoding = defaultEncoding;
    if (journey.history.length > 0) context.history = [...journey.history];
    if (this.#keepsCookies && context.headers.has('set-cookie')) {
      const { scheme, hostname, target } = context.request.parsedURL;
      journey.cookies.store(context.headers.getSetCookie(), scheme, hostname, target);
    }
    if (logger !== null) {
      const { status, statusText, httpVersion } = context;
      const line = `HTTP/${httpVersion} ${status}${statusText && ` ${statusText}`}`;
      logger.info(`HTTP Request: ${request.method} ${request.redactedURL} "${line}"`);
    }
    if (hooks.response.length > 0) {
      try {
        for (const hook of hooks.response) await hook(response);
      } catch (error) {
        await response.cancel(error);
        throw error;
      }
    }
    return response;
  }

  async #through(request: Request, context: TransportContext): Promise<StreamResponse> {
    const { middleware } = this.#config;
    const from = (index: number): Next => {
      const layer = middleware[index];
      if (layer === undefined) return (next) => this.#carry(next, context);
      return async (next) => {
        const response = await layer(next, from(index + 1));
        if (!(response instanceof StreamResponse))
          throw new InvalidArgument(
            'A middleware must return the StreamResponse that next() gave it, or one of its own.',
          );
        return response;
      };
    };
    return from(0)(request);
  }

  #carry(request: Request, context: TransportContext): Promise<StreamResponse> {
    const transport = this.#mounts.isEmpty
      ? this.#transport
      : (this.#mounts.find(request.parsedURL) ?? this.#transport);
    const answer = transport.handle(request, context);
    return transport instanceof HTTPTransport ? answer : bounded(answer, request, context);
  }
}
