import * as tern from '../../src/index.ts';
import type {
  Client,
  ClientOptions,
  RequestOptions,
  Response,
  SendOptions,
  StreamResponse,
} from '../../src/index.ts';
import type { Tern } from '../case.ts';
import type { Settings } from './driver.ts';
import { KnownDigestAuth, KnownHTTPTransport, KnownMetrics, Line } from './line.ts';

/** Milliseconds that closing may take before the driver is ended. */
const CLOSE_GRACE = 3000;

let lastId = 0;

/**
 * The client that blocks, in another thread, with the face of the one that waits: cases use it as that one. Settings
 * are kept here and told with every call.
 */
class SyncFace extends tern.Client {
  readonly #id = ++lastId;
  readonly #line: Line = Line.current;
  readonly #made: Promise<unknown>;
  #closing: Promise<void> | null = null;

  constructor(options: ClientOptions = {}, from?: ExtendedFrom) {
    super(counting(options), ...((from === undefined ? [] : [from.inherited]) as []));
    const { isBusy } = this.#line.endpoint;
    const own = waiting(from === undefined ? options : from.options);
    const metrics = own.metrics === undefined ? {} : { metrics: this.metrics };
    this.#made =
      from === undefined
        ? this.#line.do('client.new', this.#id, { ...own, ...metrics, cookies: this.#jar(options.cookies) })
        : this.#line.do('client.extend', from.id, this.#id, { ...own, ...metrics });
    this.#made.catch(() => {});
    // The environment counts as it is now, and may be another one in a moment.
    if (own.trustEnv === true && !isBusy) this.#line.ask('ready');
  }

  override get isClosed(): boolean {
    return this.#closing !== null;
  }

  override get backend(): Client['backend'] {
    return this.#line.ask('client.backend', this.#id) as Client['backend'];
  }

  override get stats(): Client['stats'] {
    return this.#line.ask('client.stats', this.#id) as Client['stats'];
  }

  override get cookies(): Client['cookies'] {
    return super.cookies;
  }

  override set cookies(init: Client['cookies'] | NonNullable<ClientOptions['cookies']> | null) {
    super.cookies = init;
    this.#line.ask('client.set', this.#id, 'cookies', init === null ? null : super.cookies);
  }

  override get auth(): Client['auth'] {
    return super.auth;
  }

  override set auth(init: Client['auth']) {
    super.auth = init;
    this.#line.ask('client.set', this.#id, 'auth', init);
  }

  override request(method: string, url: URL | string, options?: RequestOptions): Promise<Response> {
    return this.#call('request', method, url, options) as Promise<Response>;
  }

  override stream(method: string, url: URL | string, options?: RequestOptions): Promise<StreamResponse> {
    return this.#call('stream', method, url, options) as Promise<StreamResponse>;
  }

  override send(
    request: tern.Request,
    options?: SendOptions & { readonly stream?: boolean },
  ): Promise<never> {
    return this.#call('send', request, options) as Promise<never>;
  }

  override extend(options: ClientOptions = {}): Client {
    const [merged, inherited] = this.extension(options);
    return new SyncFace(merged, { inherited, id: this.#id, options });
  }

  override sse(url: URL | string, options?: tern.SSEOptions): Promise<tern.EventStream> {
    return this.#call('sse', url, options) as Promise<tern.EventStream>;
  }

  override close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, CLOSE_GRACE, 'late');
    });
    try {
      const outcome = await Promise.race([this.#line.do('client.close', this.#id), late]);
      if (outcome === 'late') await this.#line.end();
    } finally {
      clearTimeout(timer);
    }
  }

  async #call(...values: unknown[]): Promise<unknown> {
    const settings: Settings = {
      fields: [...this.headers.wire],
      params: [...this.params] as [string, string][],
      timeout: this.timeout,
      baseURL: this.baseURL?.href ?? null,
    };
    const called = this.#line.do('client.call', this.#id, settings, ...values);
    called.catch(() => {});
    await this.#made;
    return await called;
  }

  #jar(given: ClientOptions['cookies']): ClientOptions['cookies'] {
    return given === null ? null : super.cookies;
  }
}

interface ExtendedFrom {
  readonly inherited: unknown;
  readonly id: number;
  readonly options: ClientOptions;
}

/** The driver counts, and metrics of this thread ask it. */
function counting(options: ClientOptions): ClientOptions {
  const { metrics } = options;
  if (metrics === true) return { ...options, metrics: new KnownMetrics() };
  const isPlain = typeof metrics === 'object' && metrics !== null && !(metrics instanceof tern.ClientMetrics);
  return isPlain && !Array.isArray(metrics) ? { ...options, metrics: new KnownMetrics(metrics) } : options;
}

/** Milliseconds that a lookup of a case has; after that it is one that does not call back. */
const LOOKUP_GRACE = 1000;

/** A lookup may call back a little later here, and is waited for there. */
function waiting(options: ClientOptions): ClientOptions {
  const { socket } = options;
  if (typeof socket?.lookup !== 'function') return options;
  const { lookup } = socket;
  const asked: unknown = (hostname: string, about: Parameters<typeof lookup>[1]): Promise<unknown[]> =>
    new Promise((resolve) => {
      setTimeout(() => resolve([new Error('late'), []]), LOOKUP_GRACE).unref();
      lookup(hostname, about, (error, addresses) => resolve([error, addresses]));
    });
  return { ...options, socket: { ...socket, lookup: asked as typeof lookup } };
}

function oneShot(name: string): (...values: unknown[]) => Promise<never> {
  return (...values) => Line.current.do('oneShot', name, ...values) as Promise<never>;
}

/** The library as cases see it, with the client that blocks in the place of the one that waits. */
export const syncTern: Tern = {
  ...tern,
  Client: SyncFace as unknown as Tern['Client'],
  ClientMetrics: KnownMetrics,
  DigestAuth: KnownDigestAuth,
  HTTPTransport: KnownHTTPTransport,
  digestAuth: (...given) => new KnownDigestAuth(...given),
  del: oneShot('del'),
  get: oneShot('get'),
  head: oneShot('head'),
  options: oneShot('options'),
  patch: oneShot('patch'),
  post: oneShot('post'),
  put: oneShot('put'),
  query: oneShot('query'),
  request: oneShot('request'),
  stream: oneShot('stream'),
};
